import {
  RestoreImageFromRecycleBinCommand,
  RestoreSnapshotFromRecycleBinCommand,
  RestoreVolumeFromRecycleBinCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { idOf, unchanged, wordsOf, type ServerCommand } from './command';

const kinds: Readonly<Record<string, (ec2: EC2Client, id: string) => Promise<unknown>>> = {
  snap: (ec2, id) => ec2.send(new RestoreSnapshotFromRecycleBinCommand({ SnapshotId: id })),
  ami: (ec2, id) => ec2.send(new RestoreImageFromRecycleBinCommand({ ImageId: id })),
  vol: (ec2, id) => ec2.send(new RestoreVolumeFromRecycleBinCommand({ VolumeId: id })),
};

/** @claims compute-recycle-bin */
export const undelete: ServerCommand = {
  words: '<snapshot, image or volume>',
  purpose: 'take something deleted back from the recycle bin, under the id it had',
  understand: (order) => {
    const [id] = wordsOf(order, 'snapshot, image or volume');
    const kind = id.split('-')[0];
    if (kind !== 'snap' && kind !== 'ami' && kind !== 'vol')
      throw new Error(`"${id}" is neither a snapshot, an image nor a volume; write an id with snap-, ami- or vol-`);
    idOf(kind, id);
    return async ({ ec2 }) => {
      if (!order.apply)
        return { words: `${id} is taken back from the bin.\n${unchanged}`, facts: { id, result: 'planned' } };
      await kinds[kind](ec2(), id);
      return { words: `${id} is there again.`, facts: { id, result: 'done' } };
    };
  },
};
