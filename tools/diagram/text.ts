/** Widths of the characters from space to `~` in Helvetica, which Arial and Liberation Sans share, in thousandths. */
const widths = (
  '278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584 ' +
  '584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 ' +
  '278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 ' +
  '500 334 260 334 584'
)
  .split(' ')
  .map(Number);

/** How wide a line of text is. Readers without the font get one a little wider, so there is some room. */
export function widthOf(text: string, size: number, isBold = false): number {
  const sum = [...text].reduce((total, letter) => total + (widths[letter.codePointAt(0)! - 32] ?? 600), 0);
  return Math.ceil((sum / 1000) * size * (isBold ? 1.08 : 1.02));
}

/** Breaks text into lines no wider than allowed where it has a place to break; the last one keeps what is too much. */
export function linesOf(text: string, size: number, most: number, isBold = false, count = 2): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=[ /,])(?=[^ ])/)) {
    const isLast = lines.length === count - 1;
    if (line !== '' && !isLast && widthOf((line + word).trimEnd(), size, isBold) > most) {
      lines.push(line.trimEnd());
      line = word;
    } else line += word;
  }
  return [...lines, shortened(line.trimEnd(), size, most, isBold)];
}

function shortened(line: string, size: number, most: number, isBold: boolean): string {
  if (widthOf(line, size, isBold) <= most) return line;
  let kept = line;
  while (kept.length > 1 && widthOf(`${kept}…`, size, isBold) > most) kept = kept.slice(0, -1);
  return `${kept.trimEnd()}…`;
}
