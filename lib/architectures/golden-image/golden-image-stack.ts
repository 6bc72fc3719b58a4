import { join } from 'node:path';
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { InstanceArchitecture } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { ArchitectureProps } from '../../architecture';
import { BaseImage } from '../../constructs/compute/base-image';
import { bootKit } from '../../constructs/compute/boot-kit';
import { BootProgram } from '../../constructs/compute/boot-program';
import { ComputeTemplate } from '../../constructs/compute/compute-template';
import { Fleet } from '../../constructs/compute/fleet';
import { GoldenImage as BakedImage } from '../../constructs/compute/golden-image';
import { ImageFollower } from '../../constructs/compute/image-follower';
import { ImageRetirement } from '../../constructs/compute/image-retirement';
import { JobTime } from '../../constructs/messaging/job-time';
import { FlowDestination } from '../../constructs/network/flow-capture';
import { TieredNetwork } from '../../constructs/network/tiered-network';
import { AlarmTopic } from '../../constructs/operations/alarm-topic';
import { sizes } from './sizes';

const image = (name: string): string => join(__dirname, 'image', name);

/** Images that are baked on a schedule, tested, and rolled into a fleet; those nobody needs any more go. */
export class GoldenImage extends Stack {
  constructor(scope: Construct, id: string, props: ArchitectureProps) {
    super(scope, id, props);
    const { profile, settings } = props;
    const size = sizes[profile.name];

    const network = new TieredNetwork(this, 'Network', {
      ...size.network,
      gatewayEndpoints: {},
      flowLogs: FlowDestination.logs(),
    });
    const { vpc } = network;
    const servers = network.subnets(size.servers);
    const alarms = new AlarmTopic(this, 'Alarms', { ...(settings.alarmEmail && { email: settings.alarmEmail }) });

    const baked = new BakedImage(this, 'Image', {
      name: this.stackName,
      description: 'A web server with its page',
      base: BaseImage.amazonLinux2023(InstanceArchitecture.ARM_64),
      components: {
        Page: {
          description: 'Installs nginx and the page, and looks whether it is served',
          build: image('install.sh'),
          validate: image('validate.sh'),
          test: image('test.sh'),
          files: [image('nginx.conf'), image('page.html')],
        },
      },
      vpc,
      subnet: vpc.selectSubnets(servers).subnets[0],
      schedule: JobTime.cron('0 3 ? * MON *'),
      alarms,
    });
    const retirement = new ImageRetirement(this, 'Retirement', {
      image: baked,
      alarms,
      keep: size.keep,
      whenDeleted: profile.deletionProtection ? 'keep' : 'remove',
    });

    const template = new ComputeTemplate(this, 'Server', {
      vpc,
      description: 'Servers of the golden image',
      ...size.server,
      image: baked.choice(),
      boot: new BootProgram(this, 'Boot', { program: join(__dirname, 'boot', 'boot.sh'), files: [bootKit] }),
    });
    // There is nothing to launch before the first image is there, and what runs keeps its image from being taken away.
    template.node.addDependency(baked, retirement);
    const fleet = new Fleet(this, 'Fleet', {
      vpc,
      subnets: servers,
      template,
      size: size.fleet,
      alarms,
      bootTime: Duration.minutes(2),
    });
    const follower = new ImageFollower(this, 'Follower', { fleet, image: baked, alarms });

    this.tell({
      Pipeline: ['Start it for another image', baked.pipelineArn],
      ImageParameter: ['Holds the id of the newest image', baked.parameterName],
      FirstImage: ['The image this deployment has baked', baked.firstImageId],
      FleetGroup: ['Runs the newest image', fleet.group.autoScalingGroupName],
      FollowFunction: ['Looks whether the fleet has to be refreshed', follower.function.functionName],
      RetireFunction: ['Takes away what nobody needs any more', retirement.function.functionName],
    });
  }

  private tell(outputs: Readonly<Record<string, readonly [description: string, value: string]>>): void {
    for (const [id, [description, value]] of Object.entries(outputs)) new CfnOutput(this, id, { description, value });
  }
}
