import { Refused } from '../shared/batch';
import { announcement, dayClosed, stored, uploadId } from './contracts';
import { kinds } from './environment';

/** What readers see, newest last. */
export interface Entry {
  readonly feed: 'everyone';
  /** When it happened, and what makes it the only one of that moment: the same whenever the event comes. */
  readonly at: string;
  readonly text: string;
}

const texts: Readonly<Record<string, (event: unknown) => { id: string; at: string; text: string }>> = {
  [kinds.stored.detailType]: (event) => {
    const { data } = stored.read(event);
    // By the photo, not by the attempt: a run that died after it spoke can have two attempts succeed.
    return { id: uploadId(data), at: data.at, text: `New photo: ${data.title}` };
  },
  [kinds.dayClosed.detailType]: (event) => {
    const { id, data } = dayClosed.read(event);
    return { id, at: data.at, text: `${data.day}: ${data.uploads} photos, ${data.bytes} bytes` };
  },
  [kinds.announcement.detailType]: (event) => {
    const { id, data } = announcement.read(event);
    return { id, at: data.at, text: data.text };
  },
};

/**
 * The entry an event becomes; always the same for the same event.
 *
 * @throws Refused when no entry is made of such an event
 */
export function entryOf(event: unknown): Entry {
  const type = (event as { 'detail-type'?: unknown } | null | undefined)?.['detail-type'];
  if (typeof type !== 'string' || !Object.hasOwn(texts, type)) throw new Refused(`no entry is made of ${String(type)}`);
  const { id, at, text } = texts[type](event);
  return { feed: 'everyone', at: `${at} ${id}`, text };
}
