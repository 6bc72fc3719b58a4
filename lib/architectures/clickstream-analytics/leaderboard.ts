import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/clickstream-analytics/environment';
import type { DocumentTable } from '../../constructs/data/document-table';
import { AppFunction } from '../../constructs/serverless/app-function';
import { AsyncDestination } from '../../constructs/serverless/async-destination';
import type { FailureQueue } from '../../constructs/serverless/failure-queue';
import { FunctionAlarms } from '../../constructs/serverless/function-alarms';
import { StreamConsumer } from '../../constructs/serverless/stream-consumer';
import { StreamSource } from '../../constructs/serverless/stream-source';
import { handlerCode } from '../../handlers';
import { figures, service, type ReaderProps } from './reader';
import { tally } from './tally';

export interface LeaderboardProps extends ReaderProps {
  /** Where places of records go that it gives up. */
  readonly failures: FailureQueue;
  /** Whether it has throughput of its own. */
  readonly dedicated: boolean;
}

/** Which pages are clicked most, in windows of a minute: counts are handed on from run to run, and written when a window ends. */
export class Leaderboard extends Construct {
  readonly tally: DocumentTable;

  constructor(scope: Construct, id: string, props: LeaderboardProps) {
    super(scope, id);
    const { alarms, clicks, failures, dedicated } = props;
    this.tally = tally(this, props);
    const counter = new AppFunction(this, 'Counter', {
      description: 'Counts clicks by page within a window',
      code: handlerCode(service, 'board'),
      service,
      timeout: Duration.seconds(30),
      environment: { ...figures, [environment.boardTable]: this.tally.table.tableName },
    });
    this.tally.grantPut(counter.role);
    new FunctionAlarms(this, 'CounterAlarms', { alarms, function: counter });
    new StreamConsumer(this, 'Consumer', {
      source: dedicated
        ? StreamSource.dedicated(clicks.addDedicatedReader('Board'))
        : StreamSource.stream(clicks.stream),
      consumer: counter,
      onFailure: AsyncDestination.queue(failures.queue),
      alarms,
      tumblingWindow: Duration.minutes(1),
      retryAttempts: 3,
    });
  }
}
