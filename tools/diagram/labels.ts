import type { Edge } from './model/picture';
import { linesOf } from './text';

export const labelSize = 11.5;
export const labelLine = 14;
const widest = 150;

/** The lines beside an arrow. */
export function labelLines({ label, kind }: Pick<Edge, 'label' | 'kind'>): string[] {
  if (kind === 'data' || kind === 'traffic' || kind === 'event') return fitted([label.join(', ')]);
  const lines = fitted(routes(label));
  return lines.length <= 4 ? lines : [...lines.slice(0, 3), `and ${lines.length - 3} more`];
}

const fitted = (lines: readonly string[]): string[] =>
  lines.filter((line) => line !== '').flatMap((line) => linesOf(line, labelSize, widest));

/** `GET /orders` and `POST /orders` are one line. */
function routes(label: readonly string[]): string[] {
  const byPath = new Map<string, string[]>();
  const others: string[] = [];
  for (const one of label) {
    const [, verb, path] = /^([A-Z]+) (\/.*)$/.exec(one) ?? [];
    if (path === undefined) others.push(one);
    else byPath.set(path, [...(byPath.get(path) ?? []), verb]);
  }
  return [...others, ...[...byPath].map(([path, verbs]) => `${verbs.join(', ')} ${path}`)];
}
