import { Duration, Fn, Names, Stack, Validations } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { InstanceArchitecture, InstanceType, type ISubnet, type IVpc } from 'aws-cdk-lib/aws-ec2';
import {
  CfnImage,
  CfnImagePipeline,
  CfnImageRecipe,
  CfnInfrastructureConfiguration,
} from 'aws-cdk-lib/aws-imagebuilder';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { outsideDuration, refuse } from '../faults';
import type { JobTime } from '../messaging/job-time';
import type { AlarmTopic } from '../operations/alarm-topic';
import { FailureQueue } from '../serverless/failure-queue';
import type { EbsDisk } from './ebs-disk';
import { rootDevice, usualRoot } from './hardened-host';
import type { BaseImage } from './base-image';
import { ImageBuildHost } from './image-build-host';
import { ImageChoice, type BakedOptions } from './image-choice';
import { componentFaults, ImageComponent, type ImageComponentProps } from './image-component';
import { distributionOf, reachFaults, type ImageRegion } from './image-distribution';
import { contentVersion } from './image-document';
import type { ImageShare } from './image-share';

export interface GoldenImageProps {
  /** Small letters, digits, hyphens and slashes: images stand in the parameter `/imagebuilder/<name>`, the only place where Image Builder may write by its own role. */
  readonly name: string;
  /** What the image is for, in a sentence. */
  readonly description: string;
  readonly base: BaseImage;
  /** What is made of it, by name, in this order; 1 to 20. At least one has to test. */
  readonly components: Readonly<Record<string, ImageComponentProps>>;
  readonly vpc: IVpc;
  /** Where instances build and test, for minutes. It needs a way out: NAT, or a public subnet that gives addresses by itself. */
  readonly subnet: ISubnet;
  /** Who hears of images that could not be baked. */
  readonly alarms: AlarmTopic;
  /**
   * What builds and tests; its processor is the image's.
   * @default - t4g.small or t3.small
   */
  readonly instanceType?: InstanceType;
  /**
   * The volume that becomes the root of the image.
   * @default EbsDisk.gp3({ size: Size.gibibytes(8) })
   */
  readonly rootDisk?: EbsDisk;
  /**
   * Further volumes of the image, by device name, such as /dev/xvdf.
   * @default - none
   */
  readonly dataDisks?: Readonly<Record<string, EbsDisk>>;
  /**
   * When it is baked anew, if its base has changed since; a base of one's own is taken for changed.
   * @default - when its template changes, and when somebody starts the pipeline
   */
  readonly schedule?: JobTime;
  /**
   * How long the tests of an image may take, 1 to 24 hours.
   * @default Duration.hours(1)
   */
  readonly testsAtMost?: Duration;
  /**
   * The key of its snapshots.
   * @default - the account's `aws/ebs` key, which AWS manages
   */
  readonly encryptionKey?: IKey;
  /**
   * Where else it is to be had, under the same parameter.
   * @default - in this Region
   */
  readonly regions?: readonly ImageRegion[];
  /**
   * Who else may launch it; needs a key of one's own in every Region.
   * @default - this account
   */
  readonly share?: ImageShare;
}

/**
 * An image that is baked, tested and only then published: Image Builder starts an instance of the base, has components build on it, makes the image,
 * tests an instance of that, and writes its id into a parameter. Nothing of it is edited: a change is a new version of a component, thus of the
 * recipe, thus an image, which the deployment waits for.
 *
 * @claims compute-image-pipeline, compute-image-distribution, compute-image-share, compute-image-consume
 */
export class GoldenImage extends Construct {
  /** The parameter that holds the id of the newest image. */
  readonly parameterName: string;
  readonly pipelineArn: string;
  /** The id of the image the deployment has baked. */
  readonly firstImageId: string;
  readonly failures: FailureQueue;
  readonly builder: ImageBuildHost;
  /** Where it is besides this Region. */
  readonly regions: readonly string[];
  /** What its images are tagged with. */
  readonly imageName: string;
  private readonly props: GoldenImageProps;

