import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, MathExpression, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import { Construct } from 'constructs';
import { environment, type Wish } from '../../../lambda/stream-scaler/environment';
import { handlerCode } from '../../handlers';
import type { AlarmTopic } from '../operations/alarm-topic';
import { AppFunction } from '../serverless/app-function';
import { AsyncDestination } from '../serverless/async-destination';
import { AsyncInvocation } from '../serverless/async-invocation';
import { FailureQueue } from '../serverless/failure-queue';
import { shardLimits } from './shards';
import { scaleSizes, type ScaledShards } from './stream-capacity';

export interface StreamScalerProps {
  readonly stream: IStream;
  readonly bounds: ScaledShards;
  /** Who hears of a change that failed for good. */
  readonly alarms: AlarmTopic;
}

/** Shares of what the shards take. Half of a quarter is far from four fifths, so that one change is not undone by the next. */
const busy = 0.8;
const idle = 0.25;

/**
 * Doubles a stream that uses four fifths of what its shards take for two minutes, and halves one that uses less than a quarter of
 * it for an hour.
 *
 * Each size has alarms of its own, because an alarm tells a change once and not how many shards there are: a load that jumps over
 * two sizes sets off the alarms of both. They ring for nobody, since what follows is a change, and not a call for a person.
 *
 * @claims messaging-stream-capacity
 */
export class StreamScaler extends Construct {
  readonly scaler: AppFunction;
  private readonly stream: IStream;
  private readonly failures: FailureQueue;

  constructor(scope: Construct, id: string, props: StreamScalerProps) {
    super(scope, id);
    const { stream, bounds, alarms } = props;
    this.stream = stream;
    this.scaler = new AppFunction(this, 'Scaler', {
      description: `Doubles and halves ${stream.node.path}`,
      code: handlerCode('stream-scaler', 'scale'),
      timeout: Duration.minutes(11),
      environment: { [environment.stream]: stream.streamName },
      unscopedActions: ['kinesis:UpdateShardCount'],
    });
    stream.grant(this.scaler.role, 'kinesis:DescribeStreamSummary');
    this.failures = new FailureQueue(this, 'Failures', { alarms });
    new AsyncInvocation(this, 'Running', {
      function: this.scaler,
      onFailure: AsyncDestination.queue(this.failures.queue),
    });

    const sizes = scaleSizes(bounds);
    sizes.slice(1).forEach((larger, i) => {
      const smaller = sizes[i];
      this.run(this.busyWith(smaller), { atLeast: larger });
      this.run(this.idleWith(larger), { atMost: smaller });
    });
  }

  private busyWith(shards: number): Alarm {
    return new Alarm(this, `Busy${shards}`, {
      alarmDescription: `${this.stream.node.path} would fill four fifths of ${shards} shards; it is doubled.`,
      metric: this.use(),
      threshold: busy * shards,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  private idleWith(shards: number): Alarm {
    return new Alarm(this, `Idle${shards}`, {
      alarmDescription: `${this.stream.node.path} would fill less than a quarter of ${shards} shards; it is halved.`,
      metric: this.use(),
      threshold: idle * shards,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 60,
      // Nothing at all is little.
      treatMissingData: TreatMissingData.BREACHING,
    });
  }

  /** How many shards are filled by what is written. */
  private use(): MathExpression {
    const period = Duration.minutes(1);
    const written = (metricName: string) => this.stream.metric(metricName, { statistic: Stats.SUM, period });
    return new MathExpression({
      label: 'shards filled',
      expression: `MAX([bytes / ${60 * shardLimits.bytesIn}, records / ${60 * shardLimits.recordsIn}])`,
      usingMetrics: { bytes: written('IncomingBytes'), records: written('IncomingRecords') },
      period,
    });
  }

  private run(alarm: Alarm, wish: Wish): void {
    new Rule(this, `Runs${alarm.node.id}`, {
      description: alarm.node.path,
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        resources: [alarm.alarmArn],
        detail: { state: { value: ['ALARM'] } },
      },
      targets: [
        new LambdaFunction(this.scaler.function, {
          event: RuleTargetInput.fromObject(wish),
          deadLetterQueue: this.failures.queue,
          retryAttempts: 185,
          maxEventAge: Duration.hours(1),
        }),
      ],
    });
  }
}
