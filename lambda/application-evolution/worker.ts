import { runWorker } from '../worker-tier/run';
import { logger } from './runtime';
import { documentShelf, summaryShelf } from './stores';
import { workLocation } from './working';

const place = { documents: documentShelf(), summaries: summaryShelf() };

/** Stage 3, the workers: fetch documents from where the queue says they lie, as long as there are any. */
void runWorker({
  through: (queue) => queue,
  work: async ({ id: messageId, body }) => {
    logger.info('document processed', { messageId, id: await workLocation(body, place) });
  },
}).catch((error: Error) => {
  logger.critical('worker failed', error);
  process.exitCode = 1;
});
