import type { IAlias } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { boardEnvironment, environment } from '../../../lambda/two-region-front-door/environment';
import type { DocumentTable } from '../../constructs/data/document-table';
import { WorkQueue } from '../../constructs/messaging/work-queue';
import type { TieredNetwork } from '../../constructs/network/tiered-network';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { AppFunction } from '../../constructs/serverless/app-function';
import { FunctionAlarms } from '../../constructs/serverless/function-alarms';
import { FunctionEgress } from '../../constructs/serverless/function-egress';
import type { FunctionNetwork } from '../../constructs/serverless/function-network';
import { QueueConsumer } from '../../constructs/serverless/queue-consumer';
import { ReleaseStrategy } from '../../constructs/serverless/release-strategy';
import { ReleasedFunction } from '../../constructs/serverless/released-function';
import { handlerCode } from '../../handlers';
import type { Profile } from '../../profile';
import type { SharedNotes } from './shared-notes';

export interface BoardFunctionsProps {
  readonly network: TieredNetwork;
  readonly notes: SharedNotes;
  /** Answers that are kept for a moment. */
  readonly kept: DocumentTable;
  readonly alarms: AlarmTopic;
  readonly profile: Profile;
}

const service = 'two-region-front-door';

/** One function that answers, and one that works what is handed in. Both reach two tables and nothing else. */
export class BoardFunctions extends Construct {
  readonly board: IAlias;
  /** What the function behind it is called. */
  readonly boardName: string;
  /** Notes that are handed in, until they are written. */
  readonly handedIn: IQueue;

  constructor(scope: Construct, id: string, { network, notes, kept, alarms, profile }: BoardFunctionsProps) {
    super(scope, id);
    const inside: FunctionNetwork = {
      vpc: network.vpc,
      subnets: network.subnets('application'),
      egress: FunctionEgress.endpoints('dynamodb'),
    };
    const board = new ReleasedFunction(this, 'Board', {
      alarms,
      strategy: profile.name === 'production' ? ReleaseStrategy.canary() : ReleaseStrategy.allAtOnce(),
      service,
      description: 'Shows the board, and says whether this Region can',
      code: handlerCode(service, 'board'),
      environment: { [environment.notes]: notes.name, [boardEnvironment.kept]: kept.table.tableName },
      network: inside,
    });
    notes.grantQuery(board.role);
    kept.grantGet(board.role);
    kept.grantPut(board.role);

    const keeper = new AppFunction(this, 'Keep', {
      description: 'Writes what is handed in',
      code: handlerCode(service, 'keep'),
      service,
      environment: { [environment.notes]: notes.name },
      network: inside,
    });
    notes.grantPut(keeper.role);
    new FunctionAlarms(keeper, 'Alarms', { alarms, function: keeper });
    const work = new WorkQueue(this, 'Notes', { alarms, consumerTimeout: keeper.timeout });
    new QueueConsumer(this, 'Consumer', { source: work, consumer: keeper });
    this.board = board.alias;
    this.boardName = board.function.function.functionName;
    this.handedIn = work.queue;
  }
}
