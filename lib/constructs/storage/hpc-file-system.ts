import { Token } from 'aws-cdk-lib';
import { Peer, Port, type Connections, type IConnectable, type ISubnet, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { CfnDataRepositoryAssociation, CfnFileSystem } from 'aws-cdk-lib/aws-fsx';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { hourlyCostFault, outsideRange, refuse } from '../faults';
import { TierSecurityGroup } from '../network/tier-security-group';
import { rangeFaults } from './file-access';

export interface PersistentHpc {
  /** MB a second for each TiB stored: 125, 250, 500 or 1,000. */
  readonly throughputPerTiB: number;
  /**
   * How many days of automatic backups are kept, 0 (none) to 90.
   * @default 0
   */
  readonly backupDays?: number;
}

/**
 * For how long files are to last.
 *
 * @claims storage-fsx-lustre-deployment
 */
export class HpcDeployment {
  /** The fastest for its price; not replicated and never backed up: for what can be computed again. */
  static scratch(): HpcDeployment {
    return new HpcDeployment();
  }

  /** Replicated within its zone, and mended by itself. */
  static persistent(options: PersistentHpc): HpcDeployment {
    return new HpcDeployment(options);
  }

  private constructor(readonly persistent?: PersistentHpc) {}

  get configuration(): CfnFileSystem.LustreConfigurationProperty {
    if (!this.persistent) return { deploymentType: 'SCRATCH_2' };
    const { throughputPerTiB, backupDays = 0 } = this.persistent;
    return {
      deploymentType: 'PERSISTENT_2',
      perUnitStorageThroughput: throughputPerTiB,
      automaticBackupRetentionDays: backupDays,
      ...(backupDays > 0 && { dailyAutomaticBackupStartTime: '03:00', copyTagsToBackups: true }),
    };
  }

  faults(): (string | undefined | false)[] {
    const { throughputPerTiB = 125, backupDays } = this.persistent ?? {};
    return [
      !Token.isUnresolved(throughputPerTiB) &&
        ![125, 250, 500, 1000].includes(throughputPerTiB) &&
        `throughputPerTiB is ${throughputPerTiB}; give 125, 250, 500 or 1000`,
      outsideRange('backupDays', backupDays, 0, 90, 'days'),
    ];
  }
}

/** A bucket whose objects are seen as files. */
export interface HpcLink {
  readonly bucket: IBucket;
  /**
   * What keys begin with, without a slash at the end.
   * @default - the whole bucket
   */
  readonly prefix?: string;
  /**
   * The folder they are seen in; only of persistent file systems.
   * @default '/data'
   */
  readonly folder?: string;
}

export interface HpcFileSystemProps {
  readonly vpc: IVpc;
  /** It lies in one subnet, near to what computes. */
  readonly subnet: ISubnet;
  readonly deployment: HpcDeployment;
  /** 1,200, 2,400 or a multiple of 2,400 GiB. */
  readonly capacityGiB: number;
  /** Why it is worth an hourly bill, in a sentence: it costs by capacity, used or not. */
  readonly acceptHourlyCost: string;
  /**
   * A bucket that is read from, and by a persistent one written to.
   * @default - none
   */
  readonly link?: HpcLink;
}

/** What Lustre's servers and clients talk to each other on. */
const lustre = Port.tcpRange(988, 1023);

/**
 * A parallel POSIX file system (FSx for Lustre) for what computes on Linux, in one zone.
 *
 * @claims storage-fsx-lustre, storage-fsx-lustre-deployment, storage-fsx-lustre-s3-link, storage-fsx-hybrid-access
 */
export class HpcFileSystem extends Construct implements IConnectable {
  readonly connections: Connections;
  readonly fileSystemId: string;
  /** The name clients mount by, with `dnsName`. */
  readonly mountName: string;
  private readonly group: TierSecurityGroup;

  constructor(scope: Construct, id: string, props: HpcFileSystemProps) {
    super(scope, id);
    const { vpc, subnet, deployment, capacityGiB, link } = props;
    refuse(this, [
      ...deployment.faults(),
      hourlyCostFault(props.acceptHourlyCost, 'a file server', 'take SharedFiles or a PrivateBucket'),
      !Token.isUnresolved(capacityGiB) &&
        capacityGiB !== 1200 &&
        !(capacityGiB > 0 && capacityGiB % 2400 === 0) &&
        `capacityGiB is ${capacityGiB}; give 1200, 2400 or a multiple of 2400`,
      link?.folder !== undefined &&
        !deployment.persistent &&
        `link has the folder ${link.folder}, and a scratch file system shows a bucket at its root; leave it out, or take HpcDeployment.persistent(...)`,
      link?.folder !== undefined &&
        !/^\/[\w/-]+$/.test(link.folder) &&
        `link has the folder ${link.folder}; name one below the root, such as /data`,
      link?.prefix !== undefined &&
        !/^[^/]+(\/[^/]+)*$/.test(link.prefix) &&
        `link has the prefix "${link.prefix}"; name how keys begin without a slash at either end, such as genomes, or leave it out`,
    ]);

    this.group = new TierSecurityGroup(this, 'Access', { vpc, description: `HPC files ${this.node.path}` });
    this.connections = this.group.connections;
    this.connections.allowInternally(lustre, 'Lustre among servers and clients');
    const files = new CfnFileSystem(this, 'Files', {
      fileSystemType: 'LUSTRE',
      fileSystemTypeVersion: '2.15',
      storageType: 'SSD',
      storageCapacity: capacityGiB,
      subnetIds: [subnet.subnetId],
      securityGroupIds: [this.group.securityGroup.securityGroupId],
      lustreConfiguration: {
        ...deployment.configuration,
        ...(link && !deployment.persistent && { importPath: pathOf(link) }),
      },
    });
    this.fileSystemId = files.ref;
    this.mountName = files.attrLustreMountName;
    if (link && deployment.persistent) this.join(link, files);
  }

  /** Lets clients in, and the servers to them, which call back. */
  admit(clients: IConnectable): void {
    this.connections.allowFrom(clients, lustre, 'Lustre of clients');
    clients.connections.allowFrom(this, lustre, 'Lustre of servers');
  }

  /**
   * Lets clients of another network in, by peering, VPN or Direct Connect.
   *
   * @param cidr a private range; others are refused
   */
  admitRange(cidr: string): void {
    refuse(this, rangeFaults(cidr));
    this.connections.allowFrom(Peer.ipv4(cidr), lustre, `Lustre from ${cidr}`);
  }

  private join(link: HpcLink, files: CfnFileSystem): void {
    new CfnDataRepositoryAssociation(this, 'Link', {
      fileSystemId: files.ref,
      fileSystemPath: link.folder ?? '/data',
      dataRepositoryPath: pathOf(link),
      batchImportMetaDataOnCreate: true,
      s3: {
        autoImportPolicy: { events: ['NEW', 'CHANGED', 'DELETED'] },
        autoExportPolicy: { events: ['NEW', 'CHANGED', 'DELETED'] },
      },
    });
  }
}

const pathOf = ({ bucket, prefix }: HpcLink): string =>
  `s3://${bucket.bucketName}${prefix === undefined ? '' : `/${prefix}`}`;
