import { keep } from './documents';
import { serving } from './service';

/** Keeps documents: the only function that may write files and names. */
export const handler = serving((request, shelves) => keep(request, shelves, new Date()));