  constructor(scope: Construct, id: string, props: GoldenImageProps) {
    super(scope, id);
    this.props = props;
    const { base, dataDisks = {}, rootDisk = usualRoot, regions = [], schedule } = props;
    const { instanceType = usualType(base), testsAtMost = Duration.hours(1) } = props;
    refuse(this, [
      !/^[a-z][a-z0-9-]*(\/[a-z0-9-]+)*$/.test(props.name) &&
        `name is ${props.name}; give small letters, digits, hyphens and slashes, such as shop/page`,
      ...base.faults,
      instanceType.architecture !== base.processor &&
        `instanceType ${instanceType.toString()} has a processor of ${instanceType.architecture} but base is made for ${base.processor}; let them fit`,
      ...componentFaults(props.components),
      ...rootDisk.faults('rootDisk', 'root'),
      ...Object.entries(dataDisks).flatMap(([device, disk]) => [
        !/^\/dev\/(sd|xvd)[b-z]$/.test(device) &&
          `dataDisks has the device ${device}; give a name such as /dev/xvdf, other than the root's ${rootDevice}`,
        ...disk.faults(`dataDisks[${device}]`, 'data'),
      ]),
      outsideDuration('testsAtMost', testsAtMost, Duration.hours(1), Duration.hours(24)),
      ...(schedule?.faults ?? []),
      schedule?.isOnce && 'schedule is a single time; give one that comes again, or start the pipeline by hand',
      ...reachFaults(this, props),
    ]);
    this.imageName = props.name;
    this.parameterName = `/imagebuilder/${props.name}`;
    this.regions = regions.map(({ region }) => region);
    const components = Object.entries(props.components).map(
      ([name, component]) => new ImageComponent(this, name, component),
    );
    this.builder = new ImageBuildHost(this, 'Builder', { vpc: props.vpc, subnet: props.subnet, components });
    const logs = new LogGroup(this, 'Logs', { logGroupName: `/aws/imagebuilder/${props.name}` });
    this.builder.grantLog(logs);

    const name = Names.uniqueResourceName(this, { separator: '-', maxLength: 100 });
    const recipe = this.recipe(name, components, { [rootDevice]: rootDisk, ...dataDisks });
    const infrastructure = new CfnInfrastructureConfiguration(this, 'Infrastructure', {
      name,
      description: `Where ${props.name} is built and tested`,
      instanceProfileName: this.builder.profile.instanceProfileName,
      instanceTypes: [instanceType.toString()],
      instanceMetadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
      subnetId: props.subnet.subnetId,
      securityGroupIds: [this.builder.group.securityGroup.securityGroupId],
      terminateInstanceOnFailure: true,
    });
    infrastructure.node.addDependency(this.builder);
    const made = {
      imageRecipeArn: recipe.attrArn,
      infrastructureConfigurationArn: infrastructure.attrArn,
      distributionConfigurationArn: distributionOf(this, {
        ...props,
        name,
        imageName: props.name,
        parameterName: this.parameterName,
      }).attrArn,
      imageTestsConfiguration: { imageTestsEnabled: true, timeoutMinutes: testsAtMost.toMinutes() },
      // It would need rights to write inventories.
      enhancedImageMetadataEnabled: false,
    };
    // A group that is not named is made by Image Builder, and keeps everything for ever.
    const logged = { imageLogGroupName: logs.logGroupName, pipelineLogGroupName: logs.logGroupName };
    const first = new CfnImage(this, 'First', { ...made, loggingConfiguration: { logGroupName: logs.logGroupName } });
    first.node.addDependency(props.subnet.internetConnectivityEstablished);
    this.firstImageId = first.attrImageId;
    const pipeline = new CfnImagePipeline(this, 'Pipeline', {
      ...made,
      name,
      description: props.description,
      loggingConfiguration: logged,
      ...(schedule && {
        schedule: {
          scheduleExpression: schedule.expression,
          timezone: schedule.zone,
          pipelineExecutionStartCondition: base.isWatched
            ? 'EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE'
            : 'EXPRESSION_MATCH_ONLY',
        },
      }),
    });
    this.pipelineArn = pipeline.attrArn;
    this.failures = new FailureQueue(this, 'Failures', { alarms: props.alarms });
    this.tellFailures();
  }

  /** What a template launches: the newest image, whichever it is then. */
  choice(options: Pick<BakedOptions, 'atBoot'> = {}): ImageChoice {
    const { base, encryptionKey } = this.props;
    return ImageChoice.baked(this.parameterName, base.processor, {
      ...options,
      ...(encryptionKey && { encryptionKey }),
    });
  }

  private recipe(
    name: string,
    components: readonly ImageComponent[],
    disks: Readonly<Record<string, EbsDisk>>,
  ): CfnImageRecipe {
    const { base, encryptionKey, description } = this.props;
    const content = {
      parentImage: base.parentImage,
      components: components.map(({ componentArn }) => ({ componentArn })),
      blockDeviceMappings: Object.entries(disks).map(([deviceName, { type, props, performance }]) => ({
        deviceName,
        ebs: {
          encrypted: true,
          deleteOnTermination: !props.keep,
          volumeType: type,
          volumeSize: props.size.toGibibytes(),
          ...performance,
          ...(encryptionKey && { kmsKeyId: encryptionKey.keyArn }),
        },
      })),
    };
    const versions = components.map(({ version }) => version);
    return new CfnImageRecipe(this, 'Recipe', {
      ...content,
      name,
      description,
      version: contentVersion(Stack.of(this).resolve([content, versions, description])),
    });
  }

  /** Image Builder only marks an image as failed. */
  private tellFailures(): void {
    // Recipe and pipeline have one name, which Image Builder writes in small letters.
    const images = Fn.join(':image/', Fn.split(':image-pipeline/', this.pipelineArn));
    const rule = new Rule(this, 'Failed', {
      description: `An image of ${this.props.name} could not be baked, or did not pass its tests`,
      eventPattern: {
        source: ['aws.imagebuilder'],
        detailType: ['EC2 Image Builder Image State Change'],
        resources: [{ prefix: `${images}/` }] as unknown as string[],
        detail: { state: { status: ['FAILED'] } },
      },
      targets: [new SqsQueue(this.failures.queue)],
    });
    Validations.of(rule).acknowledge({ id: 'Serverless::Serverless-EventBusDLQ', reason: keptAlready });
  }
}

/** Why a rule that leads to a failure queue has no dead letters. */
export const keptAlready =
  'The target is the failure queue of this block itself; a second queue would hold what the first could not take, which EventBridge tries for a day.';

const usualType = ({ processor }: BaseImage): InstanceType =>
  new InstanceType(processor === InstanceArchitecture.ARM_64 ? 't4g.small' : 't3.small');
