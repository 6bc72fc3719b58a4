import type { ServerCommand } from './command';
import { fleetSet } from './fleet-set';
import { resize } from './resize';
import { spotCancel } from './spot-cancel';

/** Everything there is to do with servers, one file each. */
export const commands: Readonly<Record<string, ServerCommand>> = {
  'fleet-set': fleetSet,
  resize,
  'spot-cancel': spotCancel,
};
