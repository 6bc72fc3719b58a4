import { Token } from 'aws-cdk-lib';
import type { EbsDisk } from './ebs-disk';
import { ebsLimitsTable } from './ebs-limits-table';

/** What a type keeps up (IOPS, MB/s), and what it reaches at most (IOPS, MB/s). */
export type EbsLimits = readonly [number, number, number, number];

/** MB in a MiB: volumes are provisioned in MiB a second, types are given in MB. */
const megabytes = 1.048576;

/** What the volumes of a type together give at most; undefined for a type the table does not know. */
export const ebsLimitsOf = (type: string): EbsLimits | undefined => ebsLimitsTable[type];

/** What volumes give together, before and after the type of their instance had its say. */
export interface JointSpeed {
  readonly iops: number;
  /** MiB a second. */
  readonly throughput: number;
  /** Whether the type gives less than the volumes would. */
  readonly capped: boolean;
}

/**
 * What several volumes of an instance give together, as one striped array or apart: the sum of them, up to what the type takes.
 *
 * @throws for a type the table does not know, of which no sum could be told
 * @claims compute-ebs-raid0, compute-ebs-instance-cap
 */
export function jointSpeed(type: string, disks: readonly EbsDisk[]): JointSpeed {
  const limits = ebsLimitsOf(type);
  if (!limits)
    throw new Error(`nothing is known of what ${type} takes of its volumes; name a type of the table of ebs-limits`);
  const sum = sumOf(disks);
  const most = { iops: limits[2], throughput: limits[3] / megabytes };
  return {
    iops: Math.min(sum.iops, most.iops),
    throughput: Math.min(sum.throughput, Math.floor(most.throughput)),
    capped: sum.iops > most.iops || sum.throughput > most.throughput,
  };
}

/**
 * What is wrong with volumes of one instance that are paid for more than its type can take. What comes with a volume at no further price may exceed it.
 *
 * @claims compute-ebs-instance-cap
 */
export function capFaults(type: string, disks: readonly EbsDisk[]): string[] {
  const limits = Token.isUnresolved(type) ? undefined : ebsLimitsOf(type);
  if (!limits) return [];
  const { iops } = sumOf(disks);
  // What io1 and io2 move follows from their operations, and is not provisioned beside them.
  const { throughput } = sumOf(disks.filter(({ type }) => !['io1', 'io2'].includes(type)));
  const pays = (what: 'iops' | 'throughput') => disks.some(({ speed }) => speed.paid[what]);
  const fault = (has: string, most: number) =>
    `the volumes have ${has} together, but ${type} takes ${most}, so that the rest is paid and never used; provision less, take a larger type, or set acceptCap`;
  const [, , mostIops] = limits;
  const mostMebibytes = Math.floor(limits[3] / megabytes);
  return [
    ...(pays('iops') && iops > mostIops ? [fault(`${iops} IOPS`, mostIops)] : []),
    ...(pays('throughput') && throughput > mostMebibytes ? [fault(`${throughput} MiB/s`, mostMebibytes)] : []),
  ];
}

const sumOf = (disks: readonly EbsDisk[]): { iops: number; throughput: number } => ({
  iops: disks.reduce((sum, { speed }) => sum + speed.iops, 0),
  throughput: disks.reduce((sum, { speed }) => sum + speed.throughput, 0),
});
