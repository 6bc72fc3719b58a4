import { Token } from 'aws-cdk-lib';
import type { Connections, IConnectable, ISubnet, IVpc } from 'aws-cdk-lib/aws-ec2';
import { CfnFileSystem } from 'aws-cdk-lib/aws-fsx';
import { Key, type IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { hourlyCostFault, outsideRange, refuse } from '../faults';
import { TierSecurityGroup } from '../network/tier-security-group';
import { allowToControllers } from './directory-ports';
import { rangeFaults } from './file-access';
import type { ShareDirectory } from './share-directory';

export interface WindowsFileShareProps {
  readonly vpc: IVpc;
  /** One subnet for a server in one zone; two of different zones, the preferred one first, for an active and a standby server. */
  readonly subnets: readonly ISubnet[];
  readonly directory: ShareDirectory;
  /** 32 to 65,536 GiB, on SSD. It can only grow. */
  readonly capacityGiB: number;
  /** MB a second: a power of two from 8 to 2,048, or 4,608, 6,144, 9,216 or 12,288; at least 32 in two zones. */
  readonly throughputMBps: number;
  /** Why a file server is worth an hourly bill, in a sentence: it costs by capacity and throughput, used or not. */
  readonly acceptHourlyCost: string;
  /**
   * How many days of automatic backups are kept, 0 (none) to 90.
   * @default 7
   */
  readonly backupDays?: number;
  /**
   * When they are made, in UTC.
   * @default '03:00'
   */
  readonly backupAt?: string;
  /**
   * The key it is encrypted with.
   * @default - a new one, rotated each year
   */
  readonly encryptionKey?: IKey;
}

const smb = 445;
/** PowerShell's remote management, which shadow copies and shares are set up by. */
const administration = 5985;
const throughputs = [8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4608, 6144, 9216, 12_288];

/**
 * A Windows file server kept by AWS: SMB, NTFS permissions for the users of a directory, encryption, and daily backups. Clients mount it
 * from this network, and from others that a range admits.
 *
 * Previous versions for users (shadow copies) are switched on by PowerShell from a machine that `admitAdministrators` named:
 * `Invoke-Command -ComputerName <administration endpoint> -ConfigurationName FSxRemoteAdmin -ScriptBlock { Set-FsxShadowStorage -Default; Set-FsxShadowCopySchedule -Default }`.
 *
 * @claims storage-fsx-windows, storage-fsx-windows-directory, storage-fsx-windows-zones, storage-fsx-windows-backups,
 * storage-fsx-hybrid-access
 */
export class WindowsFileShare extends Construct implements IConnectable {
  readonly connections: Connections;
  /** The name clients mount, `\\<name>\share`. */
  readonly dnsName: string;
  readonly fileSystemId: string;
  private readonly group: TierSecurityGroup;

  constructor(scope: Construct, id: string, props: WindowsFileShareProps) {
    super(scope, id);
    const { vpc, subnets, directory, capacityGiB, throughputMBps, backupDays = 7, backupAt = '03:00' } = props;
    const zones = subnets.length;
    refuse(this, [
      ...directory.faults(),
      hourlyCostFault(props.acceptHourlyCost, 'a file server', 'take SharedFiles or a PrivateBucket'),
      zones !== 1 && zones !== 2 && `subnets are ${zones}; give one, or two of different zones for a standby server`,
      zones === 2 &&
        subnets[0].availabilityZone === subnets[1].availabilityZone &&
        `subnets are both in ${subnets[0].availabilityZone}, and the standby server would fail with the active one; give two of different zones`,
      outsideRange('capacityGiB', capacityGiB, 32, 65_536, 'GiB'),
      !Token.isUnresolved(throughputMBps) &&
        !(throughputs.includes(throughputMBps) && (zones === 1 || throughputMBps >= 32)) &&
        `throughputMBps is ${throughputMBps}; give one of ${throughputs.filter((one) => zones === 1 || one >= 32).join(', ')}`,
      outsideRange('backupDays', backupDays, 0, 90, 'days'),
      !/^([01]\d|2[0-3]):[0-5]\d$/.test(backupAt) && `backupAt is ${backupAt}; give a time such as 03:00`,
    ]);

    this.group = new TierSecurityGroup(this, 'Access', {
      vpc,
      description: `Windows files ${this.node.path}`,
      port: smb,
    });
    this.connections = this.group.connections;
    allowToControllers(this.connections, directory.controllers ?? [vpc.vpcCidrBlock]);
    const key =
      props.encryptionKey ??
      new Key(this, 'Key', { description: `Encrypts files of ${this.node.path}`, enableKeyRotation: true });
    const files = new CfnFileSystem(this, 'Files', {
      fileSystemType: 'WINDOWS',
      storageType: 'SSD',
      storageCapacity: capacityGiB,
      subnetIds: subnets.map(({ subnetId }) => subnetId),
      securityGroupIds: [this.group.securityGroup.securityGroupId],
      kmsKeyId: key.keyArn,
      windowsConfiguration: {
        ...directory.configuration,
        ...(zones === 1
          ? { deploymentType: 'SINGLE_AZ_2' }
          : { deploymentType: 'MULTI_AZ_1', preferredSubnetId: subnets[0].subnetId }),
        throughputCapacity: throughputMBps,
        automaticBackupRetentionDays: backupDays,
        ...(backupDays > 0 && { dailyAutomaticBackupStartTime: backupAt }),
        copyTagsToBackups: true,
      },
    });
    this.fileSystemId = files.ref;
    this.dnsName = files.attrDnsName;
  }

  /** Lets clients in on SMB. */
  admit(clients: IConnectable): void {
    this.group.allowFrom(clients);
  }

  /** Lets machines in from which shares and shadow copies are set up. */
  admitAdministrators(machines: IConnectable): void {
    this.group.allowFrom(machines, administration);
  }

  /**
   * Lets clients of another network in on SMB, by peering, VPN or Direct Connect.
   *
   * @param cidr a private range; others are refused
   */
  admitRange(cidr: string): void {
    refuse(this, rangeFaults(cidr));
    this.group.allowFromCidr(cidr);
  }
}
