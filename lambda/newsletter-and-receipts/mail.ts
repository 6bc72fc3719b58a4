import * as z from 'zod/mini';
import { Refused } from '../shared/batch';

/** What a mail is for; each kind goes its own way. */
export type MailKind = 'transactional' | 'marketing';

/** One address and nothing around it; whatever could end a header line is no address. */
export const address = z.string().check(z.maxLength(254), z.regex(/^[^\s@,;:<>"()\\[\]]+@([a-z0-9-]+\.)+[a-z]{2,}$/i));
/** An id that SES takes as the value of a tag. */
export const mailId = z.string().check(z.regex(/^[A-Za-z0-9_-]{1,128}$/));
/** Text that stands in a header: one line. */
const line = z.string().check(z.minLength(1), z.maxLength(150), z.regex(/^[^\r\n\0]*$/, 'must be one line'));
const token = z.string().check(z.regex(/^[A-Za-z0-9-]{16,64}$/));

const mails = z.discriminatedUnion('template', [
  z.strictObject({
    template: z.literal('receipt'),
    id: mailId,
    to: address,
    order: z.string().check(z.regex(/^[A-Za-z0-9-]{1,40}$/)),
    total: z.string().check(z.regex(/^\d{1,9}\.\d{2} [A-Z]{3}$/)),
  }),
  z.strictObject({ template: z.literal('confirmation'), id: mailId, to: address, token }),
  z.strictObject({
    template: z.literal('newsletter'),
    id: mailId,
    to: address,
    subject: line,
    text: z.string().check(z.minLength(1), z.maxLength(100_000)),
    token,
  }),
]);

/** A mail to be sent, as it waits in a queue. */
export type Mail = z.infer<typeof mails>;

/** What SES is asked to send. */
export interface Composed {
  readonly subject: string;
  readonly text: string;
  readonly headers: readonly { readonly Name: string; readonly Value: string }[];
}

const kinds: Readonly<Record<Mail['template'], MailKind>> = {
  receipt: 'transactional',
  confirmation: 'transactional',
  newsletter: 'marketing',
};

/**
 * The mail in a message.
 *
 * @param kind what the queue is for
 * @throws Refused when it is none, or belongs into the other queue
 */
export function mailIn(body: string, kind: MailKind): Mail {
  const { success, data, error } = mails.safeParse(parsed(body));
  if (!success)
    throw new Refused(
      `no mail: ${error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
    );
  if (kinds[data.template] !== kind)
    throw new Refused(`the template ${data.template} is ${kinds[data.template]}, and this is the way of ${kind} mail`);
  return data;
}

/** @param subscriptions where subscribers confirm and leave, an HTTPS address that ends with a slash */
export function composed(mail: Mail, subscriptions: string): Composed {
  switch (mail.template) {
    case 'receipt':
      return {
        subject: `Receipt for order ${mail.order}`,
        text: `Thank you. Your order ${mail.order} came to ${mail.total}.\n`,
        headers: [],
      };
    case 'confirmation':
      return {
        subject: 'Please confirm your subscription',
        text: `Somebody, perhaps you, asked for our newsletter at this address.\n\nTo get it: ${subscriptions}confirm?token=${mail.token}\n\nIf it was not you, do nothing.\n`,
        headers: [],
      };
    case 'newsletter': {
      const leave = `${subscriptions}unsubscribe?token=${mail.token}`;
      return {
        subject: mail.subject,
        text: `${mail.text}\n\n--\nNo more of this: ${leave}\n`,
        // A mail program shows a button for it, and posts to the address when it is pressed (RFC 8058).
        headers: [
          { Name: 'List-Unsubscribe', Value: `<${leave}>` },
          { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
        ],
      };
    }
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Refused('no mail: the body is no JSON');
  }
}
