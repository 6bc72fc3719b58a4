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

export interface MinuteCounterProps extends ReaderProps {
  /** Where places of records go that it gives up. */
  readonly failures: FailureQueue;
}

/** Counts clicks by page and minute, about once a minute, each once whatever comes twice. */
export class MinuteCounter extends Construct {
  readonly tally: DocumentTable;

  constructor(scope: Construct, id: string, props: MinuteCounterProps) {
    super(scope, id);
    const { alarms, clicks, failures } = props;
    this.tally = tally(this, props);
    const counter = new AppFunction(this, 'Counter', {
      description: 'Counts clicks by page and minute',
      code: handlerCode(service, 'minutes'),
      service,
      timeout: Duration.seconds(30),
      environment: { ...figures, [environment.minutesTable]: this.tally.table.tableName },
    });
    this.tally.grantUpdate(counter.role);
    new FunctionAlarms(this, 'CounterAlarms', { alarms, function: counter });
    new StreamConsumer(this, 'Consumer', {
      source: StreamSource.stream(clicks.stream),
      consumer: counter,
      onFailure: AsyncDestination.queue(failures.queue),
      alarms,
      batchSize: 1000,
      maxBatchingWindow: Duration.minutes(1),
      // A record that is no click stays none; what fails for another reason has these tries, each later than the one before.
      retryAttempts: 3,
    });
  }
}
