import { createHash } from 'node:crypto';
import type { BalancerAnswer, BalancerRequest } from '../shared/balancer';
import { Problem } from '../shared/problem';
import type { SharedFolder } from '../shared/shared-folder';
import type { DocumentIndex } from './document-index';
import { maximumBytes, namePattern } from './environment';

/** Where documents are: their bytes in files, their names in the index. */
export interface Shelves {
  readonly folder: SharedFolder;
  readonly index: DocumentIndex;
}

/**
 * Keeps what was sent under the name that the path ends with.
 *
 * The bytes come first, in a file named after them, and the name after that. Whoever dies in between leaves a file nobody asks for,
 * and whoever tries again finds it there; no reader ever sees a name without its bytes, or half of them.
 */
export async function keep(request: BalancerRequest, { folder, index }: Shelves, now: Date): Promise<BalancerAnswer> {
  const name = nameIn(request.path);
  const { body } = request;
  const type = request.headers['content-type']?.[0] ?? 'application/octet-stream';
  if (name === undefined) throw badRequest('path', 'name one document, such as /documents/plan.txt');
  if (body.length === 0) throw badRequest('body', 'it is empty');
  if (!/^[\w.+-]{1,60}\/[\w.+-]{1,60}(; ?charset=[\w-]{1,20})?$/.test(type))
    throw badRequest('header.content-type', `it is ${JSON.stringify(type)}; give a media type, such as text/plain`);
  if (body.length > maximumBytes)
    throw new Problem(413, { detail: `The document has ${body.length} bytes; ${maximumBytes} are kept at most.` });

  const sha256 = createHash('sha256').update(body).digest('hex');
  const record = { name, sha256, bytes: body.length, type, keptAt: now.toISOString() };
  await folder.write(sha256, body);
  const isNew = await index.put(record);
  return json(isNew ? 201 : 200, record);
}

/** Gives a document back, or what documents there are. */
export async function look(request: BalancerRequest, { folder, index }: Shelves): Promise<BalancerAnswer> {
  if (/^\/documents\/?$/.test(request.path)) return json(200, await index.list(...pageOf(request)));
  const name = nameIn(request.path);
  if (name === undefined) throw badRequest('path', 'name one document, such as /documents/plan.txt');
  const record = await index.get(name);
  if (!record) throw new Problem(404, { detail: `There is no document ${name}.` });
  const etag = `"${record.sha256}"`;
  if (request.headers['if-none-match']?.includes(etag)) return { status: 304, headers: { etag }, body: '' };
  const bytes = await folder.readBytes(record.sha256);
  if (!bytes) throw new Error(`the index has ${name}, but there is no file ${record.sha256}`);
  // Whatever somebody kept, it is shown as a file and never run as a page of this service.
  const headers = {
    etag,
    'content-type': record.type,
    'content-disposition': 'attachment',
    'x-content-type-options': 'nosniff',
  };
  return { status: 200, headers, body: bytes };
}

function nameIn(path: string): string | undefined {
  const name = /^\/documents\/([^/]+)$/.exec(path)?.[1];
  return name !== undefined && namePattern.test(name) ? name : undefined;
}

function pageOf({ query }: BalancerRequest): [limit: number, after?: string] {
  const { limit: [limit] = ['50'], after: [after] = [] } = query;
  if (!/^([1-9]\d?|100)$/.test(limit)) throw badRequest('query.limit', `it is ${JSON.stringify(limit)}; give 1 to 100`);
  if (after === undefined) return [Number(limit)];
  if (!namePattern.test(after)) throw badRequest('query.after', 'give the name of a document');
  return [Number(limit), after];
}

const badRequest = (where: string, what: string): Problem => new Problem(400, { faults: [{ where, what }] });

const json = (status: number, value: object): BalancerAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});
