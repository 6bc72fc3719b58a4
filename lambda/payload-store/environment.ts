/** Names of the environment variables by which `PayloadStore` tells a program where large bodies lie. */
export const environment = {
  /** The bucket they lie in. */
  bucket: 'PAYLOAD_BUCKET',
  /** How many bytes a message may hold at most, attributes included, before its body goes there. */
  threshold: 'PAYLOAD_THRESHOLD_BYTES',
} as const;

/** What the key of a body begins with; the roles of those who send and receive go no further. */
export const payloadPrefix = 'payloads/';
