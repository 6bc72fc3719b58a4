import * as z from 'zod/mini';
import { Problem } from '../shared/problem';
import type { PageStart } from './order-table';

const pageStart = z.strictObject({
  id: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
  customer: z.string(),
  createdAt: z.iso.datetime(),
});

/** A page's beginning as a word for a URL. */
export const pageToken = ({ id, customer, createdAt }: PageStart): string =>
  Buffer.from(JSON.stringify({ id, customer, createdAt })).toString('base64url');

/**
 * What a token stands for.
 *
 * @param customer whose list is asked for; a token of another customer's list is refused
 * @throws Problem 400 when it was not made by `pageToken` for this list
 */
export function pageOf(token: string, customer: string): PageStart {
  const start = pageStart.safeParse(decoded(token));
  if (!start.success || start.data.customer !== customer) {
    throw new Problem(400, {
      detail: 'The query does not have the form this method takes.',
      faults: [{ where: 'query.next', what: 'not a page of this list; take it as the last answer gave it' }],
    });
  }
  return start.data;
}

function decoded(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
