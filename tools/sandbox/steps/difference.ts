import { diffArrays } from 'diff';
import { anything, lineMatches } from './match';

/** What was expected and what came, line by line: ` ` as expected, `-` expected and missing, `+` came unexpected. */
export function difference(expected: readonly string[], lines: readonly string[]): string {
  const same = (a: string, b: string): boolean =>
    lineMatches(a, b) || lineMatches(b, a) || a.trim() === anything || b.trim() === anything;
  return diffArrays([...expected], [...lines], { comparator: same })
    .flatMap(({ value, added, removed }) => value.map((line) => `${added ? '+' : removed ? '-' : ' '} ${line}`))
    .join('\n');
}
