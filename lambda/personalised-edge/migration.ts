import { createHash } from 'node:crypto';

export interface Migration {
  /** What is moved by now, in percent. */
  readonly share: number;
  /** Beginnings of paths that are moved whole, whatever the share. */
  readonly prefixes: readonly string[];
}

/**
 * Whether a file is taken from where it moves to.
 *
 * The path decides, not chance: a file is in one place for everybody, a larger share only adds to what is moved, and a smaller one takes
 * back what came last.
 *
 * @claims edge-origin-migration
 */
export function isMoved(uri: string, { share, prefixes }: Migration): boolean {
  if (prefixes.some((prefix) => uri.startsWith(prefix))) return true;
  return (createHash('sha256').update(uri).digest().readUInt32BE() / 2 ** 32) * 100 < share;
}

/** @throws when the share is no whole number from 0 to 100 */
export function migrationOf(share: string, prefixes: string): Migration {
  if (!/^(100|[1-9]?\d)$/.test(share))
    throw new Error(`the share to move is ${share}; it is a whole number from 0 to 100`);
  return { share: Number(share), prefixes: prefixes === 'none' ? [] : prefixes.split(',') };
}
