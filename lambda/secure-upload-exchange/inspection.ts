import { Refused } from '../shared/batch';
import type { Known } from '../shared/kept-files';
import { beginnings, folders, largestFile, type ContentType } from './environment';
import type { ExchangeFiles } from './exchange-files';
import { fileAt, keyOf } from './upload';

/** What became of a file that arrived. */
export interface Outcome {
  readonly key: string;
  /** `known` when it was looked at before, `gone` when it was taken away, or changed, meanwhile. */
  readonly state: 'accepted' | 'refused' | 'known' | 'gone';
  readonly reason?: string;
}

/** As many bytes as the longest beginning has. */
const looked = Math.max(...Object.values(beginnings).map((beginning) => beginning.length / 2));

/**
 * Looks whether a file is what its sender said, which a signature cannot tell: it fixes the type that was named, not the content.
 * What is, is copied to where others read; of what is not, the reason is kept.
 *
 * @throws Refused when no link of ours leads to such a key
 */
export async function inspect(files: ExchangeFiles, key: string, signal?: AbortSignal): Promise<Outcome> {
  const where = fileAt(folders.arrivals, key);
  if (!where) throw new Refused(`${key} is no key that a link of the exchange has`);
  const file = await files.look(key);
  if (!file) return { key, state: 'gone' };
  const accepted = keyOf(folders.accepted, where);
  if ((await files.look(accepted))?.madeOf === file.tag) return { key, state: 'known' };

  const beginning = await files.beginning(key, file.tag, looked, signal);
  if (!beginning) return { key, state: 'gone' };
  signal?.throwIfAborted();
  const reason = contentFault(file, beginning);
  if (reason === undefined) return { key, state: (await files.copy(key, file, accepted)) ? 'accepted' : 'gone' };
  const fresh = await files.keepReason(`${keyOf(folders.refused, where)}.json`, key, reason);
  return fresh ? { key, state: 'refused', reason } : { key, state: 'known' };
}

/** What keeps a file from being accepted; nothing when it is what it is said to be. */
export function contentFault(
  { contentType, bytes }: Pick<Known, 'contentType' | 'bytes'>,
  beginning: Uint8Array,
): string | undefined {
  if (!(contentType in beginnings)) return `${contentType || 'no type'} is not taken`;
  if (bytes > largestFile) return `it has ${bytes} bytes, more than ${largestFile}`;
  if (
    Buffer.from(beginning)
      .toString('hex')
      .startsWith(beginnings[contentType as ContentType])
  )
    return undefined;
  return `it is said to be ${contentType}, and does not begin as such a file does`;
}
