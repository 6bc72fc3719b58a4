import type { ServerCommand } from './command';
import { ebsLimits } from './ebs-limits';
import { fleetSet } from './fleet-set';
import { imageCapture } from './image-capture';
import { imageCopy } from './image-copy';
import { resize } from './resize';
import { snapshotArchive, snapshotRestore } from './snapshot-tier';
import { spotCancel } from './spot-cancel';
import { undelete } from './undelete';
import { volumeGrow } from './volume-grow';

/** Everything there is to do with servers, one file each. */
export const commands: Readonly<Record<string, ServerCommand>> = {
  'ebs-limits': ebsLimits,
  'fleet-set': fleetSet,
  'image-capture': imageCapture,
  'image-copy': imageCopy,
  resize,
  'snapshot-archive': snapshotArchive,
  'snapshot-restore': snapshotRestore,
  'spot-cancel': spotCancel,
  undelete,
  'volume-grow': volumeGrow,
};
