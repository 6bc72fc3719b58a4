import * as z from 'zod/mini';
import { Refused } from '../shared/batch';

/** One click, as pages send it and as it lies in the stream. */
export const click = z.strictObject({
  /** Made by the page: what is sent twice is one click. */
  id: z.string().check(z.regex(/^[A-Za-z0-9_-]{8,64}$/)),
  /** Whoever clicked, by a name that says nothing of them; what keeps their clicks in order. */
  visitor: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/)),
  page: z.string().check(z.regex(/^\/[\x21-\x7e]{0,199}$/)),
  /** When, ISO 8601 in UTC. */
  at: z.pipe(
    z.iso.datetime(),
    z.transform((text: string) => new Date(text).toISOString()),
  ),
  /** The host that led here; none for who came by themselves. */
  from: z.optional(z.string().check(z.regex(/^[a-z0-9.-]{1,100}$/))),
});

export type Click = z.output<typeof click>;

/**
 * Reads a click out of a record.
 *
 * @throws Refused when the record holds none
 */
export function clickIn(data: string | Uint8Array): Click {
  const text = typeof data === 'string' ? Buffer.from(data, 'base64').toString() : Buffer.from(data).toString();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refused('the record is not JSON');
  }
  const result = click.safeParse(value);
  if (result.success) return result.data;
  const [{ path, message }] = result.error.issues;
  throw new Refused(`the record is no click: ${path.length > 0 ? path.join('.') : 'it'}: ${message}`);
}

/** The page without what stands behind its `?`, which tells it apart from no other page and may tell of a person. */
export const pageOf = ({ page }: Click): string => page.split(/[?#]/)[0];
/** `2026-11-28T10:15` */
export const minuteOf = ({ at }: Click): string => at.slice(0, 16);
/** `2026-11-28T10` */
export const hourOf = ({ at }: Click): string => at.slice(0, 13);
