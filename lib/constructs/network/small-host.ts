import { Validations } from 'aws-cdk-lib';
import {
  AmazonLinuxCpuType,
  BlockDeviceVolume,
  CpuCredits,
  EbsDeviceVolumeType,
  Instance,
  InstanceArchitecture,
  InstanceClass,
  InstanceSize,
  InstanceType,
  MachineImage,
  OperatingSystemType,
  UserData,
  type IMachineImage,
  type InstanceProps,
  type ISubnet,
} from 'aws-cdk-lib/aws-ec2';
import type { Construct, IDependable } from 'constructs';
import { isBurstable, parseInstanceType } from '../compute/instance-type-name';
import { StaticAddress } from './static-address';

export interface SmallHostProps extends Pick<
  InstanceProps,
  'vpc' | 'securityGroup' | 'sourceDestCheck' | 'userData' | 'keyPair' | 'role' | 'associatePublicIpAddress'
> {
  readonly subnet: ISubnet;
  /**
   * The kind of host.
   * @default - t4g.nano
   */
  readonly instanceType?: InstanceType;
  /**
   * Whether the host keeps the image it was made with. Otherwise a deployment replaces it as soon as a newer one is out.
   * @default false
   */
  readonly keepsImage?: boolean;
  /**
   * Whether its disk stays when the host goes, for one that keeps something after all.
   * @default false
   */
  readonly keepsDisk?: boolean;
}

/**
 * One machine of a network that keeps nothing, unless it is told to: the newest Amazon Linux 2023, metadata by token only, an
 * encrypted gp3 root.
 *
 * A deployment replaces it when the image was renewed, unless it `keepsImage`. What serves people stands in a group (`Fleet`), not here.
 *
 * @claims network-bastion-image
 */
export class SmallHost extends Instance {
  constructor(
    scope: Construct,
    id: string,
    { subnet, keepsImage = false, keepsDisk = false, ...props }: SmallHostProps,
  ) {
    const instanceType = props.instanceType ?? InstanceType.of(InstanceClass.T4G, InstanceSize.NANO);
    super(scope, id, {
      ...props,
      vpcSubnets: { subnets: [subnet] },
      instanceType,
      machineImage: keepsImage ? imageOfTheDay(instanceType) : newestImage(instanceType),
      // AWS's own default lets a busy host run up costs beyond its price.
      ...(isBurstable(parseInstanceType(instanceType.toString())) && { creditSpecification: CpuCredits.STANDARD }),
      blockDevices: [
        {
          deviceName: '/dev/xvda',
          volume: BlockDeviceVolume.ebs(8, {
            encrypted: true,
            volumeType: EbsDeviceVolumeType.GP3,
            deleteOnTermination: !keepsDisk,
          }),
        },
      ],
    });
    // Not by the CDK's `requireImdsv2`, whose launch templates of two hosts in a stack claim one name.
    this.instance.metadataOptions = { httpTokens: 'required', httpPutResponseHopLimit: 1 };
    Validations.of(this).acknowledge({
      id: 'AwsSolutions::AwsSolutions-EC28',
      reason:
        'Whether the host is alive shows in its status checks, which are published every minute at no cost; detailed monitoring would cost half as much as the host.',
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions::AwsSolutions-EC29',
      reason: keepsDisk
        ? 'The disk stays when the host is ended, by whomever; protection of the host would only block the removal of its stack.'
        : 'The host keeps nothing and is replaced whenever its image is renewed, which termination protection would block half-way through an update.',
    });
  }

  /**
   * Gives the host a public address that stays when it is stopped.
   *
   * @param internet what must be there first: the attachment of the internet gateway
   * @returns the address
   */
  addAddress(internet: IDependable): string {
    const { scope, id } = this.node;
    return new StaticAddress(scope!, `${id}Address`, { target: this, internet }).address;
  }
}

const newestImage = ({ architecture }: InstanceType): IMachineImage =>
  MachineImage.latestAmazonLinux2023({
    cpuType: architecture === InstanceArchitecture.ARM_64 ? AmazonLinuxCpuType.ARM_64 : AmazonLinuxCpuType.X86_64,
  });

/** CloudFormation reads a dynamic reference when it makes the host, and does not look again while the template stays as it is. */
const imageOfTheDay = ({ architecture }: InstanceType): IMachineImage => ({
  getImage: () => ({
    imageId: `{{resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architecture}}}`,
    osType: OperatingSystemType.LINUX,
    userData: UserData.forLinux(),
  }),
});
