import { shareKey } from '../../../lambda/personalised-edge/environment';
import { EdgeData } from '../../constructs/edge/edge-data';
import { EdgeHook, type IEdgeCode } from '../../constructs/edge/edge-hook';
import { EdgeRequestFunction } from '../../constructs/edge/edge-request-function';
import { ViewerFunction } from '../../constructs/edge/viewer-function';
import { handlerCode, viewerHandler } from '../../handlers';
import { Construct } from 'constructs';

/** What runs the experiment. */
export type ExperimentBy = 'cloudfront-functions' | 'lambda';

export interface ExperimentProps {
  readonly by: ExperimentBy;
  /** The stack of us-east-1, where functions of Lambda@Edge stand. */
  readonly edge: Construct;
}

const choosing = 'Chooses the variant of a page before the cache is looked at';
const keeping = 'Has the browser remember the variant';

/** Half of all new visitors see another page, and go on seeing it. */
export class Experiment extends Construct {
  readonly runs: readonly IEdgeCode[];
  /** The share of those who see it, which changes without a deployment; Lambda@Edge has it in its code. */
  readonly data?: EdgeData;

  constructor(scope: Construct, id: string, { by, edge }: ExperimentProps) {
    super(scope, id);
    if (by === 'lambda') {
      this.runs = [
        onLambda(edge, 'ChooseVariant', choosing, EdgeHook.VIEWER_REQUEST, 'choose-variant'),
        onLambda(edge, 'KeepVariant', keeping, EdgeHook.VIEWER_RESPONSE, 'keep-variant'),
      ];
      return;
    }
    this.data = new EdgeData(this, 'Data', { description: 'Shares of experiments', initially: { [shareKey]: '50' } });
    this.runs = [
      new ViewerFunction(this, 'Choose', {
        description: choosing,
        code: viewerHandler('personalised-edge', 'viewer-request'),
        hook: EdgeHook.VIEWER_REQUEST,
        data: this.data,
      }),
      new ViewerFunction(this, 'Keep', {
        description: keeping,
        code: viewerHandler('personalised-edge', 'viewer-response'),
        hook: EdgeHook.VIEWER_RESPONSE,
      }),
    ];
  }
}

const onLambda = (edge: Construct, id: string, description: string, hook: EdgeHook, file: string): IEdgeCode =>
  new EdgeRequestFunction(edge, id, { description, hook, code: handlerCode('personalised-edge', file) });
