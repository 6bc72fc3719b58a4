import type { Context } from 'aws-lambda';
import { busTeller } from './bus';
import { logged, logger } from './runtime';
import { summaryShelf } from './stores';
import { hearUploaded } from './working';

const service = { summaries: summaryShelf(), tell: busTeller() };

/** Stage 5, the process service: hears of documents, and says when it could not make anything of one. */
export const handler = (event: unknown, context: Context): Promise<void> =>
  logged(context, async () => {
    const reason = await hearUploaded(event, service);
    if (reason !== undefined) logger.warn('document failed', { reason });
  });
