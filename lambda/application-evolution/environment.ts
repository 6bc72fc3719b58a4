/** Names of the environment variables by which each stage tells its programs what they work with. */
export const environment = {
  /** The folder of a machine's own disk; systemd sets it. */
  folder: 'STATE_DIRECTORY',
  /** Bucket of documents. */
  documentBucket: 'DOCUMENT_BUCKET',
  /** Bucket of summaries. */
  summaryBucket: 'SUMMARY_BUCKET',
  /** Table of what there is. */
  catalogueTable: 'CATALOGUE_TABLE',
  /** Where the tier is that makes summaries. */
  processUrl: 'PROCESS_URL',
  /** Queue of what is to be done next. */
  nextQueue: 'NEXT_QUEUE_URL',
  /** Name of the bus. */
  bus: 'EVENT_BUS',
} as const;

/** What keys of documents begin with, and those of summaries: a store may hold both. */
export const documentPrefix = 'documents/';
export const summaryPrefix = 'summaries/';

/** The name under which the upload service speaks on the bus, and under which the process service does. */
export const sources = { upload: 'evolution.upload', process: 'evolution.process' } as const;
/** What is told on the bus. */
export const kinds = {
  uploaded: { source: sources.upload, detailType: 'document.uploaded', version: 1 },
  failed: { source: sources.process, detailType: 'upload.failed', version: 1 },
} as const;
/** How often a document is tried: the first time, and once more. */
export const mostAttempts = 2;

/** The contract: each method with what it is for. All stages answer all of them. */
export const routes = [
  'POST /documents',
  'GET /documents',
  'GET /documents/{id}',
  'GET /documents/{id}/summary',
] as const;
export type Route = (typeof routes)[number];
/** What a name may be, and how long a text; the API checks both before anything else does. */
export const namePattern = '^[a-z0-9][a-z0-9-]{0,39}$';
export const mostCharacters = 10_000;
