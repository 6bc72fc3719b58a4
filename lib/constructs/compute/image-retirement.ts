import { Aws, CustomResource, Duration, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import type { Code, IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { leavingTag, retiring } from '../../../lambda/golden-image/environment';
import { handlerCode } from '../../handlers';
import { outsideRange, refuse } from '../faults';
import { wildcardFinding } from '../findings';
import { JobTarget } from '../messaging/job-target';
import { JobTime } from '../messaging/job-time';
import { TimedJob } from '../messaging/timed-job';
import type { AlarmTopic } from '../operations/alarm-topic';
import { AppFunction } from '../serverless/app-function';
import { AsyncDestination } from '../serverless/async-destination';
import { AsyncInvocation } from '../serverless/async-invocation';
import type { GoldenImage } from './golden-image';
import { imageTag } from './image-distribution';

export interface ImageRetirementProps {
  readonly image: GoldenImage;
  readonly alarms: AlarmTopic;
  /**
   * How many of the newest images stay in any case, 1 to 1,000: those a release can be taken back to.
   * @default 3
   */
  readonly keep?: number;
  /**
   * When the others are looked at.
   * @default JobTime.cron('0 5 * * ? *')
   */
  readonly when?: JobTime;
  /**
   * What becomes of images and of the parameter when the stack is deleted, which knows nothing of them. Images of running instances stay in
   * any case.
   * @default 'keep'
   */
  readonly whenDeleted?: 'keep' | 'remove';
}

/**
 * Images that nobody needs any more, and their snapshots, go by themselves; those in use stay, however old.
 *
 * A lifecycle policy of Image Builder goes by age, number and the last launch, and not by what runs: the image of a group that has not
 * grown for a year would be gone when it has to.
 *
 * @claims compute-image-retire
 */
export class ImageRetirement extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, props: ImageRetirementProps) {
    super(scope, id);
    const { image, alarms, keep = 3, when = JobTime.cron('0 5 * * ? *'), whenDeleted = 'keep' } = props;
    refuse(this, [
      outsideRange('keep', keep, 1, 1_000, 'images'),
      when.isOnce && 'when is a single time; give one that comes again',
    ]);
    const retirer = this.remover(
      'Retirer',
      handlerCode('golden-image', 'retire'),
      'Takes away images that nobody needs any more',
      image,
      keep,
    );
    this.function = retirer.function;
    new AsyncInvocation(this, 'Running', {
      function: retirer,
      onFailure: AsyncDestination.queue(image.failures.queue),
    });
    new TimedJob(this, 'Daily', {
      description: 'Looks for images that nobody needs any more',
      when,
      target: JobTarget.function(retirer.function),
      failures: image.failures,
      alarms,
    });
    if (whenDeleted === 'remove') this.forgetWithStack(image);
  }

  private forgetWithStack(image: GoldenImage): void {
    const forgetter = this.remover(
      'Forgetter',
      handlerCode('golden-image', 'forget'),
      'Takes away images when their stack is deleted',
      image,
      1,
    );
    Validations.of(forgetter.function).acknowledge({
      id: 'Serverless::Serverless-LambdaDLQ',
      reason:
        'CloudFormation calls this function and waits for its answer, and fails the deletion without one; a dead letter would tell nobody more.',
    });
    for (const parameter of parametersOf(image))
      forgetter.role.addToPrincipalPolicy(
        new PolicyStatement({ actions: ['ssm:DeleteParameter'], resources: [parameter] }),
      );
    const made = new CustomResource(this, 'Made', {
      resourceType: 'Custom::BakedImages',
      serviceToken: forgetter.function.functionArn,
      serviceTimeout: Duration.minutes(5),
    });
    made.node.addDependency(forgetter);
  }

  private remover(name: string, code: Code, description: string, image: GoldenImage, keep: number): AppFunction {
    const remover = new AppFunction(this, name, {
      description,
      code,
      timeout: Duration.minutes(4),
      unscopedActions: [
        'autoscaling:DescribeAutoScalingGroups',
        'ec2:DescribeImages',
        'ec2:DescribeInstances',
        'ec2:DescribeLaunchTemplateVersions',
        'ec2:DescribeSnapshots',
      ],
      environment: {
        [retiring.tag]: imageTag,
        [retiring.name]: image.imageName,
        [retiring.parameter]: image.parameterName,
        [retiring.regions]: [Aws.REGION, ...image.regions].join(','),
        [retiring.keep]: `${keep}`,
      },
    });
    grantRemoval(remover.role, image);
    return remover;
  }
}

const parametersOf = (image: GoldenImage): string[] =>
  [Aws.REGION, ...image.regions].map((region) =>
    Stack.of(image).formatArn({ service: 'ssm', region, resource: `parameter${image.parameterName}` }),
  );

function grantRemoval(role: IRole, image: GoldenImage): void {
  const images = `arn:${Aws.PARTITION}:ec2:*::image/*`;
  const snapshots = `arn:${Aws.PARTITION}:ec2:*::snapshot/*`;
  const when = (key: string, value: string) => ({ StringEquals: { [`aws:ResourceTag/${key}`]: value } });
  const may = (actions: string[], resources: string[], conditions?: object) =>
    role.addToPrincipalPolicy(new PolicyStatement({ actions, resources, ...(conditions && { conditions }) }));
  may(['ssm:GetParameter'], parametersOf(image));
  may(['ec2:DeregisterImage'], [images], when(imageTag, image.imageName));
  // Image Builder marks all snapshots it makes.
  may(['ec2:CreateTags'], [snapshots], {
    StringEquals: {
      'aws:ResourceTag/CreatedBy': 'EC2 Image Builder',
      [`aws:RequestTag/${leavingTag}`]: image.imageName,
    },
    'ForAllValues:StringEquals': { 'aws:TagKeys': [leavingTag] },
  });
  may(['ec2:DeleteSnapshot'], [snapshots], when(leavingTag, image.imageName));
  for (const resource of [images, snapshots])
    Validations.of(role).acknowledge({
      id: wildcardFinding(role, resource),
      reason:
        'Ids of images and snapshots are known to nobody before they are made, and their ARNs have no account; the conditions leave only those of this pipeline.',
    });
}
