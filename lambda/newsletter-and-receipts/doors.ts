import type { SQSClient } from '@aws-sdk/client-sqs';
import type { LambdaFunctionURLEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { sendBatch } from '../shared/send-batch';
import { address, type Mail } from './mail';
import { nameOf, type Subscribers } from './subscribers';

export interface Places {
  readonly sqs: SQSClient;
  readonly subscribers: Pick<Subscribers, 'ask' | 'confirm' | 'leave'>;
  /** The queue of mail that somebody waits for. */
  readonly receipts: string;
}

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const request = z.object({ email: address });

/**
 * Answers one request. A link in a mail only shows a button: programs that look at every link of a mail would otherwise confirm
 * and leave in their reader's place. The button, and the mail program's own (RFC 8058), post.
 *
 * @throws when a table or queue cannot be reached
 */
export async function answered(event: LambdaFunctionURLEvent, places: Places): Promise<Answer> {
  const { method } = event.requestContext.http;
  const path = event.rawPath.replace(/\/+$/, '') || '/';
  const token = event.queryStringParameters?.token ?? '';
  switch (`${method} ${path}`) {
    case 'POST /subscribe':
      return subscribe(bodyOf(event), places);
    case 'GET /confirm':
      return page('One more step', button('confirm', token, 'Yes, send me the newsletter'));
    case 'GET /unsubscribe':
      return page('No more newsletters', button('unsubscribe', token, 'Unsubscribe'));
    case 'POST /confirm':
      return (await places.subscribers.confirm(token)) ? page('Confirmed', '<p>You get the next issue.</p>') : unknown;
    case 'POST /unsubscribe':
      return (await places.subscribers.leave(token)) ? page('Done', '<p>You get no more of them.</p>') : unknown;
    default:
      return page('There is nothing here', '<p>Please use the link in your mail.</p>', 404);
  }
}

/** Whether an address was known is nobody's business: the answer is the same. */
async function subscribe(body: string, { sqs, subscribers, receipts }: Places): Promise<Answer> {
  const email = emailIn(body);
  if (email === undefined) {
    const problem = {
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail: 'Post {"email": "you@example.com"}.',
    };
    return { statusCode: 400, headers: { 'content-type': 'application/problem+json' }, body: JSON.stringify(problem) };
  }
  const token = await subscribers.ask(email);
  if (token !== undefined) {
    // One of them a day, however often somebody asks for it: the id is the same.
    const day = new Date().toISOString().slice(0, 10);
    const mail: Mail = { template: 'confirmation', id: `confirm-${nameOf(email)}-${day}`, to: email, token };
    const [left] = await sendBatch(sqs, receipts, [{ body: JSON.stringify(mail) }]);
    if (left) throw new Error(`the queue did not take the confirmation: ${left.reason}`);
  }
  const answer = { message: 'If that is your address, there is a mail on its way to you.' };
  return { statusCode: 202, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) };
}

function emailIn(body: string): string | undefined {
  try {
    return request.parse(JSON.parse(body)).email;
  } catch {
    return undefined;
  }
}

const bodyOf = ({ body = '', isBase64Encoded }: LambdaFunctionURLEvent): string =>
  isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;

const page = (title: string, content: string, statusCode = 200): Answer => ({
  statusCode,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'content-security-policy': "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
  },
  body: `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><h1>${title}</h1>${content}</html>\n`,
});
const unknown = page('This link is not known', '<p>It may be an old one, or a part of it is missing.</p>', 404);

/** The token comes back from the reader's own address line; anything but a token is not repeated. */
const button = (action: string, token: string, words: string): string =>
  `<form method="post" action="${action}?token=${/^[A-Za-z0-9-]{16,64}$/.test(token) ? token : ''}"><button>${words}</button></form>`;
