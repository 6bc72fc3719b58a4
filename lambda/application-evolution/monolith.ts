import { join } from 'node:path';
import { listen, serve } from '../shared/server';
import { variables } from '../shared/variables';
import { listRoutes, summaryRoutes, uploadRoutes } from './contract-routes';
import { DiskShelf } from './disk-shelf';
import type { Document } from './document';
import { environment } from './environment';
import { logger, metrics } from './runtime';
import { summarise, type Summary } from './summary';
import { takeAndWait } from './taking';

const { folder } = variables({ folder: environment.folder });
const documents = new DiskShelf<Document>(join(folder, 'documents'));
const summaries = new DiskShelf<Summary>(join(folder, 'summaries'));
const take = takeAndWait({ documents, summaries, summarise });

/** Stage 1: one program on one machine takes documents in, processes them, and keeps them on its disk. */
const routes = { ...uploadRoutes({ take, documents }), ...listRoutes(documents), ...summaryRoutes(summaries) };
listen(serve(routes, { logger, metrics }), logger);
