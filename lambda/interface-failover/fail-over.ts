import { Logger } from '@aws-lambda-powertools/logger';
import { EC2Client } from '@aws-sdk/client-ec2';
import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { patience } from '../shared/patience';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { failOver, type Outcome } from './move';

const given = variables(environment);
const place = {
  networkInterface: given.networkInterface,
  hosts: given.hosts.split(','),
  deviceIndex: Number(given.deviceIndex),
};
const ec2 = new EC2Client(patience);
const logger = new Logger();
const alarm = z.object({ failed: z.string() });

/**
 * Moves the interface away from the instance that failed. What comes of it is the answer, which Lambda hands on; what fails is
 * tried again, and in the end put aside with its reason.
 */
export async function handler(event: unknown, context: Context): Promise<Outcome> {
  logger.addContext(context);
  const parsed = alarm.safeParse(event);
  if (!parsed.success) throw new Error(`the event names no instance in "failed": ${JSON.stringify(event)}`);
  const outcome = await failOver(ec2, place, parsed.data.failed);
  logger.info('failover', { ...outcome });
  return outcome;
}
