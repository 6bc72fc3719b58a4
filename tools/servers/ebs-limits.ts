import { paginateDescribeInstanceTypes, type InstanceTypeInfo } from '@aws-sdk/client-ec2';
import { ebsLimitsTable } from '../../lib/constructs/compute/ebs-limits-table';
import { wordsOf, type ServerCommand } from './command';

/** @claims compute-ebs-instance-cap */
export const ebsLimits: ServerCommand = {
  words: '<types, such as m7g.*>',
  purpose:
    'tell what types take of their volumes today, where the table of this program says otherwise; changes nothing',
  understand: (order) => {
    const [pattern] = wordsOf(order, 'types');
    return async ({ ec2 }) => {
      const rows: Record<string, readonly number[]> = {};
      for await (const { InstanceTypes: types = [] } of paginateDescribeInstanceTypes(
        { client: ec2() },
        { Filters: [{ Name: 'instance-type', Values: [pattern] }] },
      ))
        for (const type of types) Object.assign(rows, rowOf(type));
      if (Object.keys(rows).length === 0)
        throw new Error(`no type is called ${pattern} in this Region; write one such as m7g.large, or m7g.*`);
      const changed = Object.entries(rows).filter(
        ([type, row]) => JSON.stringify(row) !== JSON.stringify(ebsLimitsTable[type]),
      );
      return {
        words:
          changed.map(([type, row]) => `  '${type}': [${row.join(', ')}],`).join('\n') ||
          `The table is right about ${Object.keys(rows).length} types.`,
        facts: { looked: Object.keys(rows).length, changed: Object.fromEntries(changed) },
      };
    };
  },
};

function rowOf({ InstanceType: type, EbsInfo: ebs }: InstanceTypeInfo): Record<string, readonly number[]> {
  const { BaselineIops, BaselineThroughputInMBps, MaximumIops, MaximumThroughputInMBps } = ebs?.EbsOptimizedInfo ?? {};
  return MaximumIops === undefined
    ? {}
    : { [type!]: [BaselineIops!, BaselineThroughputInMBps!, MaximumIops, MaximumThroughputInMBps!] };
}
