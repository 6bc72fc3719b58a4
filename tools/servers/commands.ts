import type { ServerCommand } from './command';
import { resize } from './resize';

/** Everything there is to do with servers, one file each. */
export const commands: Readonly<Record<string, ServerCommand>> = { resize };
