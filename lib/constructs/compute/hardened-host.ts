import { Size, Token } from 'aws-cdk-lib';
import {
  Peer,
  Port,
  type BlockDevice,
  type CpuCredits,
  type IConnectable,
  type IKeyPair,
  type IMachineImage,
  type InstanceType,
  type ISecurityGroup,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { outsideRange, refuse } from '../faults';
import { OperatorAccess } from '../network/operator-access';
import { TierSecurityGroup } from '../network/tier-security-group';
import type { BootProgram } from './boot-program';
import { BurstCredits } from './burst-credits';
import { EbsDisk } from './ebs-disk';
import { capFaults } from './ebs-limits';
import { ImageChoice } from './image-choice';
import { enhancedNetworkingFault, hasEnhancedNetworking } from './instance-type-facts';
import { isBurstable, parseInstanceType } from './instance-type-name';
import { TypePolicy } from './type-policy';

/** One thing instances may reach. */
export interface OutboundRule {
  readonly to: IConnectable;
  readonly port: Port;
  /** Why, as the rule's description. */
  readonly description: string;
}

/** What is the same for an instance, whoever launches it. */
export interface HostProps {
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
   * Whether its volumes may be faster together than its type is, so that part of what is paid is never used.
   * @default false
   */
  readonly acceptCap?: boolean;
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
   * Whether the type must have enhanced networking, which is free and on with every type of Nitro; others are refused.
   * @default - any type is taken
   */
  readonly enhancedNetworking?: boolean;
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
   * Whether instances get a public IPv4 address. Their subnet must then be public.
   * @default false
   */
  readonly publicAddress?: boolean;
}

/** Where the root volume of Amazon Linux is. */
export const rootDevice = '/dev/xvda';

/** What a host boots from unless told otherwise. */
export const usualRoot: EbsDisk = EbsDisk.gp3({ size: Size.gibibytes(8) });

/** The volumes it starts with, by device name. */
export const disksOf = ({ rootDisk = usualRoot, dataDisks }: HostProps): Readonly<Record<string, EbsDisk>> => ({
  [rootDevice]: rootDisk,
  ...dataDisks,
});

/** What stands around a host, and what is said of it at launch. */
export interface HostParts {
  readonly group: TierSecurityGroup;
  readonly role: IRole;
  readonly image: IMachineImage;
  /** Whether the image has a fixed id, on purpose. */
  readonly isImported: boolean;
  /** What is written of CPU credits; nothing for a type that has none. */
  readonly credits?: { readonly mode: CpuCredits; readonly reason?: string };
  readonly blockDevices: BlockDevice[];
  /** Whether traffic to volumes has bandwidth of its own. */
  readonly ebsOptimized: boolean;
  readonly metadataHopLimit: number;
  readonly keyPair?: IKeyPair;
  /** A group for shells alone. */
  readonly shellGroup?: ISecurityGroup;
  /** Keys of its volumes other than the account's own. */
  readonly encryptionKeys: readonly IKey[];
}

/** Refuses what no host is to be, and makes the group and the role of one in `scope`. */
export function hostParts(scope: Construct, props: HostProps): HostParts {
  const { vpc, instanceType, rootDisk = usualRoot, dataDisks = {} } = props;
  const disks = disksOf(props);
  const { metadataHopLimit = 1, outbound = [httpsAnywhere] } = props;
  const type = instanceType.toString();
  refuse(scope, [
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
  const burstable = Token.isUnresolved(type) || isBurstable(parseInstanceType(type));
  const credits = props.credits ?? BurstCredits.standard();
  refuse(scope, [
    ...image.faults(instanceType.architecture, type),
    ...credits.faults(),
    props.credits !== undefined &&
      !burstable &&
      `credits are given for ${type}, which has none; leave them out, or take a type of family t`,
    props.enhancedNetworking && enhancedNetworkingFault(type),
    ...(props.boot?.localDisks?.faults(type) ?? []),
    ...((image.baked && props.boot?.installFaults(image.baked.atBoot ?? [])) ?? []),
    ...(props.acceptCap ? [] : capFaults(type, Object.values(disks))),
  ]);

  const group = new TierSecurityGroup(scope, 'Group', { vpc, description: props.description });
  for (const { to, port, description } of outbound) group.connections.allowTo(to, port, description);
  const role = new Role(scope, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  props.boot?.grantRead(role);
  const access = props.access ?? OperatorAccess.session();
  const { keyPair, group: shellGroup } = access.open({ scope, vpc, role, connections: group.connections });

  return {
    group,
    role,
    image: image.image,
    isImported: image.isImported,
    ...(burstable && { credits }),
    blockDevices: Object.entries(disks).map(([device, disk]) => disk.mappedTo(device)),
    ebsOptimized: hasEnhancedNetworking(type),
    metadataHopLimit,
    ...(keyPair && { keyPair }),
    ...(shellGroup && { shellGroup }),
    encryptionKeys: [
      ...Object.values(disks).flatMap((disk) => disk.props.encryptionKey ?? []),
      ...(image.baked?.encryptionKey ? [image.baked.encryptionKey] : []),
    ],
  };
}

const httpsAnywhere: OutboundRule = {
  to: Peer.anyIpv4(),
  port: Port.tcp(443),
  description: 'HTTPS to the AWS APIs: boot signals, sessions, packages',
};
