import { restHandler } from '../shared/rest';
import { summaryRoutes } from './contract-routes';
import { logger, metrics } from './runtime';
import { summaryShelf } from './stores';

/** The process service tells what it made of a document. */
export const handler = restHandler(summaryRoutes(summaryShelf()), { logger, metrics });
