import * as z from 'zod/mini';
import type { Ledger } from './ledger';
import { address } from './mail';
import type { Subscribers } from './subscribers';

const recipients = z.array(z.object({ emailAddress: z.string() }));
const events = z.object({
  eventType: z.string(),
  mail: z.object({
    messageId: z.string(),
    tags: z.optional(z.record(z.string(), z.array(z.string()))),
  }),
  bounce: z.optional(z.object({ bounceType: z.string(), bouncedRecipients: recipients })),
  complaint: z.optional(z.object({ complainedRecipients: recipients })),
});

/** What was made of an event. */
export interface Heard {
  readonly event: string;
  readonly mail?: string;
  readonly struck?: readonly string[];
}

/**
 * Makes of what SES tells what there is to be made: a mail that SES took is sent, an address to which mail comes back for good, or
 * whose owner complains, gets no more. What comes back for a while only, twice, or from nobody known changes nothing.
 *
 * @throws when the text is no event of SES, or the tables cannot be reached; Lambda then tries again, and keeps it in the end
 */
export async function heard(
  text: string,
  {
    ledger,
    subscribers,
  }: { readonly ledger: Pick<Ledger, 'settle'>; readonly subscribers: Pick<Subscribers, 'strike'> },
): Promise<Heard> {
  const { eventType, mail, bounce, complaint } = events.parse(JSON.parse(text));
  const id = mail.tags?.mail?.[0];
  const known = { event: eventType, ...(id !== undefined && { mail: id }) };
  if (eventType === 'Send') {
    if (id !== undefined) await ledger.settle(id, 'sent');
    return known;
  }
  const struck = [
    ...(bounce?.bounceType === 'Permanent' ? addressesOf(bounce.bouncedRecipients) : []),
    ...(complaint ? addressesOf(complaint.complainedRecipients) : []),
  ];
  for (const one of struck) await subscribers.strike(one, complaint ? 'complained' : 'bounced');
  return { ...known, ...(struck.length > 0 && { struck }) };
}

/** Receivers write an address as they like, with a name around it too. */
const addressesOf = (found: readonly { readonly emailAddress: string }[]): string[] =>
  found
    .map(({ emailAddress }) => /<([^<>]+)>\s*$/.exec(emailAddress)?.[1] ?? emailAddress)
    .filter((one) => z.safeParse(address, one).success);
