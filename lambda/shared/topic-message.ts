import { createPublicKey, createVerify } from 'node:crypto';
import * as z from 'zod/mini';

const message = z.object({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: z.string(),
  TopicArn: z.string(),
  Message: z.string(),
  Timestamp: z.string(),
  SignatureVersion: z.enum(['1', '2']),
  Signature: z.string(),
  SigningCertURL: z.string(),
  Subject: z.optional(z.string()),
  SubscribeURL: z.optional(z.string()),
  Token: z.optional(z.string()),
});
type TopicMessage = z.infer<typeof message>;

/** What SNS posted was not taken. Its message says why. */
export class Untrusted extends Error {
  override readonly name = 'Untrusted';
}

export interface TopicReader {
  /** The topic this address belongs to; messages of any other are refused. */
  readonly topicArn: string;
  /** Gets the text at an HTTPS address of SNS; throws unless it is answered with 200. */
  readonly get: (url: string) => Promise<string>;
}

/** What was received: a notice, or word that the subscription was confirmed or ended. */
export type Received =
  | { readonly is: 'notice'; readonly id: string; readonly subject?: string; readonly text: string }
  | { readonly is: 'confirmed' }
  | { readonly is: 'ended' };

/** Only SNS itself, in a Region, may say by which certificate it signs: a bucket called sns would be found at sns.s3.amazonaws.com. */
const ofSns = /^https:\/\/sns\.[a-z]{2}(-[a-z]+)+-\d+\.amazonaws\.com(\.cn)?\//;

/**
 * Takes what SNS posts to an HTTPS address. Anybody can post to it, so nothing counts that SNS has not signed for this topic: no notice,
 * and least of all a confirmation, by which a stranger could make this address listen to a topic of theirs.
 *
 * @param body as it was posted
 * @throws Untrusted when it is no message of the topic, signed by SNS
 * @claims messaging-topic-subscribers
 */
export async function received(body: string, { topicArn, get }: TopicReader): Promise<Received> {
  const posted = messageIn(body);
  if (posted.TopicArn !== topicArn)
    throw new Untrusted(`it is of ${posted.TopicArn}, and this address listens to ${topicArn}`);
  await verify(posted, get);
  switch (posted.Type) {
    case 'Notification':
      return {
        is: 'notice',
        id: posted.MessageId,
        text: posted.Message,
        ...(posted.Subject !== undefined && { subject: posted.Subject }),
      };
    case 'UnsubscribeConfirmation':
      return { is: 'ended' };
    case 'SubscriptionConfirmation':
      if (!ofSns.test(posted.SubscribeURL ?? ''))
        throw new Untrusted(`it is to be confirmed at ${posted.SubscribeURL}, which is not SNS`);
      await get(posted.SubscribeURL!);
      return { is: 'confirmed' };
  }
}

function messageIn(body: string): TopicMessage {
  try {
    return message.parse(JSON.parse(body));
  } catch {
    throw new Untrusted('it is no message of a topic');
  }
}

async function verify(posted: TopicMessage, get: TopicReader['get']): Promise<void> {
  const { SigningCertURL: url, SignatureVersion: version, Signature: signature } = posted;
  if (!ofSns.test(url) || !url.endsWith('.pem'))
    throw new Untrusted(`its certificate is to be found at ${url}, which is not SNS`);
  const key = createPublicKey(await get(url));
  const verifier = createVerify(version === '1' ? 'RSA-SHA1' : 'RSA-SHA256').update(signedText(posted), 'utf8');
  if (!verifier.verify(key, signature, 'base64')) throw new Untrusted('its signature does not fit its text');
}

/** What SNS signs: names and values on lines of their own, in the order of the names. */
export function signedText(posted: Readonly<Record<string, string | undefined>> & { readonly Type: string }): string {
  const names =
    posted.Type === 'Notification'
      ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  return names.flatMap((name) => (posted[name] === undefined ? [] : [`${name}\n${posted[name]}\n`])).join('');
}
