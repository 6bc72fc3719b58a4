import { Logger } from '@aws-lambda-powertools/logger';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { mailEnvironment } from '../mail-purpose/environment';
import { workBatch } from '../shared/batch';
import { patience } from '../shared/patience';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import { environment } from './environment';
import { Ledger } from './ledger';
import { mailIn, type MailKind } from './mail';
import { Mailer } from './mailer';
import { Subscribers } from './subscribers';

const { mails, subscribers, subscriptions } = environment;
const given = variables({ ...mailEnvironment, mails, subscribers, subscriptions });
const kind = given.kind as MailKind;
const dynamodb = tableClient();
const mailer = new Mailer({
  // A request that is asked again after a lost answer is a second mail; whether to ask again is the mailer's to say.
  ses: new SESv2Client({ ...patience, maxAttempts: 1 }),
  ledger: new Ledger(dynamodb, given.mails),
  subscribers: new Subscribers(dynamodb, given.subscribers),
  kind,
  sender: given.sender,
  configurationSet: given.configurationSet,
  subscriptions: given.subscriptions,
});
const logger = new Logger({ persistentKeys: { kind } });

/**
 * Works a queue of mail. Two functions run this code, each with its own kind of mail, queue and configuration set.
 *
 * @claims messaging-email-send, messaging-email-purposes
 */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  mailer.starting();
  return workBatch(event, context, logger, async ({ body }, signal) => {
    const mail = mailIn(body, kind);
    logger.info(await mailer.send(mail, signal), { mail: mail.id });
  });
}
