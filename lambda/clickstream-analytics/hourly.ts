import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { kinesisClient } from '../shared/kinesis-client';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { HourlyReader, type Read } from './hourly-reader';

const { stream, hoursTable } = variables({ stream: environment.stream, hoursTable: environment.hoursTable });
const reader = new HourlyReader(kinesisClient(), tableClient(), { stream, table: hoursTable });
const logger = new Logger();
/** What is kept of a run's time for its last batch, in milliseconds. */
const reserve = 15_000;

/**
 * Reads what came since it last did, by itself and at its own pace. What it has no time for, the next run reads.
 *
 * @claims messaging-stream-consumers, serverless-time-left-guard
 */
export async function handler(_event: unknown, context: Context): Promise<Read> {
  logger.addContext(context);
  const read = await reader.catchUp(
    () => context.getRemainingTimeInMillis() > reserve,
    (record) => logger.error('record refused', { ...record }),
  );
  logger.info('caught up', { ...read });
  return read;
}
