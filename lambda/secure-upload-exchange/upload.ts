import * as z from 'zod/mini';
import { Problem } from '../shared/problem';
import { beginnings, largestFile, type ContentType } from './environment';

/** A name without folders, hidden files and anything that a shell, a page or a URL reads in its own way. */
const fileName = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\.[A-Za-z0-9]{1,8}$/));

/** What a partner wants to upload. The API's model says the same (`lib/architectures/secure-upload-exchange/models.ts`). */
export const newUpload = z.strictObject({
  fileName,
  contentType: z.enum(Object.keys(beginnings) as ContentType[]),
  bytes: z.int().check(z.gte(1), z.lte(largestFile)),
  /** For how many seconds the link should be good; less than asked for when the function's own limit is lower. */
  expiresIn: z.optional(z.int().check(z.gte(1), z.lte(900))),
});

const uploadPath = z.strictObject({ upload: z.string().check(z.regex(/^[0-9a-f]{32}$/)), fileName });

/** Where a file lies below each of the folders. */
export interface Whereabouts {
  readonly client: string;
  readonly upload: string;
  readonly fileName: string;
}

export const keyOf = (folder: string, { client, upload, fileName: name }: Whereabouts): string =>
  `${folder}${client}/${upload}/${name}`;

/**
 * A file of whoever calls, as the path of a request names it.
 *
 * @throws Problem 404 when no upload can be called so
 */
export function ownFile(client: string, path: Readonly<Record<string, string>>): Whereabouts {
  const named = uploadPath.safeParse(path);
  if (!named.success) throw new Problem(404, { detail: 'You have uploaded no such file.' });
  return { client: ownFolder(client), ...named.data };
}

/**
 * What the folder of whoever calls is named: their key's id, which API Gateway knows and they cannot choose.
 *
 * @throws Problem 403 when it is no such id
 */
export function ownFolder(client: string): string {
  if (!/^[A-Za-z0-9]{5,64}$/.test(client)) throw new Problem(403, { detail: 'Call with a key of your own.' });
  return client;
}

/** A file from its key below a folder; nothing when the key has another form. */
export function fileAt(folder: string, key: string): Whereabouts | undefined {
  const [client, upload, name, ...more] = key.startsWith(folder) ? key.slice(folder.length).split('/') : [];
  const named = uploadPath.safeParse({ upload, fileName: name });
  return named.success && more.length === 0 && client !== '' ? { client, ...named.data } : undefined;
}
