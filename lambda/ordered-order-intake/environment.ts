/** Names of the environment variables of these functions. */
export const environment = {
  /** ARN of the topic on which the desk says what happened to orders. */
  topic: 'EVENTS_TOPIC_ARN',
  /** Table of how each order stands. */
  orders: 'ORDERS_TABLE',
} as const;

/** How many pieces an order may hold without a person looking at it: for the worker alone. */
export const workerEnvironment = { mostPieces: 'MOST_PIECES' } as const;

/** Table of what is to be done with each parcel: for packing alone. */
export const packingEnvironment = { parcels: 'PARCELS_TABLE' } as const;
