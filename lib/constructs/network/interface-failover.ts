import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IInstance } from 'aws-cdk-lib/aws-ec2';
import { Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/interface-failover/environment';
import { handlerCode } from '../../handlers';
import { refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import { AppFunction } from '../serverless/app-function';
import { AsyncDestination } from '../serverless/async-destination';
import { AsyncInvocation } from '../serverless/async-invocation';
import { FailureQueue } from '../serverless/failure-queue';
import { floatingDeviceIndex, type FloatingInterface } from './floating-interface';

export interface InterfaceFailoverProps {
  /** What is moved, between the hosts it names; refused with one host. */
  readonly floating: FloatingInterface;
  /** Who hears of a host that failed, and of what became of the interface. */
  readonly alarms: AlarmTopic;
}

/**
 * Active and standby within a zone: when a host fails its status checks for two minutes, or reports nothing because it was
 * stopped, its floating interface is moved to the other one, with private addresses, Elastic IPs, groups and MAC.
 *
 * The alarm's change of state runs a function that detaches, waits and attaches. It looks before it acts: an alarm that came twice, late
 * or wrongly moves nothing. What it did is published; what it could not do is tried twice more and then kept, with an alarm.
 *
 * A zone is lost with both hosts. What must survive that stands behind a load balancer or a name.
 *
 * @claims network-eni-failover, compute-eni-failover
 */
export class InterfaceFailover extends Construct {
  readonly function: IFunction;
  /** One for each host, in their order. */
  readonly hostAlarms: readonly IAlarm[];

  constructor(scope: Construct, id: string, props: InterfaceFailoverProps) {
    super(scope, id);
    const { floating, alarms } = props;
    refuse(this, [
      floating.hosts.length < 2 && `floating ${floating.node.path} has one host and nowhere to go; name standbys`,
    ]);

    const mover = new AppFunction(this, 'Mover', {
      description: 'Moves an interface from a host that failed to one that is well',
      code: handlerCode('interface-failover', 'fail-over'),
      timeout: Duration.seconds(120),
      unscopedActions: ['ec2:DescribeInstanceStatus', 'ec2:DescribeNetworkInterfaces'],
      environment: {
        [environment.networkInterface]: floating.networkInterfaceId,
        [environment.hosts]: floating.hosts.map(({ instanceId }) => instanceId).join(','),
        [environment.deviceIndex]: String(floatingDeviceIndex),
      },
    });
    this.permit(mover, floating);
    const failures = new FailureQueue(this, 'Failures', { alarms });
    new AsyncInvocation(this, 'Running', {
      function: mover,
      onFailure: AsyncDestination.queue(failures.queue),
      onSuccess: AsyncDestination.topic(alarms.topic),
    });
    Validations.of(mover.role).acknowledge({
      id: 'AwsSolutions::AwsSolutions-IAM5[Action::kms:GenerateDataKey*]',
      reason:
        'Publishing to an encrypted topic takes a data key of its key, with or without the plaintext; the statement names that one key.',
    });

    this.function = mover.function;
    this.hostAlarms = floating.hosts.map((host, i) => this.watch(host, i + 1, alarms, failures));
  }

  /** Moving is for this interface and these hosts alone. */
  private permit({ role }: AppFunction, { hosts, networkInterfaceId }: FloatingInterface): void {
    const arn = (resource: string, resourceName: string) =>
      Stack.of(this).formatArn({ service: 'ec2', resource, resourceName });
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['ec2:AttachNetworkInterface', 'ec2:DetachNetworkInterface'],
        resources: [
          arn('network-interface', networkInterfaceId),
          ...hosts.map(({ instanceId }) => arn('instance', instanceId)),
        ],
      }),
    );
  }

  private watch(host: IInstance, number: number, alarms: AlarmTopic, { queue }: FailureQueue): IAlarm {
    const alarm = alarms.alarm(this, `Host${number}Alarm`, {
      alarmDescription: `${host.node.path} fails its status checks, or reports nothing; its interface is moved.`,
      metric: new Metric({
        namespace: 'AWS/EC2',
        metricName: 'StatusCheckFailed',
        dimensionsMap: { InstanceId: host.instanceId },
        statistic: 'Maximum',
        period: Duration.minutes(1),
      }),
      threshold: 1,
      evaluationPeriods: 2,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // A host that was stopped reports nothing.
      treatMissingData: TreatMissingData.BREACHING,
    });
    new Rule(this, `Host${number}Failed`, {
      description: `Moves the interface away from ${host.node.path}`,
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        resources: [alarm.alarmArn],
        detail: { state: { value: ['ALARM'] } },
      },
      targets: [
        new LambdaFunction(this.function, {
          event: RuleTargetInput.fromObject({ failed: host.instanceId }),
          deadLetterQueue: queue,
          retryAttempts: 185,
          maxEventAge: Duration.hours(1),
        }),
      ],
    });
    return alarm;
  }
}
