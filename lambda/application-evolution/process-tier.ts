import { listen, serve } from '../shared/server';
import { processRoutes } from './process-routes';
import { logger, metrics } from './runtime';

/** Stage 2, the tier behind: makes summaries, and keeps nothing. */
listen(serve(processRoutes, { logger, metrics, behindStage: false }), logger);
