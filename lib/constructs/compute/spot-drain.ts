import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { environment } from '../../../lambda/spot-drain/environment';
import { handlerCode } from '../../handlers';
import { outsideDuration, refuse } from '../faults';
import type { AlarmTopic } from '../operations/alarm-topic';
import { AppFunction } from '../serverless/app-function';
import { AsyncDestination } from '../serverless/async-destination';
import { AsyncInvocation } from '../serverless/async-invocation';
import { FailureQueue } from '../serverless/failure-queue';
import type { Fleet } from './fleet';
import { grantOnGroup } from './group-grant';
import { InstanceScript, scriptActions } from './instance-script';

export interface SpotDrainProps {
  readonly fleet: Fleet;
  /** Who hears of notices that came to nothing. */
  readonly alarms: AlarmTopic;
  /**
   * Path of the bash file with which an instance stops its application, as root. It must bear being run twice.
   * @default - the application is not told
   */
  readonly stop?: string;
  /**
   * How long stopping may take, 1 second to 2 minutes, which is all the time there is.
   * @default Duration.seconds(90)
   */
  readonly longestStop?: Duration;
}

/** From the warning to the end of the instance. */
export const spotNotice: Duration = Duration.seconds(120);
/** How long one run may take: a first one, Lambda's minute before the second, and that one fit into the notice. */
export const drainTimeout: Duration = Duration.seconds(25);

/**
 * What happens when EC2 wants spot capacity back. Two minutes before it does, the instance is taken out of its pools, told to stop
 * its application, and replaced. When EC2 only expects it, the instance is taken out of its pools if others are healthy there;
 * its group has another one started and takes it away (`MixedInstances`).
 *
 * @claims compute-spot-interruption
 */
export class SpotDrain extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, props: SpotDrainProps) {
    super(scope, id);
    const { fleet, alarms, stop, longestStop = Duration.seconds(90) } = props;
    refuse(this, [
      !fleet.usesSpot &&
        `fleet ${fleet.node.path} uses no spot instances, so nobody would ever warn of one; leave this out`,
      outsideDuration('longestStop', longestStop, Duration.seconds(1), spotNotice),
      stop === undefined &&
        props.longestStop !== undefined &&
        'longestStop is given without stop; give the script, or leave both out',
    ]);

    const script =
      stop === undefined
        ? undefined
        : new InstanceScript(this, 'Stop', {
            script: stop,
            longest: longestStop,
            description: 'How an instance stops its application before its capacity is taken back',
          });
    const drain = new AppFunction(this, 'Drain', {
      description: 'Takes instances out of service whose spot capacity is wanted back',
      code: handlerCode('spot-drain', 'drain'),
      timeout: drainTimeout,
      unscopedActions: [
        'autoscaling:DescribeAutoScalingGroups',
        'autoscaling:DescribeAutoScalingInstances',
        'elasticloadbalancing:DescribeTargetHealth',
        ...(script ? scriptActions : []),
      ],
      environment: {
        [environment.group]: fleet.group.autoScalingGroupName,
        [environment.document]: script?.documentName ?? '-',
      },
    });
    this.function = drain.function;
    script?.grantRun(drain.role, fleet.group);
    grantOnGroup(this, 'MayDrain', {
      group: fleet.group,
      role: drain.role,
      actions: ['autoscaling:SetInstanceHealth'],
    });
    if (fleet.targetGroupArns.length > 0) {
      drain.role.addToPrincipalPolicy(
        new PolicyStatement({
          actions: ['elasticloadbalancing:DeregisterTargets'],
          resources: [...fleet.targetGroupArns],
        }),
      );
    }
    const failures = new FailureQueue(this, 'Failures', { alarms });
    new AsyncInvocation(this, 'Running', {
      function: drain,
      onFailure: AsyncDestination.queue(failures.queue),
      maxEventAge: spotNotice,
    });
    new Rule(this, 'Notice', {
      description: 'EC2 wants spot capacity back, or expects to; instances of others are left alone',
      eventPattern: {
        source: ['aws.ec2'],
        detailType: ['EC2 Spot Instance Interruption Warning', 'EC2 Instance Rebalance Recommendation'],
      },
      targets: [
        new LambdaFunction(this.function, {
          deadLetterQueue: failures.queue,
          retryAttempts: 185,
          maxEventAge: spotNotice,
        }),
      ],
    });
  }
}
