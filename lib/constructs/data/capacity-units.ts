/** Reads of a table or an index, each second or each request. */
export type Read = {
  /** One item at a time, several by key, or by walking a partition or the table. */
  readonly kind: 'get' | 'batchGet' | 'query' | 'scan';
  /** Sizes of all items that are read, in bytes, those that a filter drops included. */
  readonly items: readonly number[];
  /** @default 'eventual' */
  readonly consistency?: 'eventual' | 'strong' | 'transaction';
};

/** Writes of a table, each second or each request. */
export type Write = {
  readonly kind: 'put' | 'update' | 'delete';
  /** Sizes of all items that are written, in bytes; of an update the larger of before and after. */
  readonly items: readonly number[];
  /**
   * Whether they are parts of a transaction.
   * @default false
   */
  readonly transaction?: boolean;
};

const readBlock = 4096;
const writeBlock = 1024;
/** For how many seconds unused provisioned capacity is kept. */
const burstSeconds = 300;

/**
 * Capacity units that reads or writes take.
 *
 * A read unit is 4 KB read with strong consistency, half of that when eventually consistent, double in a transaction.
 * Items read by key are rounded up one by one, the items of a query or scan together; a read that finds nothing still
 * takes its least. A write unit is 1 KB, double in a transaction, each item rounded up.
 *
 * @claims data-ddb-capacity-maths, data-ddb-read-rounding
 */
export function capacityUnits(operation: Read | Write): number {
  const bad = operation.items.filter((bytes) => !(bytes >= 0));
  if (bad.length > 0) throw new Error(`items holds ${bad.join(', ')}; give sizes in bytes, none negative`);
  switch (operation.kind) {
    case 'put':
    case 'update':
    case 'delete':
      return total(operation.items.map((bytes) => blocks(bytes, writeBlock))) * (operation.transaction ? 2 : 1);
    case 'get':
    case 'batchGet':
      return total(operation.items.map((bytes) => blocks(bytes, readBlock))) * factor(operation);
    case 'query':
    case 'scan':
      return blocks(total(operation.items), readBlock) * factor(operation);
  }
}

/** Units that may be taken at once beyond the provisioned ones, when none were taken for five minutes. */
export const burstCapacity = (provisionedUnits: number): number => provisionedUnits * burstSeconds;

const factor = ({ consistency = 'eventual' }: Read): number =>
  ({ eventual: 0.5, strong: 1, transaction: 2 })[consistency];
const blocks = (bytes: number, block: number): number => Math.max(1, Math.ceil(bytes / block));
const total = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);
