import { Duration } from 'aws-cdk-lib';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { resizerEnvironment, sweepEnvironment } from '../../../lambda/file-intake/environment';
import { JobTarget } from '../../constructs/messaging/job-target';
import { JobTime } from '../../constructs/messaging/job-time';
import { TimedJob } from '../../constructs/messaging/timed-job';
import type { AlarmTopic } from '../../constructs/operations/alarm-topic';
import type { AppFunction } from '../../constructs/serverless/app-function';
import { AsyncDestination } from '../../constructs/serverless/async-destination';
import { AsyncInvocation } from '../../constructs/serverless/async-invocation';
import type { FailureQueue } from '../../constructs/serverless/failure-queue';
import { intakeFunction } from './intake-function';
import { mayLook } from './may-look';
import { keptFor } from './resizer';

export interface SweepProps {
  readonly alarms: AlarmTopic;
  readonly bucket: IBucket;
  readonly failures: FailureQueue;
  readonly resizer: AppFunction;
}

/** Lambda has given up by then, and told the failure queue. */
const settled = keptFor.plus(Duration.minutes(30));
/** Three sweeps look at each file, so that one that fails leaves nothing behind. */
const reach = settled.plus(Duration.hours(3));

/** Once an hour, what was missed is found: S3 announces at least once, but what it announces can get lost behind it. */
export class Sweep extends Construct {
  readonly function: AppFunction;

  constructor(scope: Construct, id: string, props: SweepProps) {
    super(scope, id);
    const { alarms, bucket, failures, resizer } = props;
    this.function = intakeFunction(this, 'Function', {
      description: 'Finds files that have neither results nor a reason, and has them resized',
      handler: 'sweep',
      alarms,
      bucket,
      timeout: Duration.minutes(5),
      environment: {
        [resizerEnvironment.resizer]: resizer.function.functionArn,
        [sweepEnvironment.settleSeconds]: String(settled.toSeconds()),
        [sweepEnvironment.reachSeconds]: String(reach.toSeconds()),
      },
    });
    mayLook(this.function.role, bucket);
    // A policy of its own: in the role's, the function would wait for the policy, and the policy for the function.
    new Policy(this, 'HandOn', {
      statements: [resizer, this.function].map(
        (callee) =>
          new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [callee.function.functionArn] }),
      ),
      roles: [this.function.role],
    });
    new AsyncInvocation(this, 'Runs', {
      function: this.function,
      onFailure: AsyncDestination.queue(failures.queue),
    });
    new TimedJob(this, 'Hourly', {
      description: 'Looks for files that were missed',
      alarms,
      when: JobTime.rate(Duration.hours(1)),
      target: JobTarget.function(this.function.function),
      failures,
    });
  }
}
