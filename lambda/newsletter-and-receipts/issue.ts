import type { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { Refused } from '../shared/batch';
import { sendBatch } from '../shared/send-batch';
import { address, type Mail } from './mail';
import { nameOf, type Subscribers } from './subscribers';

const issues = z.strictObject({
  id: z.string().check(z.regex(/^[A-Za-z0-9-]{1,64}$/)),
  subject: z.string().check(z.minLength(1), z.maxLength(150), z.regex(/^[^\r\n\0]*$/, 'must be one line')),
  text: z.string().check(z.minLength(1), z.maxLength(100_000)),
  /** The subscriber an earlier run stopped at. */
  after: z.optional(address),
});

/** An issue of the newsletter, as it waits in its queue. */
export type Issue = z.infer<typeof issues>;

export interface Places {
  readonly sqs: SQSClient;
  readonly subscribers: Pick<Subscribers, 'page'>;
  /** The queue of mails to subscribers. */
  readonly newsletters: string;
  /** The queue the issue came from. */
  readonly issues: string;
}

/** Subscribers of a page. */
const page = 100;
/** Milliseconds left at which a run hands the rest to the next. */
const handOverAt = 10_000;

/** @throws Refused when the body is no issue */
export function issueIn(body: string): Issue {
  try {
    return issues.parse(JSON.parse(body));
  } catch (error) {
    throw new Refused(`no issue: ${(error as Error).message}`);
  }
}

/**
 * Puts a mail to each listed subscriber into the queue. The id of a mail follows from issue and subscriber, so that an issue that
 * is published twice, or from the middle again, reaches each of them once. When time runs out, the rest goes back into the queue of
 * issues with the place to go on from.
 */
export async function published(
  issue: Issue,
  { sqs, subscribers, newsletters, issues: back }: Places,
  remaining: () => number,
): Promise<{ readonly mails: number; readonly goesOn: boolean }> {
  let after: string | undefined = issue.after;
  let mails = 0;
  for (;;) {
    const { listed, after: next } = await subscribers.page(after, page);
    const untaken = await sendBatch(
      sqs,
      newsletters,
      listed.map(({ email, token }) => ({ body: JSON.stringify(mailOf(issue, email, token)) })),
    );
    if (untaken.length > 0) throw new Error(`the queue did not take ${untaken.length} mails: ${untaken[0].reason}`);
    mails += listed.length;
    if (next === undefined) return { mails, goesOn: false };
    after = next;
    if (remaining() < handOverAt) {
      const [left] = await sendBatch(sqs, back, [{ body: JSON.stringify({ ...issue, after }) }]);
      if (left) throw new Error(`the rest could not be handed over: ${left.reason}`);
      return { mails, goesOn: true };
    }
  }
}

const mailOf = ({ id, subject, text }: Issue, email: string, token: string): Mail => ({
  template: 'newsletter',
  id: `${id}-${nameOf(email)}`,
  to: email,
  subject,
  text,
  token,
});
