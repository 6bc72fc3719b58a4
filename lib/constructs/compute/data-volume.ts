import { Aws, Lazy, RemovalPolicy, SizeRoundingBehavior, Stack, Token, type Size } from 'aws-cdk-lib';
import { CfnVolume, CfnVolumeAttachment, EbsDeviceVolumeType, Volume, type IVolume } from 'aws-cdk-lib/aws-ec2';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { outsideSize, refuse } from '../faults';
import { resolved, same } from '../network/network-rule';
import type { EbsDisk } from './ebs-disk';
import { capFaults } from './ebs-limits';
import type { SecureInstance } from './secure-instance';

/** A snapshot a volume is made from. */
export interface VolumeSource {
  /** `snap-` and its number. */
  readonly snapshotId: string;
  /**
   * How large the volume was; a new one is at least as large.
   * @default - not known, and left to the service
   */
  readonly size?: Size;
  /**
   * How fast every block is fetched ahead, 100 to 300 MiB a second; billed by GiB. Without it the first read of each block is slow.
   * @default - blocks are fetched when they are read first
   */
  readonly initialisationRate?: Size;
}

export interface DataVolumeProps {
  /** The zone it stays in, such as `subnet.availabilityZone` of its instance. */
  readonly availabilityZone: string;
  /** Kind, size, speed and key. `keep` is not read: a volume of its own outlives its instance in any case. */
  readonly disk: EbsDisk;
  /**
   * What it holds at first. Kind, size and zone may be others than those of the volume the snapshot was taken of.
   * @default - nothing: it is blank, and gets a file system when it is mounted first
   */
  readonly from?: VolumeSource;
  /**
   * Whether up to 16 instances of the zone have it at once, all reading and writing. Needs io1 or io2, and a file system made for it, which
   * ext4 and xfs are not.
   * @default false
   */
  readonly multiAttach?: boolean;
  /**
   * What becomes of it when it is deleted or replaced.
   * @default RemovalPolicy.SNAPSHOT
   */
  readonly removalPolicy?: RemovalPolicy;
}

export interface AttachmentOptions {
  /**
   * Whether the volumes of the instance may be faster together than its type is.
   * @default false
   */
  readonly acceptCap?: boolean;
}

/** How many instances may have one volume at once. */
const mostAttachments = 16;

/**
 * A disk of its own on the network of one zone: encrypted, billed on its whole size whether attached or not, and there when its instance is
 * gone; it leaves a snapshot when it is deleted. A change of kind, size or speed is made in place, and it only ever grows.
 *
 * `DataMount` lets a boot program see it as a folder. Then its server attaches it, so that the server can be replaced: the new one asks for it until
 * the old one is gone. Without a mount CloudFormation attaches it, before the old server is gone, which fails unless it is `multiAttach`.
 *
 * @claims compute-ebs-volume, compute-ebs-multi-attach, compute-snapshot-restore, compute-restore-warm, compute-ebs-instance-cap
 */
export class DataVolume extends Construct {
  readonly volume: IVolume;
  readonly availabilityZone: string;
  readonly disk: EbsDisk;
  readonly from?: VolumeSource;
  readonly multiAttach: boolean;
  private readonly attached: SecureInstance[] = [];
  private mounted = false;
  /** What the server that has it calls it. */
  private device = '';

  constructor(scope: Construct, id: string, props: DataVolumeProps) {
    super(scope, id);
    const { availabilityZone, disk, from, multiAttach = false, removalPolicy = RemovalPolicy.SNAPSHOT } = props;
    const { type, performance } = disk;
    refuse(this, [
      ...disk.faults('disk', 'data'),
      multiAttach &&
        type !== EbsDeviceVolumeType.IO1 &&
        type !== EbsDeviceVolumeType.IO2 &&
        `multiAttach is true on ${type}, which one instance has at a time; take EbsDisk.io2`,
      ...sourceFaults(from, disk),
    ]);
    const { size, encryptionKey } = disk.props;
    const resource = new CfnVolume(this, 'Volume', {
      availabilityZone,
      encrypted: true,
      size: size.toGibibytes(),
      volumeType: type,
      ...(encryptionKey && { kmsKeyId: encryptionKey.keyArn }),
      ...(performance.iops !== undefined && { iops: performance.iops }),
      ...(performance.throughput !== undefined && { throughput: performance.throughput }),
      ...(from && { snapshotId: from.snapshotId }),
      ...(from?.initialisationRate && { volumeInitializationRate: from.initialisationRate.toMebibytes() }),
      ...(multiAttach && { multiAttachEnabled: true }),
    });
    resource.applyRemovalPolicy(removalPolicy);
    this.volume = Volume.fromVolumeAttributes(this, 'Made', {
      volumeId: resource.ref,
      availabilityZone,
      ...(encryptionKey && { encryptionKey }),
    });
    this.availabilityZone = availabilityZone;
    this.disk = disk;
    this.multiAttach = multiAttach;
    if (from) this.from = from;
  }

