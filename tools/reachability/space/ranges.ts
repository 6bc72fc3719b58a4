/** A set of whole numbers as ascending, disjoint, non-adjacent ranges; both ends are included. */
export type Ranges = readonly (readonly [number, number])[];

export const none: Ranges = [];

/** Everything in one set or the other. */
export function union(a: Ranges, b: Ranges): Ranges {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const merged: [number, number][] = [];
  for (const [low, high] of [...a, ...b].sort((one, other) => one[0] - other[0])) {
    const last = merged.at(-1);
    if (last && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else merged.push([low, high]);
  }
  return merged;
}

/** What is in both sets. */
export function intersection(a: Ranges, b: Ranges): Ranges {
  const common: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const [low, high] = [Math.max(a[i][0], b[j][0]), Math.min(a[i][1], b[j][1])];
    if (low <= high) common.push([low, high]);
    if (a[i][1] < b[j][1]) i++;
    else j++;
  }
  return common;
}

/** What is in the first set and not in the second. */
export function difference(a: Ranges, b: Ranges): Ranges {
  return b.reduce<Ranges>(
    (rest, [from, to]) =>
      rest.flatMap(([low, high]): (readonly [number, number])[] => {
        if (to < low || from > high) return [[low, high]];
        return [...(low < from ? [[low, from - 1] as const] : []), ...(high > to ? [[to + 1, high] as const] : [])];
      }),
    a,
  );
}

/** `80, 443, 1024-65535`. */
export const rangesText = (ranges: Ranges): string =>
  ranges.map(([low, high]) => (low === high ? String(low) : `${low}-${high}`)).join(', ');
