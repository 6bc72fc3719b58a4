import { SQSClient } from '@aws-sdk/client-sqs';
import { patience } from '../shared/patience';
import { restHandler } from '../shared/rest';
import { variables } from '../shared/variables';
import { uploadRoutes } from './contract-routes';
import { environment } from './environment';
import { logger, metrics } from './runtime';
import { documentShelf } from './stores';
import { takeAndTell, tellQueue } from './taking';

const { nextQueue } = variables({ nextQueue: environment.nextQueue });
const documents = documentShelf();
const tell = tellQueue(new SQSClient(patience), nextQueue, (document) => document);

/** Stage 4, the upload service: a producer. It keeps documents and sends them on. */
export const handler = restHandler(uploadRoutes({ take: takeAndTell({ documents, tell }), documents }), {
  logger,
  metrics,
});
