import { Logger } from '@aws-lambda-powertools/logger';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Context, KinesisStreamStateResponse, KinesisStreamTumblingWindowEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { expiryOf } from '../shared/expiry';
import { workStream } from '../shared/stream-batch';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { boardItem, counted, windowState } from './board-window';
import { clickIn } from './click';
import { environment } from './environment';

const { boardTable } = variables({ boardTable: environment.boardTable });
const dynamodb = tableClient();
const logger = new Logger();
const keptMilliseconds = 24 * 3_600_000;

/** What a run is told of its window. */
const windowed = z.object({
  window: z.object({ start: z.iso.datetime(), end: z.iso.datetime() }),
  state: windowState,
  shardId: z.string().check(z.minLength(1)),
  isFinalInvokeForWindow: z.boolean(),
});

/**
 * Counts clicks by page within a window, hands the counts on from run to run, and writes them when the window is over. Nothing is
 * written before, and the last run again, if it failed, writes the same item.
 *
 * @claims messaging-stream-window-function
 */
export async function handler(
  event: KinesisStreamTumblingWindowEvent,
  context: Context,
): Promise<KinesisStreamStateResponse> {
  logger.addContext(context);
  const { window, shardId, isFinalInvokeForWindow, state: before } = windowed.parse(event);
  let state = before;
  const { batchItemFailures } = await workStream(event, context, logger, ({ kinesis }) =>
    Promise.resolve().then(() => (state = counted(state, clickIn(kinesis.data), window))),
  );
  if (isFinalInvokeForWindow && Object.keys(state.pages).length > 0) {
    const expiresAt = expiryOf(new Date(Date.now() + keptMilliseconds));
    const Item = boardItem(state, window.end, shardId, expiresAt);
    await dynamodb.send(new PutItemCommand({ TableName: boardTable, Item }));
    logger.info('window over', { window, shardId, pages: Object.keys(state.pages).length, late: state.late });
  }
  return { state, batchItemFailures: [...batchItemFailures] };
}
