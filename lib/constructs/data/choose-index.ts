/** How items are looked for, when the table's own key does not serve. */
export interface AccessPattern {
  /** The attribute whose value is known. */
  readonly by: string;
  /** The table's partition key. */
  readonly tablePartitionKey: string;
  /** The table's sort key, if it has one. */
  readonly tableSortKey?: string;
  /**
   * The attribute whose range or order matters.
   * @default - none
   */
  readonly sortedBy?: string;
  /**
   * Whether a reader must see a write that was just answered.
   * @default false
   */
  readonly strong?: boolean;
  /**
   * Whether the table has items already: local indexes are made with the table only.
   * @default false
   */
  readonly tableExists?: boolean;
}

export interface IndexChoice {
  readonly use: 'table' | 'global' | 'local';
  readonly because: string;
}

/**
 * What serves an access pattern: the table's own key, a global index (the default), or a local one (only for strong reads
 * within one partition).
 *
 * @throws when nothing can: strong reads by another partition key, or by a local index of a table that exists
 *
 * @claims data-ddb-gsi
 */
export function chooseIndex(pattern: AccessPattern): IndexChoice {
  const { by, tablePartitionKey, tableSortKey, sortedBy, strong = false, tableExists = false } = pattern;
  const samePartition = by === tablePartitionKey;
  if (samePartition && (sortedBy === undefined || sortedBy === tableSortKey)) {
    return { use: 'table', because: 'the key of the table itself answers it' };
  }
  if (!strong) {
    return { use: 'global', because: 'it can be added and removed at any time and has its own keys' };
  }
  if (!samePartition) {
    throw new Error(
      `strong reads by ${by} are not possible: only global indexes have another partition key than ${tablePartitionKey}, and they are eventually consistent; read the item by its key after finding it, or keep a second item`,
    );
  }
  if (tableExists) {
    throw new Error(
      `strong reads by ${by} and ${sortedBy} need a local index, which is made with the table only; make a new table and move the items`,
    );
  }
  return { use: 'local', because: 'strong reads in another order within a partition are what local indexes are for' };
}
