import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { Refused, workBatch } from '../shared/batch';
import { failed } from './contracts';
import { mostAttempts } from './environment';
import { tryUpload } from './attempt';
import { workplace } from './intake-desk';
import { logger } from './runtime';

/**
 * Tries photos again that failed before, some time after they did. The attempt that failed is counted in the event, so that no
 * photo is tried more often than it may be, whatever the rule lets through.
 *
 * @claims messaging-event-retry-flow
 */
export function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  return workBatch(event, context, logger, async ({ body }) => {
    const { data, attempt } = failed.read(parsed(body));
    if (attempt >= mostAttempts) throw new Refused(`${data.upload.key} was tried ${attempt} times; that is all`);
    const outcome = await tryUpload(data.upload, attempt + 1, workplace);
    logger.info('photo looked at again', { ...data.upload, attempt: attempt + 1, ...outcome });
  });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Refused('not JSON');
  }
}
