import type { Context } from 'aws-lambda';
import { busTeller } from './bus';
import { logged, logger } from './runtime';
import { documentShelf } from './stores';
import { hearFailed } from './working';

const service = { documents: documentShelf(), tell: busTeller() };

/** Stage 5, beside the upload service: hears that a document failed, and says once more that it is there. */
export const handler = (event: unknown, context: Context): Promise<void> =>
  logged(context, async () => {
    const attempt = await hearFailed(event, service);
    logger.info('document told again', { attempt });
  });
