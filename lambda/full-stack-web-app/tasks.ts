import { restHandler } from '../shared/rest';
import { restOptions } from './runtime';
import { routes } from './service';

/** Tasks, for callers of the REST or the HTTP API: both send the same event. */
export const handler = restHandler(routes, restOptions);
