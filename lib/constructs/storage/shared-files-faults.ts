import { Token } from 'aws-cdk-lib';
import { outsideRange } from '../faults';
import { fileSystemFaults } from './file-guard';
import type { FilePerformance } from './file-performance';
import type { FileThroughput } from './file-throughput';
import type { FileTiers } from './file-tiers';

/** What shared files are to be, with every default filled in. */
export interface PlannedFiles {
  readonly folder: string;
  readonly owner: number;
  readonly oneZone: boolean;
  /** The zone of each subnet. */
  readonly zones: readonly string[];
  readonly throughput: FileThroughput;
  readonly performance: FilePerformance;
  readonly tiers: FileTiers;
}

/** What is wrong with shared files before they are made. */
export function sharedFilesFaults(files: PlannedFiles): (string | false | undefined)[] {
  const { folder, owner, oneZone, zones, throughput, performance, tiers } = files;
  const isMaxIO = performance.mode === 'maxIO';
  return [
    outsideRange('owner', owner, 1, 4_294_967_295),
    !Token.isUnresolved(folder) &&
      !/^(\/[A-Za-z0-9._-]+){1,4}$/.test(folder) &&
      `folder is ${folder || '(empty)'}; give one to four names of letters, digits and ._- such as /shared/documents`,
    new Set(zones).size < zones.length &&
      `subnets are ${zones.length} in ${new Set(zones).size} zones; give one of each, since a zone takes one mount target only`,
    oneZone &&
      zones.length !== 1 &&
      `oneZone is true but subnets are ${zones.length}; give the one subnet that its clients stand in`,
    oneZone &&
      isMaxIO &&
      'oneZone is true and performance maxIO, which files of one zone do not have; leave one of them out',
    isMaxIO &&
      throughput.mode === 'elastic' &&
      'performance is maxIO, which has no elastic throughput; take FileThroughput.bursting() or provisioned(…)',
    ...throughput.faults(),
    ...performance.faults(),
    ...fileSystemFaults({
      Encrypted: true,
      ThroughputMode: throughput.mode,
      PerformanceMode: performance.mode,
      LifecyclePolicies: tiers.entries,
    }),
  ];
}
