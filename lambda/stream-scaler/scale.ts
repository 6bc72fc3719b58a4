import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { kinesisClient } from '../shared/kinesis-client';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { rescale, type Outcome } from './rescale';

const { stream } = variables(environment);
const kinesis = kinesisClient();
const logger = new Logger();
const shards = z.number().check(z.int(), z.positive());
const alarm = z.union([z.strictObject({ atLeast: shards }), z.strictObject({ atMost: shards })]);

/** Doubles or halves the stream. What fails is tried again by Lambda, and in the end put aside with its reason. */
export async function handler(event: unknown, context: Context): Promise<Outcome> {
  logger.addContext(context);
  const parsed = alarm.safeParse(event);
  if (!parsed.success)
    throw new Error(`the event is not {"atLeast": shards} or {"atMost": shards}: ${JSON.stringify(event)}`);
  const outcome = await rescale(kinesis, stream, parsed.data);
  logger.info('rescaled', { ...outcome });
  return outcome;
}
