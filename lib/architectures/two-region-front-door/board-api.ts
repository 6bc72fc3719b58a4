import { Fn } from 'aws-cdk-lib';
import type { DomainName } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { ApiAccess } from '../../constructs/serverless/api-access';
import { ApiAccessLogs } from '../../constructs/serverless/api-access-logs';
import { serveDomain, type ApiDomain } from '../../constructs/serverless/api-domain';
import { ApiEndpoint } from '../../constructs/serverless/api-endpoint';
import { ApiTarget } from '../../constructs/serverless/api-target';
import { RestFacade } from '../../constructs/serverless/rest-facade';
import type { BoardFunctions } from './board-functions';
import { readAcross } from '../../constructs/edge/across-stacks';
import { LogBucket } from '../../constructs/storage/log-bucket';
import { noteModel } from './models';

export interface BoardApiProps {
  readonly functions: BoardFunctions;
  readonly alarms: AlarmTopic;
}

const stage = 'live';

/** What of a Region the internet can reach, and nothing else can it. */
export class BoardApi extends Construct {
  /** The name API Gateway gives it, by which this Region alone is asked. */
  readonly host: string;
  /** The folder its paths stand in there. */
  readonly folder = `/${stage}`;
  private readonly facade: RestFacade;

  constructor(scope: Construct, id: string, { functions, alarms }: BoardApiProps) {
    super(scope, id);
    this.facade = new RestFacade(this, 'Api', {
      description: 'The board, as one Region shows it',
      access: ApiAccess.open({
        reason:
          'The board is public: everybody may read it and hand in a note, at most as fast as the stage lets through.',
      }),
      accessLogs: ApiAccessLogs.toBucket(new LogBucket(this, 'Logs').bucket, 'api/'),
      alarms,
      stages: [{ name: stage }],
    });
    const board = ApiTarget.proxy(functions.board);
    this.facade.route('GET /board', { target: board });
    this.facade.route('GET /health', { target: board });
    this.facade.route('POST /notes', { target: ApiTarget.sendMessage(functions.handedIn), body: noteModel });
    this.host = Fn.select(2, Fn.split('/', this.facade.url));
  }

  /** A name it shares with the other Region. By its own it answers too, so that each can be checked apart. */
  answerAs(domain: ApiDomain): DomainName {
    return serveDomain(this, this.facade.api, domain, ApiEndpoint.regional());
  }
}

/** The name by which one Region alone is asked, as a stack of another Region reads it. */
export const hostOf = (reader: Construct, entry: BoardApi): string => readAcross(entry, 'Host', entry.host, reader);
