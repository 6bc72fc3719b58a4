/** Names of the environment variables by which the stack tells the function that takes documents where to send them. */
export const submitEnvironment = { queueUrl: 'QUEUE_URL' } as const;

/** Names of the environment variables by which the stack tells workers where documents and reports lie. */
export const workerEnvironment = {
  /** The only bucket documents may come from. */
  uploadBucket: 'UPLOAD_BUCKET',
  /** Where reports are written. */
  reportBucket: 'REPORT_BUCKET',
} as const;

/** What the key of an uploaded document begins with. */
export const uploadPrefix = 'documents/';
/** The attribute by which a message says what the document is called that is its body. */
export const nameAttribute = 'document';
/** What documents may be called: a path of letters, digits, dots, spaces and hyphens. */
export const namePattern = /^[A-Za-z0-9][A-Za-z0-9._ /-]{0,199}$/;
