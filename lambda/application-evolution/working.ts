import * as z from 'zod/mini';
import { Refused } from '../shared/batch';
import type { OutgoingEvent } from '../shared/put-events';
import { failed, tryId, uploaded } from './contracts';
import { document, type Document } from './document';
import { mostAttempts } from './environment';
import type { Shelf } from './shelf';
import { NothingToSummarise, summarise, type Summary } from './summary';

/** Where a document lies, as the third stage tells its workers. */
const location = z.object({ id: document.shape.id });

/**
 * What a message of a queue says.
 *
 * @throws Refused when it is no such message
 */
export function told<Schema extends z.core.$ZodType>(schema: Schema, body: string): z.core.output<Schema> {
  const known = z.safeParse(schema, json(body));
  if (known.success) return known.data;
  throw new Refused(`not a message of ours: ${known.error.issues.map(({ message }) => message).join('; ')}`);
}

function json(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Refused('not a message of ours: not JSON');
  }
}

/**
 * Makes the summary of a document and keeps it. Done twice, it writes the same.
 *
 * @throws Refused when there can be none
 */
export async function makeSummary({ id, text }: Document, summaries: Pick<Shelf<Summary>, 'put'>): Promise<void> {
  await summaries.put(id, summaryOf(text));
}

function summaryOf(text: string): Summary {
  try {
    return summarise(text);
  } catch (error) {
    throw error instanceof NothingToSummarise ? new Refused(error.message) : error;
  }
}

/** The document at a place. @throws Refused when it is gone: who told of it had kept it before */
async function found(id: string, documents: Pick<Shelf<Document>, 'get'>): Promise<Document> {
  const there = await documents.get(id);
  if (!there) throw new Refused(`there is no document ${id}`);
  return there;
}

export interface Workplace {
  readonly documents: Pick<Shelf<Document>, 'get'>;
  readonly summaries: Pick<Shelf<Summary>, 'put'>;
}

/** Works one message that says where a document lies. Done twice, it writes the same. @returns the id of the document */
export async function workLocation(body: string, { documents, summaries }: Workplace): Promise<string> {
  const { id } = told(location, body);
  await makeSummary(await found(id, documents), summaries);
  return id;
}

export interface Management {
  readonly catalogue: { add(document: Document): Promise<void> };
  /** Hands the document on to whoever processes it. */
  readonly tell: (document: Document) => Promise<void>;
}

/** Works one message that brings a document: writes it down, and hands it on. Done twice, it may be handed on twice. */
export async function manageUpload(body: string, { catalogue, tell }: Management): Promise<void> {
  const known = told(document, body);
  await catalogue.add(known);
  await tell(known);
}

export interface ProcessService {
  readonly summaries: Pick<Shelf<Summary>, 'put'>;
  readonly tell: (event: OutgoingEvent) => Promise<void>;
}

/**
 * Hears of a document and makes its summary. That it could not is no error: it is news, and somebody else decides what to do
 * about it. Only when the news cannot be told either does the run fail.
 *
 * @returns why it could not
 */
export async function hearUploaded(event: unknown, { summaries, tell }: ProcessService): Promise<string | undefined> {
  const { data, attempt } = uploaded.read(event);
  try {
    await makeSummary(data, summaries);
    return undefined;
  } catch (error) {
    const reason = (error as Error).message.slice(0, 1000);
    await tell(failed.make({ id: data.id, reason }, { id: tryId(data.id, attempt), attempt }));
    return reason;
  }
}

export interface RetryService {
  readonly documents: Pick<Shelf<Document>, 'get'>;
  readonly tell: (event: OutgoingEvent) => Promise<void>;
}

/**
 * Hears that a document failed and says once more that it is there. It knows nothing of who will hear it, and the attempts are
 * counted in what is said, so that nobody has to remember them.
 *
 * @returns the attempt it asked for
 */
export async function hearFailed(event: unknown, { documents, tell }: RetryService): Promise<number> {
  const { data, attempt } = failed.read(event);
  if (attempt >= mostAttempts) throw new Refused(`${data.id} was tried ${attempt} times; that is all`);
  const again = attempt + 1;
  const there = await found(data.id, documents);
  await tell(uploaded.make(there, { id: tryId(there.id, again), attempt: again }));
  return again;
}
