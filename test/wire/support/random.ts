import { createHash } from 'node:crypto';

/**
 * Chance that can be repeated: a number from 0 to 1 for every question, which depends on the seed and the question alone, and
 * not on what was asked before. Requests of several workers come in another order every time; what happens to each does not.
 */
export class Chance {
  constructor(readonly seed: number) {}

  /** The same words have the same number, for the same seed. */
  of(...words: readonly (string | number)[]): number {
    return (
      createHash('sha256')
        .update(JSON.stringify([this.seed, ...words]))
        .digest()
        .readUInt32BE() /
      2 ** 32
    );
  }

  /** Whether something that happens so often happens here. */
  happens(probability: number, ...words: readonly (string | number)[]): boolean {
    return this.of(...words) < probability;
  }

  /** One of these. */
  pick<T>(from: readonly T[], ...words: readonly (string | number)[]): T {
    return from[Math.floor(this.of(...words) * from.length)];
  }

  /** The same things in another order. */
  shuffled<T>(items: readonly T[], ...words: readonly (string | number)[]): T[] {
    return items
      .map((item, i) => ({ item, place: this.of('shuffled', i, ...words) }))
      .sort((a, b) => a.place - b.place)
      .map(({ item }) => item);
  }
}
