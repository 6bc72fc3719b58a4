import { Logger } from '@aws-lambda-powertools/logger';
import { Problem } from '../shared/problem';
import { tableClient } from '../shared/table-client';
import { received, Untrusted, type Received } from '../shared/topic-message';
import { urlHandler, type UrlAnswer, type UrlRequest } from '../shared/url';
import { variables } from '../shared/variables';
import { askedOfSns } from './asked-of-sns';
import { Book } from './book';
import { environment } from './environment';

const { topic: topicArn, book: table } = variables(environment);
const book = new Book(tableClient(), table);
const get = askedOfSns();
const logger = new Logger();

/**
 * Takes what SNS posts, and nothing else: confirms the subscription of its own topic, and writes news down once.
 *
 * @claims messaging-topic-subscribers
 */
async function answer({ method, body }: UrlRequest): Promise<UrlAnswer> {
  if (method !== 'POST') throw new Problem(405, { detail: 'News is posted here, by SNS.' });
  const message = await trusted(body);
  if (message.is !== 'notice') {
    logger.info(`subscription ${message.is}`);
    return { status: 200, body: { subscription: message.is } };
  }
  const isNew = await book.write(message);
  logger.info(isNew ? 'received' : 'received before', { news: message.id });
  return { status: 200, body: { received: message.id } };
}

/** SNS takes an answer of 403 for final and does not try again: what is not its own now will not be later. */
async function trusted(body: string): Promise<Received> {
  try {
    return await received(body, { topicArn, get });
  } catch (error) {
    if (error instanceof Untrusted) throw new Problem(403, { detail: `This message is not taken: ${error.message}.` });
    throw error;
  }
}

export const handler = urlHandler(answer, logger);
