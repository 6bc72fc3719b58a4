import type { Edge, EdgeKind, Reason } from './picture';
import { byName } from './order';

/** An arrow as it is found, before those between the same two are put together. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  readonly label?: string;
  readonly because: readonly Reason[];
  readonly isBackward?: boolean;
}

/** Collects arrows; those of one kind between the same two become one with all labels and reasons. */
export class Arrows {
  readonly #found = new Map<string, Arrow[]>();
  /** Arrows that another one stands for. */
  readonly #stoodFor = new Set<string>();

  add(arrow: Arrow): void {
    if (arrow.from === arrow.to) return;
    const key = keyOf(arrow);
    this.#found.set(key, [...(this.#found.get(key) ?? []), arrow]);
  }

  /** Whether there is an arrow between two, of any of some kinds. */
  has(from: string, to: string, kinds: readonly EdgeKind[]): boolean {
    return kinds.some((kind) => this.#found.has(keyOf({ from, to, kind })));
  }

  /** Whether an arrow between two tells of any of some kinds, itself or by another one that stands for it. */
  tells(from: string, to: string, kinds: readonly EdgeKind[]): boolean {
    return this.has(from, to, kinds) || kinds.some((kind) => this.#stoodFor.has(keyOf({ from, to, kind })));
  }

  targetsOf(from: string, kind: EdgeKind): string[] {
    return [...this.#found.values()].flatMap(([one]) => (one.from === from && one.kind === kind ? [one.to] : []));
  }

  /** Leaves out arrows that another one stands for, and gives it their reasons. */
  merge(
    by: (arrow: Arrow, arrows: Arrows) => { readonly into: Pick<Arrow, 'from' | 'to' | 'kind'> } | undefined,
  ): void {
    for (const [key, found] of [...this.#found]) {
      const into = by(found[0], this)?.into;
      if (into === undefined || keyOf(into) === key) continue;
      this.#found.delete(key);
      this.#stoodFor.add(key);
      this.add({ ...into, because: found.flatMap(({ because }) => because) });
    }
  }

  /** Whether events and calls lead from one to another. */
  leads(from: string, to: string): boolean {
    const steps = [...this.#found.values()]
      .map(([one]) => one)
      .filter(({ kind }) => kind === 'event' || kind === 'call');
    const seen = new Set([from]);
    for (const at of seen) for (const step of steps) if (step.from === at) seen.add(step.to);
    return seen.has(to);
  }

  get edges(): Edge[] {
    return [...this.#found.values()].map(joined).sort((a, b) => byName(keyOf(a), keyOf(b)));
  }
}

const keyOf = ({ from, to, kind }: Pick<Arrow, 'from' | 'to' | 'kind'>): string => `${from}\n${to}\n${kind}`;

function joined(arrows: readonly Arrow[]): Edge {
  const [{ from, to, kind, isBackward }] = arrows;
  const labels = arrows.flatMap(({ label }) => (label === undefined || label === '' ? [] : [label]));
  const reasons = new Map(arrows.flatMap(({ because }) => because).map((one) => [Object.values(one).join('\n'), one]));
  return {
    from,
    to,
    kind,
    label: [...new Set(labels)].sort(byName),
    because: [...reasons].sort(([a], [b]) => byName(a, b)).map(([, reason]) => reason),
    ...(isBackward && { isBackward }),
  };
}
