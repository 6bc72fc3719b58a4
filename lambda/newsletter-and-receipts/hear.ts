import { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SNSEvent } from 'aws-lambda';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { heard } from './heard';
import { Ledger } from './ledger';
import { Subscribers } from './subscribers';

const { mails, subscribers } = environment;
const given = variables({ mails, subscribers });
const dynamodb = tableClient();
const lists = { ledger: new Ledger(dynamodb, given.mails), subscribers: new Subscribers(dynamodb, given.subscribers) };
const logger = new Logger();

/**
 * Hears from SES what became of each mail.
 *
 * @claims messaging-email-suppression
 */
export async function handler({ Records }: SNSEvent, context: Context): Promise<void> {
  logger.addContext(context);
  for (const { Sns } of Records) logger.info('heard', { ...(await heard(Sns.Message, lists)) });
}
