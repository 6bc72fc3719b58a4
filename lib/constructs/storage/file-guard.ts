import { AspectPriority, Aspects, CfnResource, type IAspect } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { refuse } from '../faults';
import { propertiesOf } from '../template-properties';
import { fileAges, type LifecycleEntry } from './file-tiers';

/** What the rules read of a file system, as a template has it. */
export interface FileSystemProperties {
  readonly Encrypted?: boolean;
  readonly AvailabilityZoneName?: unknown;
  readonly PerformanceMode?: string;
  readonly ThroughputMode?: string;
  readonly ProvisionedThroughputInMibps?: number;
  readonly LifecyclePolicies?: readonly LifecycleEntry[];
}

interface AccessPointProperties {
  readonly RootDirectory?: { readonly Path?: string; readonly CreationInfo?: object };
}

export interface FileGuardOptions {
  /**
   * Whether files in one zone, which are gone while it is, are refused.
   * @default false
   */
  readonly everyZone?: boolean;
}

/** Marks a file system of the mode Max I/O, with the reason for it. */
export const maxIOReason = 'groundplan:MaxIO';

/** Puts a `FileGuard` on everything below a construct; it looks when all else is done. */
export function guardFiles(scope: IConstruct, options: FileGuardOptions = {}): void {
  Aspects.of(scope).add(new FileGuard(options), { priority: AspectPriority.READONLY });
}

/**
 * Refuses file systems (EFS) that the CDK lets through and that nobody should have, or that a deployment would fail with, and
 * access points nobody could mount. The blocks here make none; this keeps resources made beside them to the same.
 *
 * @claims storage-efs-encrypted, storage-efs-access-point, storage-efs-performance-mode, storage-efs-throughput-mode,
 * storage-efs-lifecycle, storage-efs-one-zone
 */
export class FileGuard implements IAspect {
  constructor(private readonly options: FileGuardOptions = {}) {}

  visit(node: IConstruct): void {
    if (!CfnResource.isCfnResource(node)) return;
    if (node.cfnResourceType === 'AWS::EFS::AccessPoint') {
      refuse(node, accessPointFaults(propertiesOf<AccessPointProperties>(node)));
      return;
    }
    if (node.cfnResourceType !== 'AWS::EFS::FileSystem') return;
    const properties = propertiesOf<FileSystemProperties>(node);
    refuse(node, [
      ...fileSystemFaults(properties),
      properties.PerformanceMode === 'maxIO' &&
        node.getMetadata(maxIOReason) === undefined &&
        'performance is maxIO without a reason; take FilePerformance.maxIO(reason) of SharedFiles, or general purpose',
      this.options.everyZone === true &&
        properties.AvailabilityZoneName !== undefined &&
        'files are kept in one zone, and gone while it is; that is for development, so leave oneZone out in production',
    ]);
  }
}

/** What is wrong with a file system by what it says of itself. */
export function fileSystemFaults(properties: FileSystemProperties): (string | false)[] {
  const { Encrypted, ThroughputMode: mode = 'bursting', ProvisionedThroughputInMibps: amount } = properties;
  return [
    Encrypted !== true &&
      'files are not encrypted, which only a new file system would change; say encrypted: true, or take SharedFiles',
    amount !== undefined &&
      mode !== 'provisioned' &&
      `throughput of ${amount} MiB/s is provisioned but the mode is ${mode}, which has none; take FileThroughput.provisioned(…), or leave the amount out`,
    ...tierFaults(properties, mode),
  ];
}

function tierFaults(properties: FileSystemProperties, mode: string): (string | false)[] {
  const { LifecyclePolicies: entries = [], PerformanceMode: performance = 'generalPurpose' } = properties;
  const texts = entries.flatMap(({ TransitionToIA, TransitionToArchive }) => [TransitionToIA, TransitionToArchive]);
  const infrequent = daysOf(entries.find(({ TransitionToIA }) => TransitionToIA !== undefined)?.TransitionToIA);
  const archive = daysOf(entries.find((one) => one.TransitionToArchive !== undefined)?.TransitionToArchive);
  return [
    ...texts
      .filter((text) => text !== undefined && !(fileAges as readonly number[]).includes(daysOf(text)!))
      .map((text) => `tiers say ${text}; give ${fileAges.slice(0, -1).join(', ')} or ${fileAges.at(-1)} days`),
    ...(archive === undefined
      ? []
      : [
          infrequent === undefined &&
            `tiers archive after ${archive} days, but nothing is infrequent before; say after how many days it is`,
          infrequent !== undefined &&
            archive <= infrequent &&
            `tiers archive after ${archive} days and call infrequent after ${infrequent}; archive later than that`,
          mode !== 'elastic' &&
            `tiers archive after ${archive} days, which needs elastic throughput and not ${mode}; leave archive out, or take FileThroughput.elastic()`,
          performance === 'maxIO' &&
            `tiers archive after ${archive} days, which needs the performance general purpose and not maxIO; leave archive out`,
        ]),
  ];
}

const daysOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(/^AFTER_(\d+)_DAYS?$/.exec(text)?.[1]);

function accessPointFaults({ RootDirectory: root }: AccessPointProperties): (string | false)[] {
  const path = root?.Path ?? '/';
  return [
    path !== '/' &&
      root?.CreationInfo === undefined &&
      `access point begins at ${path}, which nobody makes, so that mounts would fail; say createAcl, or take SharedFiles`,
  ];
}
