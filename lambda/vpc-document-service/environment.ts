/** Names of the environment variables by which the stack tells the functions where documents are. */
export const environment = {
  /** The folder that all of them see, below which files are. */
  folder: 'DOCUMENT_FOLDER',
  /** The table that knows what each document is called. */
  table: 'INDEX_TABLE',
} as const;

/** Names of the environment variables by which the stack tells who asks where the service is. */
export const askEnvironment = {
  /** `http://` or `https://` and where the load balancer answers. */
  address: 'SERVICE_ADDRESS',
  /** The name its certificate is for. */
  name: 'SERVICE_NAME',
} as const;

/** The one partition of the index. */
export const shelf = 'documents';
/** What a document may be called. */
export const namePattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/;
/**
 * The most bytes of a document. A load balancer takes an answer of 1 MB from a function, which holds bytes as Base64, a third longer;
 * what is kept must also be readable.
 */
export const maximumBytes = 700_000;
