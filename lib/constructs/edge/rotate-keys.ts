/** What is changed in one deployment, and when, in seconds. */
export interface KeyChange {
  readonly at: number;
  /** Keys that CloudFront is told to trust from now on. */
  readonly trusted: readonly string[];
  /** The key that signs from now on. */
  readonly signsWith: string;
}

export interface RotationFacts {
  /** For how many seconds a signature opens. */
  readonly lifetime: number;
  /** How many seconds may pass until the last edge knows of a change; the issuer knows at once. */
  readonly spreading: number;
}

/** A time in which somebody who holds a signature that has not expired may be turned away. */
export interface RotationGap {
  /** In seconds. */
  readonly from: number;
  readonly until: number;
  readonly key: string;
  readonly because: 'some edges do not know the key yet' | 'some edges have forgotten the key';
}

/**
 * When signatures are refused that should open, while keys change. None is how it should be.
 *
 * @param changes in the order of their times, the first being how everything began
 * @claims edge-private-behaviour
 */
export function rotationGaps(changes: readonly KeyChange[], { lifetime, spreading }: RotationFacts): RotationGap[] {
  const [first] = changes;
  return periodsOf(changes).flatMap(({ key, from, until }) => {
    const heldUntil = until + lifetime;
    // Since when it has been trusted without a break as it begins to sign; what was there at the beginning is known everywhere.
    const before = changes.filter(({ at }) => at <= from).reverse();
    const broken = before.findIndex(({ trusted }) => !trusted.includes(key));
    const since = broken === 0 ? Infinity : broken === -1 ? first.at - spreading : before[broken - 1].at;
    const forgotten = changes.find(({ at, trusted }) => at > from && !trusted.includes(key))?.at ?? Infinity;
    const gaps: RotationGap[] = [];
    if (since + spreading > from)
      gaps.push({
        from,
        until: Math.min(since + spreading, heldUntil),
        key,
        because: 'some edges do not know the key yet',
      });
    if (forgotten < heldUntil)
      gaps.push({ from: forgotten, until: heldUntil, key, because: 'some edges have forgotten the key' });
    return gaps;
  });
}

/** From when until when each key signs. */
function periodsOf(changes: readonly KeyChange[]): { key: string; from: number; until: number }[] {
  const begun = changes.filter(({ signsWith }, i) => i === 0 || changes[i - 1].signsWith !== signsWith);
  return begun.map(({ at, signsWith }, i) => ({ key: signsWith, from: at, until: begun[i + 1]?.at ?? Infinity }));
}
