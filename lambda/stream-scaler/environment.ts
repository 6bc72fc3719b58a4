/** Names of the environment variables by which `StreamScaler` tells the function what it scales. */
export const environment = {
  /** Name of the stream. */
  stream: 'STREAM_NAME',
} as const;

/** What an alarm asks for, in shards: the event of the function. */
export type Wish = { readonly atLeast: number } | { readonly atMost: number };
