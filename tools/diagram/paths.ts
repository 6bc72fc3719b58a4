/** How many numbers a command of a path takes at a time. */
const takes: Readonly<Record<string, number>> = { m: 2, l: 2, h: 1, v: 1, c: 6, s: 4, q: 4, t: 2, a: 7, z: 0 };

/**
 * The path of an icon with one digit behind the point, which no eye sees at the size it is drawn in. Each end is rounded by
 * where it really is, so that nothing adds up along the way.
 *
 * @throws when it is no path
 */
export function shortened(path: string): string {
  const pen = new Pen();
  return commandsOf(path)
    .map(({ letter, numbers }) => pen.write(letter, numbers))
    .join('');
}

interface Command {
  readonly letter: string;
  readonly numbers: readonly number[];
}

function commandsOf(path: string): Command[] {
  const commands: { letter: string; numbers: number[] }[] = [];
  let at = 0;
  const read = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const [found] = pattern.exec(path) ?? [];
    if (found !== undefined) at += found.length;
    return found;
  };
  while (at < path.length) {
    const letter = read(/[mlhvcsqtaz]/iy);
    const current = commands.at(-1);
    // The two flags of an arc are one digit each and need nothing between them and what follows.
    const isFlag = current?.letter.toLowerCase() === 'a' && [3, 4].includes(current.numbers.length % 7);
    if (letter !== undefined) commands.push({ letter, numbers: [] });
    else if (read(/[\s,]+/y) === undefined) {
      const number = read(isFlag ? /[01]/y : /[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/iy);
      if (number === undefined || !current) throw new Error(`an icon has a path that cannot be read at ${at}: ${path}`);
      current.numbers.push(Number(number));
    }
  }
  return commands;
}

type Position = [x: number, y: number];

/** Follows a path twice: where it should be, and where the shortened one is. */
class Pen {
  private real: Position = [0, 0];
  private drawn: Position = [0, 0];
  private start: readonly [Position, Position] = [
    [0, 0],
    [0, 0],
  ];

  write(letter: string, numbers: readonly number[]): string {
    const kind = letter.toLowerCase();
    const step = takes[kind];
    if (step === 0) {
      [this.real, this.drawn] = [[...this.start[0]], [...this.start[1]]];
      return letter;
    }
    let text = letter;
    for (let i = 0; i < numbers.length; i += step) {
      const group = this.group(kind, letter === kind, numbers.slice(i, i + step));
      if (kind === 'm' && i === 0) this.start = [[...this.real], [...this.drawn]];
      for (const number of group) text += glued(text, number);
    }
    return text;
  }

  /** The numbers of one step as they are written, and the pen where it leads. */
  private group(kind: string, isRelative: boolean, numbers: readonly number[]): number[] {
    const lead = kind === 'a' ? 5 : 0;
    const axes = numbers.map((_, i) => (kind === 'v' ? 1 : kind === 'h' ? 0 : (i - lead) % 2));
    const real: Position = [...this.real];
    const drawn: Position = [...this.drawn];
    const written = numbers.map((number, i) => {
      if (i < lead) return round(number, 2);
      const axis = axes[i];
      const goal = isRelative ? this.real[axis] + number : number;
      const value = round(isRelative ? goal - this.drawn[axis] : goal, 1);
      real[axis] = goal;
      drawn[axis] = round(isRelative ? this.drawn[axis] + value : value, 1);
      return value;
    });
    [this.real, this.drawn] = [real, drawn];
    return written;
  }
}

function round(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor || 0;
}

/** A number as short as it can stand behind some text. */
function glued(before: string, value: number): string {
  const text = String(value).replace(/^(-?)0\./, '$1.');
  const [last] = /[-.\d]+$/.exec(before) ?? [];
  const isApart = last === undefined || text.startsWith('-') || (text.startsWith('.') && /\.\d*$/.test(last));
  return isApart ? text : ` ${text}`;
}
