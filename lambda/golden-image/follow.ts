import { Logger } from '@aws-lambda-powertools/logger';
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { EC2Client } from '@aws-sdk/client-ec2';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Context } from 'aws-lambda';
import { patience } from '../shared/patience';
import { variables } from '../shared/variables';
import { following } from './environment';
import { rollIn, type Verdict } from './roll-in';

const given = variables(following);
const settings = { ...given, warmupSeconds: Number(given.warmupSeconds) };
const clients = {
  autoScaling: new AutoScalingClient(patience),
  ec2: new EC2Client(patience),
  ssm: new SSMClient(patience),
};
const logger = new Logger();

/** Looks, whenever a parameter has changed or a refresh has ended, whether a group has to be refreshed. */
export async function handler(_event: unknown, context: Context): Promise<Verdict> {
  logger.addContext(context);
  const verdict = await rollIn(clients, settings);
  logger.info('image', { ...verdict });
  return verdict;
}
