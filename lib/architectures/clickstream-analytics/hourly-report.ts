import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/clickstream-analytics/environment';
import type { DocumentTable } from '../../constructs/data/document-table';
import { JobTarget } from '../../constructs/messaging/job-target';
import { JobTime } from '../../constructs/messaging/job-time';
import { TimedJob } from '../../constructs/messaging/timed-job';
import { AppFunction } from '../../constructs/serverless/app-function';
import { AsyncDestination } from '../../constructs/serverless/async-destination';
import { AsyncInvocation } from '../../constructs/serverless/async-invocation';
import { FailureQueue } from '../../constructs/serverless/failure-queue';
import { FunctionAlarms } from '../../constructs/serverless/function-alarms';
import { handlerCode } from '../../handlers';
import { figures, service, type ReaderProps } from './reader';
import { tally } from './tally';

export type HourlyReportProps = ReaderProps;

/**
 * Where visitors came from, hour by hour: a reader without a mapping, which comes once an hour and keeps its own place in each
 * shard, beside what it has counted.
 *
 * @claims messaging-stream-consumers
 */
export class HourlyReport extends Construct {
  readonly tally: DocumentTable;
  readonly function: IFunction;

  constructor(scope: Construct, id: string, props: HourlyReportProps) {
    super(scope, id);
    const { alarms, clicks } = props;
    this.tally = tally(this, props);
    const reader = new AppFunction(this, 'Reader', {
      description: 'Reads what came into the stream since it last did',
      code: handlerCode(service, 'hourly'),
      service,
      timeout: Duration.minutes(5),
      environment: {
        ...figures,
        [environment.stream]: clicks.stream.streamName,
        [environment.hoursTable]: this.tally.table.tableName,
      },
    });
    clicks.grantRead(reader.role);
    this.tally.grantQuery(reader.role);
    this.tally.grantUpdate(reader.role);
    this.function = reader.function;

    new FunctionAlarms(this, 'ReaderAlarms', { alarms, function: reader, asynchronous: true });
    const failures = new FailureQueue(this, 'Failures', { alarms });
    new AsyncInvocation(this, 'Running', { function: reader, onFailure: AsyncDestination.queue(failures.queue) });
    new TimedJob(this, 'Hourly', {
      description: 'Reads the clicks of the last hour',
      alarms,
      when: JobTime.rate(Duration.hours(1)),
      target: JobTarget.function(reader.function),
      failures,
    });
  }
}
