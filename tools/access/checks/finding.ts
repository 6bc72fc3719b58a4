import type { Entry } from '../names';
import type { AccessModel } from '../model';
import { nameOf, type Statement } from '../statements';

/** Something a check does not let pass. */
export interface Finding {
  readonly check: string;
  /** The resource that holds it, as people call it. */
  readonly at: string;
  /** The statement, by logical id and index. */
  readonly statement: string;
  /** What is wrong and what would do, in a sentence. */
  readonly says: string;
}

/** What must hold of the IAM in templates. */
export interface Check {
  readonly name: string;
  readonly promise: string;
  readonly findings: (model: AccessModel) => Omit<Finding, 'check'>[];
}

/** What kind of document a statement stands in. */
export type Holder = 'identity' | 'resource' | 'trust' | 'endpoint';

/** A statement and where it stands. */
export interface Held {
  readonly entry: Entry;
  readonly holder: Holder;
  readonly statement: Statement;
}

export function findingAt({ entry, statement }: Held, says: string): Omit<Finding, 'check'> {
  return { at: entry.display, statement: nameOf(statement.origin), says };
}
