/** Stands for any text inside a line; alone on a line, for any lines. */
export const anything = '…';

/** Whether lines are what was expected, `…` standing for whatever may differ from run to run. */
export function matches(expected: readonly string[], lines: readonly string[]): boolean {
  return glob(expected, lines, (line) => line.trim() === anything, lineMatches);
}

/** Whether one line is what was expected. */
export function lineMatches(expected: string, line: string): boolean {
  return glob([...expected], [...line], (letter) => letter === anything, Object.is);
}

/** What a terminal would show of it: no colours, of lines written over the last state, no space at the ends of lines. */
export function linesOf(output: string): string[] {
  const plain = output.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replaceAll('\r\n', '\n');
  const lines = plain.split('\n').map((line) => line.slice(line.lastIndexOf('\r') + 1).trimEnd());
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

/**
 * Whether a sequence fits a pattern in which some items stand for any run. Each run is taken as short as possible and
 * lengthened only while the rest does not fit; no earlier run need ever be taken up again.
 */
function glob<T>(
  pattern: readonly T[],
  items: readonly T[],
  isRun: (item: T) => boolean,
  fits: (expected: T, item: T) => boolean,
): boolean {
  let at = 0;
  let run = -1;
  let taken = 0;
  for (let i = 0; i < items.length;) {
    if (at < pattern.length && isRun(pattern[at])) {
      run = at++;
      taken = i;
    } else if (at < pattern.length && fits(pattern[at], items[i])) {
      at++;
      i++;
    } else if (run >= 0) {
      at = run + 1;
      i = ++taken;
    } else {
      return false;
    }
  }
  return pattern.slice(at).every(isRun);
}
