import * as z from 'zod/mini';
import { Problem } from '../shared/problem';
import { parsed, type Routes } from '../shared/rest';
import { isDocumentId, named, newDocument, type Document } from './document';
import { pageSize, type Listed, type Shelf } from './shelf';
import type { Summary } from './summary';

export interface UploadDesk {
  /** Takes a document in; what that means differs from stage to stage. It must bear being asked twice. */
  readonly take: (document: Document) => Promise<void>;
  readonly documents: Pick<Shelf<Document>, 'get'>;
}

/** The part of the contract that takes documents in and gives them back as they came. */
export const uploadRoutes = ({ take, documents }: UploadDesk): Routes => ({
  'POST /documents': async (request) => {
    const document = named(parsed(newDocument, request.json(), 'body'));
    await take(document);
    const { id, name } = document;
    return { status: 202, headers: { Location: `/documents/${id}` }, body: { id, name } };
  },

  'GET /documents/{id}': async ({ path: { id } }) => {
    const document = isDocumentId(id) ? await documents.get(id) : undefined;
    if (!document) throw new Problem(404, { detail: 'There is no such document.' });
    return { status: 200, body: document };
  },
});

/** The part that tells which documents there are. */
export const listRoutes = (catalogue: Listed): Routes => ({
  'GET /documents': async ({ query }) => {
    const { after = '' } = parsed(page, query, 'query');
    const documents = await catalogue.list(after);
    const last = documents.at(-1);
    const isFull = documents.length === pageSize && last !== undefined;
    return { status: 200, body: { documents, ...(isFull && { next: `/documents?after=${last}` }) } };
  },
});

const page = z.object({ after: z.optional(z.string().check(z.refine(isDocumentId, 'it is no id of a document'))) });

/** The part that tells what was made of a document. */
export const summaryRoutes = (summaries: Pick<Shelf<Summary>, 'get'>): Routes => ({
  'GET /documents/{id}/summary': async ({ path: { id } }) => {
    const summary = isDocumentId(id) ? await summaries.get(id) : undefined;
    if (!summary) throw new Problem(404, { detail: 'There is no summary of this document, or not yet.' });
    return { status: 200, body: summary };
  },
});
