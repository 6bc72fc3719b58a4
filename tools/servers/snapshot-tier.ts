import {
  DescribeSnapshotTierStatusCommand,
  ModifySnapshotTierCommand,
  RestoreSnapshotTierCommand,
  type EC2Client,
  type SnapshotTierStatus,
} from '@aws-sdk/client-ec2';
import { idOf, unchanged, wordsOf, type ServerCommand } from './command';

/** @claims compute-snapshot-archive */
export const snapshotArchive: ServerCommand = {
  words: '<snapshot>',
  purpose: 'move a snapshot to the archive, where it is up to 75 % cheaper, whole, and 24 to 72 hours away',
  understand: (order) => {
    const [snapshot] = wordsOf(order, 'snapshot');
    idOf('snap', snapshot);
    return async ({ ec2 }) => {
      const before = await tierOf(ec2(), snapshot);
      if (before.StorageTier === 'archive')
        return { words: `${snapshot} is in the archive.`, facts: { snapshot, result: 'nothing to do' } };
      if (moves(before)) return { words: told(snapshot, before), facts: { snapshot, result: 'under way' } };
      if (!order.apply)
        return {
          words: `${snapshot} goes to the archive as a whole, and is billed there for 90 days at least.\n${unchanged}`,
          facts: { snapshot, result: 'planned' },
        };
      await ec2().send(new ModifySnapshotTierCommand({ SnapshotId: snapshot, StorageTier: 'archive' }));
      return { words: told(snapshot, await tierOf(ec2(), snapshot)), facts: { snapshot, result: 'under way' } };
    };
  },
};

/** @claims compute-snapshot-archive */
export const snapshotRestore: ServerCommand = {
  words: '<snapshot>',
  purpose: 'take a snapshot back from the archive, for good or for some days; ready after 24 to 72 hours',
  options: { days: { type: 'string' } },
  understand: (order) => {
    const [snapshot] = wordsOf(order, 'snapshot');
    idOf('snap', snapshot);
    const { days } = order.options;
    if (days !== undefined && !/^([1-9]|[1-9]\d|1[0-7]\d|180)$/.test(String(days)))
      throw new Error(`--days is ${String(days)}; write 1 to 180, or leave it out to have the snapshot back for good`);
    return async ({ ec2 }) => {
      const before = await tierOf(ec2(), snapshot);
      if (moves(before)) return { words: told(snapshot, before), facts: { snapshot, result: 'under way' } };
      if (before.StorageTier !== 'archive')
        return { words: `${snapshot} is not in the archive.`, facts: { snapshot, result: 'nothing to do' } };
      const time = days === undefined ? 'for good' : `for ${String(days)} days`;
      if (!order.apply)
        return {
          words: `${snapshot} comes back ${time}, after 24 to 72 hours.\n${unchanged}`,
          facts: { snapshot, result: 'planned' },
        };
      await ec2().send(
        new RestoreSnapshotTierCommand({
          SnapshotId: snapshot,
          ...(days === undefined ? { PermanentRestore: true } : { TemporaryRestoreDays: Number(days) }),
        }),
      );
      return { words: told(snapshot, await tierOf(ec2(), snapshot)), facts: { snapshot, result: 'under way' } };
    };
  },
};

async function tierOf(ec2: EC2Client, snapshot: string): Promise<SnapshotTierStatus> {
  const { SnapshotTierStatuses: [status] = [] } = await ec2.send(
    new DescribeSnapshotTierStatusCommand({ Filters: [{ Name: 'snapshot-id', Values: [snapshot] }] }),
  );
  if (!status) throw new Error(`there is no snapshot ${snapshot} in this Region; name another, or give --region`);
  return status;
}

const moves = ({ LastTieringOperationStatus: status }: SnapshotTierStatus): boolean =>
  status?.endsWith('in-progress') ?? false;

const told = (
  snapshot: string,
  { LastTieringOperationStatus: status, LastTieringProgress: done }: SnapshotTierStatus,
) => `${snapshot}: ${status ?? 'asked for'}, ${done ?? 0} %. Run the command again to see how far it is.`;
