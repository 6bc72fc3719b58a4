import { Logger } from '@aws-lambda-powertools/logger';
import { EC2Client } from '@aws-sdk/client-ec2';
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { patience } from '../shared/patience';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { turn, type Turned } from './turn';

const { tagKey, tagValue } = variables(environment);
const ec2 = new EC2Client(patience);
const logger = new Logger();
const order = z.object({ does: z.enum(['start', 'stop']) });

/** Starts or stops the tagged instances. What fails is tried again, and in the end put aside with its reason. */
export async function handler(event: unknown, context: Context): Promise<Turned> {
  logger.addContext(context);
  const parsed = order.safeParse(event);
  if (!parsed.success) throw new Error(`the event says neither "start" nor "stop" in "does": ${JSON.stringify(event)}`);
  const turned = await turn(ec2, { key: tagKey, value: tagValue }, parsed.data.does);
  logger.info('turned', { ...turned });
  return turned;
}
