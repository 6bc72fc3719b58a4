import type { AutoScalingGroup, CfnAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import {
  OperatingSystemType,
  Port,
  type Connections,
  type IConnectable,
  type ISubnet,
  type IVpc,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import {
  FileSystem,
  type CfnFileSystem,
  type IAccessPoint,
  type IFileSystem,
  type PerformanceMode,
  type ThroughputMode,
} from 'aws-cdk-lib/aws-efs';
import { AccountPrincipal, Grant, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { FileSystem as FunctionFiles, type FileSystemConfig } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { isNoAccount, refuse } from '../faults';
import { zoneOf } from '../network/subnet-zones';
import { TierSecurityGroup } from '../network/tier-security-group';
import { actionsOf, mountRules, rangeFaults } from './file-access';
import { maxIOReason } from './file-guard';
import { FilePerformance } from './file-performance';
import { FileThroughput } from './file-throughput';
import { FileTiers } from './file-tiers';
import { mountCommands, mountFault } from './mount-boot';
import { subnetsOf } from './mount-zones';
import { sharedFilesFaults } from './shared-files-faults';

export interface SharedFilesProps {
  readonly vpc: IVpc;
  /**
   * Where it is mounted from: exactly one subnet in each zone that its clients stand in. Two of one zone are refused.
   * @default - one private subnet of each zone, or isolated one if there are no others
   */
  readonly subnets?: SubnetSelection;
  /**
   * Whether the files are kept in the zone of its one subnet only: half the price, and gone while the zone is. For development;
   * the production profile refuses it.
   * @default false
   */
  readonly oneZone?: boolean;
  /**
   * The folder that clients see as the root, made at the first use: one to four names.
   * @default '/shared'
   */
  readonly folder?: string;
  /**
   * The POSIX user and group that everything is done as, whoever mounts it, 1 to 4,294,967,295. Root is refused.
   * @default 1000
   */
  readonly owner?: number;
  /**
   * The key the files are encrypted with. Another one means another file system.
   * @default - the key of EFS in the account, which nobody can withdraw
   */
  readonly encryptionKey?: IKey;
  /** @default FileThroughput.elastic() */
  readonly throughput?: FileThroughput;
  /** @default FilePerformance.generalPurpose() */
  readonly performance?: FilePerformance;
  /**
   * Where files go that nobody reads.
   * @default - after 30 days they are infrequent, with elastic throughput after 90 archived, and back at the first access
   */
  readonly tiers?: FileTiers;
  /**
   * Whether AWS Backup keeps daily copies for 35 days.
   * @default false
   */
  readonly backups?: boolean;
}

/** Shared files, and where a client sees them. */
export interface MountedFiles {
  readonly shared: SharedFiles;
  /** A function sees them at `/mnt/` and one name, such as `/mnt/documents`; an instance at any folder of their own. */
  readonly at: string;
  /**
   * Whether the client may only read.
   * @default false
   */
  readonly readOnly?: boolean;
}

/** NFS. */
const port = 2049;

/**
 * A file system (EFS) that functions, instances and containers share: encrypted, mounted by TLS with IAM only, through one access
 * point that makes everybody the same unprivileged user below one folder.
 *
 * @claims serverless-efs, storage-efs-encrypted, storage-efs-mount-targets, storage-efs-security-group, storage-efs-linux-only,
 * storage-efs-mount-script, storage-efs-access-point, storage-efs-performance-mode, storage-efs-throughput-mode,
 * storage-efs-lifecycle, storage-efs-one-zone, storage-efs-hybrid-access, storage-efs-lambda
 */
export class SharedFiles extends Construct implements IConnectable {
  readonly fileSystem: IFileSystem;
  readonly accessPoint: IAccessPoint;
  readonly connections: Connections;
  private readonly vpc: IVpc;
  private readonly group: TierSecurityGroup;
  /** The zones that have a mount target. */
  private readonly zones: ReadonlySet<string>;

  constructor(scope: Construct, id: string, props: SharedFilesProps) {
    super(scope, id);
    const { vpc, folder = '/shared', owner = 1000, oneZone = false } = props;
    const { throughput = FileThroughput.elastic(), performance = FilePerformance.generalPurpose() } = props;
    const tiers =
      props.tiers ?? FileTiers.after({ infrequent: 30, ...(throughput.mode === 'elastic' && { archive: 90 }) });
    const { subnets } = vpc.selectSubnets(props.subnets ?? { onePerAz: true });
    const zones = subnets.map((subnet) => zoneOf(this, subnet));
    refuse(this, sharedFilesFaults({ folder, owner, oneZone, zones, throughput, performance, tiers }));

    this.vpc = vpc;
    this.zones = new Set(zones);
    this.group = new TierSecurityGroup(this, 'Access', { vpc, description: `Files ${this.node.path}`, port });
    const made = new FileSystem(this, 'Files', {
      vpc,
      vpcSubnets: { subnets },
      securityGroup: this.group.securityGroup,
      encrypted: true,
      ...(props.encryptionKey && { kmsKey: props.encryptionKey }),
      performanceMode: performance.mode as PerformanceMode,
      throughputMode: throughput.mode as ThroughputMode,
      ...(throughput.perSecond && { provisionedThroughputPerSecond: throughput.perSecond }),
      ...tiers.policies,
      // What the CDK would write instead lets whoever may mount also write, and as root.
      allowAnonymousAccess: true,
      fileSystemPolicy: new PolicyDocument({ statements: mountRules() }),
      enableAutomaticBackups: props.backups ?? false,
    });
    const resource = made.node.defaultChild as CfnFileSystem;
    // The CDK's own way puts mount targets into every tier of that zone.
    if (oneZone) resource.availabilityZoneName = subnets[0].availabilityZone;
    if (performance.reason !== undefined) resource.addMetadata(maxIOReason, performance.reason);
    const user = `${owner}`;
    this.accessPoint = made.addAccessPoint('AccessPoint', {
      path: folder,
      posixUser: { uid: user, gid: user },
      createAcl: { ownerUid: user, ownerGid: user, permissions: '750' },
    });
    this.fileSystem = made;
    this.connections = made.connections;
  }

  /** Lets somebody in on the port of NFS, and out to it. What IAM says is another matter. */
  admit(members: IConnectable): void {
    this.connections.allowFrom(members, Port.tcp(port), `tcp/${port} to files`);
  }

  /**
   * Lets in clients of another network by their addresses: a peered one, or an office behind a VPN or Direct Connect. They mount
   * the same targets, by TLS and IAM as everybody.
   *
   * @param cidr a private range; others are refused
   */
  admitRange(cidr: string): void {
    refuse(this, rangeFaults(cidr));
    this.group.allowFromCidr(cidr);
  }

  /**
   * Lets roles of another account mount, as far as that account lets them. Its network must reach this one, and its clients
   * be admitted by group or range.
   */
  admitAccount(accountId: string, { readOnly = false }: { readonly readOnly?: boolean } = {}): void {
    refuse(this, [isNoAccount(accountId) && `account is ${accountId}; give its twelve digits`]);
    this.fileSystem.addToResourcePolicy(
      new PolicyStatement({
        principals: [new AccountPrincipal(accountId)],
        actions: actionsOf(readOnly),
        conditions: { Bool: { 'elasticfilesystem:AccessedViaMountTarget': 'true' } },
      }),
    );
  }

  /** Why clients in these subnets could not mount, if they could not. */
  zoneFaults(subnets: readonly ISubnet[]): string[] {
    const stray = subnets.filter((subnet) => !this.zones.has(zoneOf(this, subnet)));
    if (stray.length === 0) return [];
    return [
      `files of ${this.node.path} have no mount target in the zone of ${stray.map(({ node }) => node.path).join(', ')}; give them a subnet of that zone, or keep their clients out of it`,
    ];
  }

  /**
   * What a function needs to see the files below a path: rights to this access point and no other, the way there, and to wait
   * until the mount targets are ready.
   *
   * @param path `/mnt/` and one name; the CDK refuses others
   */
  mountedAt(path: string, { readOnly = false }: { readonly readOnly?: boolean } = {}): FunctionFiles {
    return new Mount({
      localMountPath: path,
      arn: this.accessPoint.accessPointArn,
      dependency: [this.fileSystem.mountTargetsAvailable],
      connections: this.connections,
      policies: [
        new PolicyStatement({
          actions: actionsOf(readOnly),
          resources: [this.fileSystem.fileSystemArn],
          conditions: this.throughAccessPoint,
        }),
      ],
    });
  }

  /**
   * Has the instances of a plain Auto Scaling group mount the files when they boot. A `Fleet` does that by itself for what its
   * boot program mounts (`BootProgramProps.mounts`).
   */
  mountOn(group: AutoScalingGroup, at: string, { readOnly = false }: { readonly readOnly?: boolean } = {}): void {
    const mounted = { shared: this, at, readOnly };
    refuse(this, [
      group.osType === OperatingSystemType.WINDOWS &&
        `mountOn was given ${group.node.path}, whose image is Windows; these files are for Linux, so give a Linux image, or take a file system that speaks SMB`,
      mountFault(mounted),
    ]);
    group.userData.addCommands(...mountCommands([mounted]));
    this.serve(group, mounted);
  }

  /** Gives a group whose boot mounts these files the way there, the rights, and the patience to wait for the mount targets. */
  serve(group: AutoScalingGroup, { readOnly = false }: MountedFiles): void {
    const resource = group.node.defaultChild as CfnAutoScalingGroup;
    refuse(this, this.zoneFaults(subnetsOf(resource, this.vpc)));
    this.admit(group);
    group.node.addDependency(this.fileSystem.mountTargetsAvailable);
    Grant.addToPrincipal({
      grantee: group,
      actions: actionsOf(readOnly),
      resourceArns: [this.fileSystem.fileSystemArn],
      conditions: this.throughAccessPoint,
    }).applyBefore(resource);
  }

  private get throughAccessPoint(): Record<string, Record<string, string>> {
    return { StringEquals: { 'elasticfilesystem:AccessPointArn': this.accessPoint.accessPointArn } };
  }
}

/** The CDK's own way gives write rights by the file system alone, whatever the access point, so the rights are said here. */
class Mount extends FunctionFiles {
  constructor(config: FileSystemConfig) {
    super(config);
  }
}
