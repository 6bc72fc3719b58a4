import { Size, Token } from 'aws-cdk-lib';
import {
  LaunchTemplate,
  LaunchTemplateHttpTokens,
  Peer,
  Port,
  type CfnLaunchTemplate,
  type Connections,
  type IConnectable,
  type ILaunchTemplate,
  type InstanceType,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { outsideRange, refuse } from '../faults';
import { OperatorAccess } from '../network/operator-access';
import { TierSecurityGroup } from '../network/tier-security-group';
import type { BootProgram } from './boot-program';
import { BurstCredits } from './burst-credits';
import { EbsDisk } from './ebs-disk';
import { ImageChoice } from './image-choice';
import { isBurstable, parseInstanceType } from './instance-type-name';
import { TypePolicy } from './type-policy';

/** One thing instances may reach. */
export interface OutboundRule {
  readonly to: IConnectable;
  readonly port: Port;
  /** Why, as the rule's description. */
  readonly description: string;
}

export interface ComputeTemplateProps {
  /** The network of the instances' security group. */
  readonly vpc: IVpc;
  /** What the instances are for, in a few words of a security group's description; changing it replaces the group. */
  readonly description: string;
  readonly instanceType: InstanceType;
  /**
   * Which types are allowed.
   * @default TypePolicy.any()
   */
  readonly typePolicy?: TypePolicy;
  /**
   * What the instances start from; made for the processor of the type.
   * @default - the newest Amazon Linux 2023
   */
  readonly image?: ImageChoice;
  /**
   * What runs on the first boot.
   * @default - nothing
   */
  readonly boot?: BootProgram;
  /**
   * What a burstable type does when its CPU credits are spent; refused for other types.
   * @default BurstCredits.standard()
   */
  readonly credits?: BurstCredits;
  /**
   * The volume instances boot from.
   * @default EbsDisk.gp3({ size: Size.gibibytes(8) })
   */
  readonly rootDisk?: EbsDisk;
  /**
   * Further volumes by device name, such as /dev/xvdf.
   * @default - none
   */
  readonly dataDisks?: Readonly<Record<string, EbsDisk>>;
  /**
   * How a person gets a shell.
   * @default OperatorAccess.session()
   */
  readonly access?: OperatorAccess;
  /**
   * All that instances may reach, besides the name server and the clock of the VPC, which no security group filters.
   * @default - HTTPS anywhere: the AWS APIs that signals, sessions and packages come from have no range to name
   */
  readonly outbound?: readonly OutboundRule[];
  /**
   * Hops an answer of the metadata service may take: 1, or 2 where containers on the instance must read it.
   * @default 1
   */
  readonly metadataHopLimit?: number;
  /**
   * Whether an instance can read its own tags from the metadata service, the name of its Auto Scaling group among them.
   * @default false
   */
  readonly tagsInMetadata?: boolean;
  /**
   * Whether metrics come every minute rather than every five.
   * @default true
   */
  readonly detailedMonitoring?: boolean;
  /**
   * Whether EC2 refuses to terminate an instance. Auto Scaling terminates its own all the same.
   * @default false
   */
  readonly terminationProtection?: boolean;
  /**
   * Whether instances get a public IPv4 address. The subnet must then be public, which `Fleet` checks.
   * @default false
   */
  readonly publicAddress?: boolean;
}

const rootDevice = '/dev/xvda';

/**
 * What to launch: a hardened launch template with a role and a security group of its own.
 *
 * Encrypted gp3 root, metadata only with a session token and one hop away, no key pair, no inbound rule, no public address,
 * shells through Session Manager. When and where instances run is said by the group that uses it (`Fleet`).
 *
 * @claims compute-hardened-instance, compute-private-default, compute-imdsv2-required, compute-instance-role,
 * compute-asg-launch-template
 */
export class ComputeTemplate extends Construct implements IConnectable {
  readonly launchTemplate: ILaunchTemplate;
  readonly role: IRole;
  readonly connections: Connections;
  readonly boot?: BootProgram;
  readonly publicAddress: boolean;
  /** Keys of its volumes other than the account's own. */
  readonly encryptionKeys: readonly IKey[];

  constructor(scope: Construct, id: string, props: ComputeTemplateProps) {
    super(scope, id);
    const { vpc, instanceType, rootDisk = EbsDisk.gp3({ size: Size.gibibytes(8) }), dataDisks = {} } = props;
    const { metadataHopLimit = 1, outbound = [httpsAnywhere] } = props;
    refuse(this, [
      ...(props.typePolicy ?? TypePolicy.any()).faults(instanceType),
      outsideRange('metadataHopLimit', metadataHopLimit, 1, 2, 'hops'),
      ...rootDisk.faults('rootDisk', 'root'),
      ...Object.entries(dataDisks).flatMap(([device, disk]) => [
        !/^\/dev\/(sd|xvd)[b-z]$/.test(device) &&
          `dataDisks has the device ${device}; give a name such as /dev/xvdf, other than the root's ${rootDevice}`,
        ...disk.faults(`dataDisks[${device}]`, 'data'),
      ]),
      outbound.length === 0 &&
        'outbound is empty; leave it out for HTTPS, or name what the instances need: without a way out they can neither signal nor be reached by a session',
    ]);
    const image = props.image ?? ImageChoice.amazonLinux2023(instanceType.architecture);
    const burstable =
      Token.isUnresolved(instanceType.toString()) || isBurstable(parseInstanceType(instanceType.toString()));
    const credits = props.credits ?? BurstCredits.standard();
    refuse(this, [
      ...image.faults(instanceType.architecture, instanceType.toString()),
      ...credits.faults(),
      props.credits !== undefined &&
        !burstable &&
        `credits are given for ${instanceType.toString()}, which has none; leave them out, or take a type of family t`,
    ]);

    const group = new TierSecurityGroup(this, 'Group', { vpc, description: props.description });
    this.connections = group.connections;
    for (const { to, port, description } of outbound) this.connections.allowTo(to, port, description);
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    props.boot?.grantRead(this.role);
    const access = props.access ?? OperatorAccess.session();
    const { keyPair, group: shellGroup } = access.open({
      scope: this,
      vpc,
      role: this.role,
      connections: this.connections,
    });

    this.launchTemplate = new LaunchTemplate(this, 'Template', {
      instanceType,
      machineImage: image.image,
      role: this.role,
      securityGroup: group.securityGroup,
      associatePublicIpAddress: props.publicAddress ?? false,
      requireImdsv2: true,
      httpEndpoint: true,
      httpTokens: LaunchTemplateHttpTokens.REQUIRED,
      httpPutResponseHopLimit: metadataHopLimit,
      ...(props.tagsInMetadata && { instanceMetadataTags: true }),
      blockDevices: [
        rootDisk.mappedTo(rootDevice),
        ...Object.entries(dataDisks).map(([device, disk]) => disk.mappedTo(device)),
      ],
      ebsOptimized: true,
      detailedMonitoring: props.detailedMonitoring ?? true,
      disableApiTermination: props.terminationProtection ?? false,
      ...(props.boot && { userData: props.boot.userData }),
      ...(burstable && { cpuCredits: credits.mode }),
      ...(keyPair && { keyPair }),
    });
    const resource = this.launchTemplate.node.defaultChild as CfnLaunchTemplate;
    if (shellGroup) {
      // Beside `connections`, so that what is let in to the service is not let in here too.
      resource.addPropertyOverride('LaunchTemplateData.NetworkInterfaces.0.Groups.1', shellGroup.securityGroupId);
    }
    if (image.isImported) resource.addMetadata(importedImage, true);
    if (credits.reason !== undefined) resource.addMetadata('groundplan:UnlimitedCredits', credits.reason);
    this.boot = props.boot;
    this.publicAddress = props.publicAddress ?? false;
    this.encryptionKeys = [rootDisk, ...Object.values(dataDisks)].flatMap((disk) => disk.props.encryptionKey ?? []);
  }
}

/** Marks a launch template whose image id was fixed on purpose. */
export const importedImage = 'groundplan:ImportedImage';

const httpsAnywhere: OutboundRule = {
  to: Peer.anyIpv4(),
  port: Port.tcp(443),
  description: 'HTTPS to the AWS APIs: boot signals, sessions, packages',
};
