import { createHash } from 'node:crypto';
import * as z from 'zod/mini';

const line = (longest: number) => z.string().check(z.regex(new RegExp(`^\\P{C}{1,${longest}}$`, 'u')));
const name = line(40);
const mail = z.email().check(z.maxLength(254));
/** As SNS takes it: a plus, the country, the number. */
const phone = z.string().check(z.regex(/^\+[1-9]\d{6,14}$/));

const person = z.discriminatedUnion('by', [
  z.strictObject({ name, by: z.literal('email'), mail }),
  z.strictObject({ name, by: z.literal('sms'), phone }),
  z.strictObject({ name, by: z.literal('both'), mail, phone }),
]);

/**
 * What a reminder is, as a client sends it. The API's model says the same (`lib/architectures/reminder-service/model.ts`), and the
 * state machine looks again, because others start it too.
 */
export const reminderWithin = (limits: { readonly longestWait: number; readonly mostPeople: number }) =>
  z.strictObject({
    cat: line(40),
    wish: line(120),
    seconds: z.int().check(z.gte(0), z.lte(limits.longestWait)),
    to: z.array(person).check(z.minLength(1), z.maxLength(limits.mostPeople)),
  });

export type Reminder = z.output<ReturnType<typeof reminderWithin>>;

/** The form of a reminder's id, which is the name of its execution. */
export const reminderId = z.string().check(z.regex(/^[0-9a-f]{32}$/));

/** What a client calls one request, so that sending it again is no second reminder. */
export const idempotencyKey = z.string().check(z.regex(/^[\x21-\x7e]{8,128}$/));

/** The id of a request: it follows from who asked and what the client called the request. */
export const idOf = (client: string, key: string): string =>
  createHash('sha256')
    .update(JSON.stringify([client, key]))
    .digest('hex')
    .slice(0, 32);
