/** Where things are kept by the ids of documents. */
export interface Shelf<Thing> {
  /** Keeps it, over what was there. */
  put(id: string, thing: Thing): Promise<void>;
  get(id: string): Promise<Thing | undefined>;
}

/** Which documents there are. */
export interface Listed {
  /** Ids in the order of the alphabet, after this one; at most a page of them. */
  list(after: string): Promise<string[]>;
}

/** How many ids a page holds. */
export const pageSize = 100;
