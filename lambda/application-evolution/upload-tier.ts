import { listen, serve } from '../shared/server';
import { variables } from '../shared/variables';
import { listRoutes, summaryRoutes, uploadRoutes } from './contract-routes';
import { environment } from './environment';
import { askProcessTier } from './process-tier-client';
import { logger, metrics } from './runtime';
import { documentShelf, summaryShelf } from './stores';
import { takeAndWait } from './taking';

const { processUrl } = variables({ processUrl: environment.processUrl });
const documents = documentShelf();
const summaries = summaryShelf();
const take = takeAndWait({ documents, summaries, summarise: askProcessTier(processUrl) });

/** Stage 2, the tier in front: takes documents in, asks the tier behind for their summaries and waits, then keeps both. */
const routes = { ...uploadRoutes({ take, documents }), ...listRoutes(documents), ...summaryRoutes(summaries) };
listen(serve(routes, { logger, metrics }), logger);