  /** What a boot program is told of it, to mount it: its id, and what to attach it as. */
  mount(): string {
    this.mounted = true;
    // The server it is attached to is made of the boot program, and so after it.
    return `${this.volume.volumeId}${Lazy.uncachedString({ produce: () => this.device && `=${this.device}` })}`;
  }

  /**
   * Gives it to an instance of its zone, as a device such as /dev/sdf: one that mounts it may attach it to itself, and nothing else.
   *
   * The instance boots before it has the volume; what mounts it waits (`DataMount`).
   */
  attachTo(server: SecureInstance, device: string, { acceptCap = false }: AttachmentOptions = {}): void {
    const zone = server.subnet.availabilityZone;
    const most = this.multiAttach ? mostAttachments : 1;
    const word = (value: unknown) => JSON.stringify(resolved(this, value)).replaceAll('"', '');
    refuse(this, [
      !/^\/dev\/(sd|xvd)[f-p]$/.test(device) && `device is ${device}; give one from /dev/sdf to /dev/sdp`,
      server.disks.has(device) && `${server.node.path} has a volume at ${device} already; take the next letter`,
      !same(this, zone, this.availabilityZone) &&
        `it is in the zone ${word(this.availabilityZone)}, and ${server.node.path} in ${word(zone)}; neither moves, so make it in the zone of the instance, from a snapshot if it holds something`,
      this.attached.includes(server) && `${server.node.path} has it already; attach it once`,
      this.attached.length >= most &&
        (this.multiAttach
          ? `it is attached to ${most} instances, and no volume to more; make another volume`
          : `${this.attached[0].node.path} has it already; give multiAttach: true with a file system made for it, or make another volume`),
      ...(acceptCap ? [] : capFaultsWith(server, this.disk)),
    ]);
    this.attached.push(server);
    server.disks.set(device, this.disk);
    if (this.mounted) {
      this.device = device;
      this.letAttach(server, device);
      return;
    }
    new CfnVolumeAttachment(this, `Attachment${this.attached.length > 1 ? this.attached.length : ''}`, {
      device,
      instanceId: server.instanceId,
      volumeId: this.volume.volumeId,
    });
  }

  /** The policy names the instance, and so comes after it: a new instance gets it when it has booted, and the old one loses it then. */
  private letAttach(server: SecureInstance, device: string): void {
    const arn = (resource: string, resourceName: string) =>
      Stack.of(this).formatArn({ service: 'ec2', resource, resourceName });
    const { encryptionKey } = this.disk.props;
    new Policy(server, `Attach${device.replace('/dev/', '')}`, {
      roles: [server.role],
      statements: [
        new PolicyStatement({
          actions: ['ec2:AttachVolume'],
          resources: [arn('volume', this.volume.volumeId), arn('instance', server.instanceId)],
        }),
        ...(encryptionKey ? forAttaching(encryptionKey) : []),
      ],
    });
  }
}

/** EC2 reads the key of the volume in the name of who attaches it. */
const forAttaching = ({ keyArn }: IKey): PolicyStatement[] => [
  new PolicyStatement({
    actions: ['kms:CreateGrant'],
    resources: [keyArn],
    conditions: { Bool: { 'kms:GrantIsForAWSResource': true } },
  }),
  new PolicyStatement({
    actions: ['kms:Decrypt', 'kms:DescribeKey'],
    resources: [keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `ec2.${Aws.REGION}.${Aws.URL_SUFFIX}` } },
  }),
];

const capFaultsWith = (server: SecureInstance, disk: EbsDisk): string[] =>
  capFaults(server.instanceType.toString(), [...server.disks.values(), disk]);

function sourceFaults(from: VolumeSource | undefined, { props }: EbsDisk): (string | false | undefined)[] {
  if (!from) return [];
  const gib = (size: Size) => size.toGibibytes({ rounding: SizeRoundingBehavior.NONE });
  return [
    !Token.isUnresolved(from.snapshotId) &&
      !/^snap-[0-9a-f]{8,17}$/.test(from.snapshotId) &&
      `from.snapshotId is ${from.snapshotId}; give an id such as snap-0123456789abcdef0`,
    from.size !== undefined &&
      !from.size.isUnresolved() &&
      gib(props.size) < gib(from.size) &&
      `disk is ${gib(props.size)} GiB, but the snapshot is of ${gib(from.size)}; a volume is never smaller than its snapshot, so give at least as much`,
    outsideSize('from.initialisationRate', from.initialisationRate, 100, 300),
  ];
}
