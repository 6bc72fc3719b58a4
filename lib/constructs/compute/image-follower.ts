import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { Rule, type EventPattern } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { following } from '../../../lambda/golden-image/environment';
import { handlerCode } from '../../handlers';
import type { AlarmTopic } from '../operations/alarm-topic';
import { AppFunction } from '../serverless/app-function';
import { AsyncDestination } from '../serverless/async-destination';
import { AsyncInvocation } from '../serverless/async-invocation';
import { FailureQueue } from '../serverless/failure-queue';
import type { Fleet } from './fleet';
import { keptAlready, type GoldenImage } from './golden-image';
import { grantOnGroup } from './group-grant';

export interface ImageFollowerProps {
  /** The group, whose template takes `image.choice()`. */
  readonly fleet: Fleet;
  readonly image: GoldenImage;
  /** Who hears of images that did not reach the group. */
  readonly alarms: AlarmTopic;
}

/**
 * A group that takes each new image as it comes: the parameter changes, and its instances are replaced, one refresh at a time. A refresh that
 * fails leaves the rest of the group as it was, and is not tried again by itself; its notice lies in the failure queue.
 *
 * @claims compute-image-consume
 */
export class ImageFollower extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, { fleet, image, alarms }: ImageFollowerProps) {
    super(scope, id);
    const { group } = fleet;
    const follower = new AppFunction(this, 'Follower', {
      description: 'Has a group replace its instances when there is a new image',
      code: handlerCode('golden-image', 'follow'),
      timeout: Duration.seconds(30),
      // Two changes at the same moment would each find no refresh under way.
      reservedConcurrentExecutions: 1,
      unscopedActions: [
        'autoscaling:DescribeAutoScalingGroups',
        'autoscaling:DescribeInstanceRefreshes',
        'ec2:DescribeImages',
        'ec2:DescribeInstances',
      ],
      environment: {
        [following.group]: group.autoScalingGroupName,
        [following.parameter]: image.parameterName,
        [following.warmupSeconds]: `${fleet.bootTime.toSeconds()}`,
      },
    });
    this.function = follower.function;
    const parameter = Stack.of(this).formatArn({
      service: 'ssm',
      resource: `parameter${image.parameterName}`,
    });
    follower.role.addToPrincipalPolicy(new PolicyStatement({ actions: ['ssm:GetParameter'], resources: [parameter] }));
    grantOnGroup(this, 'MayRefresh', {
      group,
      role: follower.role,
      actions: ['autoscaling:StartInstanceRefresh'],
    });
    const failures = new FailureQueue(this, 'Failures', { alarms });
    new AsyncInvocation(this, 'Running', { function: follower, onFailure: AsyncDestination.queue(failures.queue) });
    const look = (name: string, description: string, eventPattern: EventPattern) =>
      new Rule(this, name, {
        description,
        eventPattern,
        targets: [
          new LambdaFunction(this.function, {
            deadLetterQueue: failures.queue,
            retryAttempts: 185,
            maxEventAge: Duration.hours(1),
          }),
        ],
      });
    const ofGroup = { AutoScalingGroupName: [group.autoScalingGroupName] };
    look('Baked', 'The parameter names another image', {
      source: ['aws.ssm'],
      detailType: ['Parameter Store Change'],
      detail: { name: [image.parameterName], operation: ['Create', 'Update'] },
    });
    look('Refreshed', 'A refresh has ended; what came meanwhile is taken now', {
      source: ['aws.autoscaling'],
      detailType: ['EC2 Auto Scaling Instance Refresh Succeeded'],
      detail: ofGroup,
    });
    const refused = new Rule(this, 'Refused', {
      description: 'A refresh has failed, and part of the group runs the image before',
      eventPattern: {
        source: ['aws.autoscaling'],
        detailType: ['EC2 Auto Scaling Instance Refresh Failed', 'EC2 Auto Scaling Instance Refresh Cancelled'],
        detail: ofGroup,
      },
      targets: [new SqsQueue(failures.queue)],
    });
    Validations.of(refused).acknowledge({ id: 'Serverless::Serverless-EventBusDLQ', reason: keptAlready });
  }
}
