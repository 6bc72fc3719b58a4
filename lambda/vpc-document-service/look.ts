import { look } from './documents';
import { serving } from './service';

/** Gives documents back; it may only read. */
export const handler = serving(look);
