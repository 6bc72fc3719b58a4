import { Logger } from '@aws-lambda-powertools/logger';
import { EC2Client } from '@aws-sdk/client-ec2';
import type { Context } from 'aws-lambda';
import { patience } from '../shared/patience';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { settle } from './settle';

const given = variables(environment);
const rules = { serviceId: given.serviceId, accounts: given.accounts.split(',') };
const ec2 = new EC2Client(patience);
const logger = new Logger();

/**
 * Told by the endpoint service that something about its connections has changed. What a notice says is not looked at: it
 * only says that there may be something to do.
 *
 * @claims network-privatelink-acceptance
 */
export async function handler(_event: unknown, context: Context): Promise<void> {
  logger.addContext(context);
  logger.info('settled', { ...(await settle(ec2, rules)) });
}
