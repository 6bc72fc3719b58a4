import { SQSClient } from '@aws-sdk/client-sqs';
import { patience } from '../shared/patience';
import { listen, serve } from '../shared/server';
import { variables } from '../shared/variables';
import { listRoutes, summaryRoutes, uploadRoutes } from './contract-routes';
import { environment } from './environment';
import { logger, metrics } from './runtime';
import { documentShelf, summaryShelf } from './stores';
import { takeAndTell, tellQueue } from './taking';

const { nextQueue } = variables({ nextQueue: environment.nextQueue });
const documents = documentShelf();
const tell = tellQueue(new SQSClient(patience), nextQueue, ({ id }) => ({ id }));
const take = takeAndTell({ documents, tell });

/** Stage 3, the tier in front: keeps documents and queues where they lie. */
const routes = { ...uploadRoutes({ take, documents }), ...listRoutes(documents), ...summaryRoutes(summaryShelf()) };
listen(serve(routes, { logger, metrics }), logger);
