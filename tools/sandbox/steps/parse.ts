/** One command of a README and what it shows. */
export interface Step {
  /** As bash is given it; several lines where the README has several. */
  readonly command: string;
  /** The lines beneath it; `…` stands for what may differ. */
  readonly expected: readonly string[];
  /** The seconds within which a repetition must show it. @default - the first run must */
  readonly within?: number;
  /** Why it works in a real account only. @default - it works on an emulator too */
  readonly onlyOnAws?: string;
  /** Whether it asks servers that have to boot, which not every emulator has them do. @default false */
  readonly needsServers?: boolean;
  /** The variant it is for. @default - what is deployed without one */
  readonly variant?: string;
  /** The line of the README it stands in. */
  readonly line: number;
}

interface Block {
  readonly marks: readonly string[];
  readonly lines: readonly string[];
  /** The number of its first line in the README. */
  readonly line: number;
  /** The last sentence before it. */
  readonly before: string;
}

/**
 * The steps of one section of a README: every command of its `console` blocks, in order.
 *
 * A command begins with `$ ` and goes on over a backslash at the end of a line, or until a here-document ends; what it shows
 * stands beneath it. `# within 2 min` at its end repeats it until it shows that. ```` ```console aws ```` marks what works in a
 * real account only, for the reason that the sentence before the block gives; ```` ```console servers ```` what asks servers that have to boot;
 * ```` ```console variant=two-regions ```` what works where the architecture was deployed in that form.
 *
 * @throws one error with every fault, each with its line
 */
export function stepsIn(readme: string, section = 'Try'): Step[] {
  const faults: string[] = [];
  const steps = blocksIn(readme, section, faults).flatMap((block) => stepsOf(block, faults));
  if (faults.length === 0 && steps.length === 0) {
    faults.push(`## ${section}: has no step; write commands as "$ command" in a \`\`\`console block`);
  }
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return steps;
}

function blocksIn(readme: string, section: string, faults: string[]): Block[] {
  const lines = readme.split('\n');
  const blocks: Block[] = [];
  let inside = false;
  let paragraph: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const [, indent, language, marks] = /^( *)```(\S*) *(.*)$/.exec(lines[i]) ?? [];
    if (language === undefined) {
      const heading = /^#{1,2} +(.*)$/.exec(lines[i]);
      if (heading) inside = heading[1].trim() === section;
      if (/^#/.test(lines[i])) paragraph = [];
      else if (lines[i].trim() !== '') paragraph = continues(lines, i) ? [...paragraph, lines[i]] : [lines[i]];
      continue;
    }
    const end = lines.findIndex((line, j) => j > i && line.trim() === '```');
    if (end < 0) {
      if (inside) faults.push(`line ${i + 1}: the block has no end; close it with \`\`\``);
      break;
    }
    if (inside && language === 'console') {
      const body = lines.slice(i + 1, end).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
      blocks.push({
        marks: marks.split(' ').filter(Boolean),
        lines: body,
        line: i + 2,
        before: lastSentence(paragraph),
      });
    }
    paragraph = [];
    i = end;
  }
  return blocks;
}

/** Whether a line goes on with the paragraph above it. */
const continues = (lines: readonly string[], i: number): boolean =>
  i > 0 && lines[i - 1].trim() !== '' && !/^\s*([-*#>]|\d+\.) /.test(lines[i]);

function lastSentence(paragraph: readonly string[]): string {
  const text = paragraph
    .map((line) => line.trim())
    .join(' ')
    .replace(/^[-*] /, '');
  const sentence = text.split(/(?<=[.!?:])\s+(?=[A-Z*_`])/).at(-1) ?? '';
  return sentence
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll('**', '')
    .replace(/:$/, '.');
}

const ofVariant = /^variant=([a-z0-9-]+)$/;

function stepsOf({ marks, lines, line, before }: Block, faults: string[]): Step[] {
  const unknown = marks.filter((mark) => !['aws', 'servers'].includes(mark) && !ofVariant.test(mark));
  if (unknown.length > 0) {
    faults.push(
      `line ${line - 1}: "${unknown.join(' ')}" marks nothing; write \`\`\`console, \`\`\`console aws, \`\`\`console servers or \`\`\`console variant=name`,
    );
  }
  const variant = marks.map((mark) => ofVariant.exec(mark)?.[1]).find((name) => name !== undefined);
  const aws = marks.includes('aws');
  if (aws && !/[A-Za-z]/.test(before)) {
    faults.push(`line ${line - 1}: says "only on AWS" and not why; give the reason in a sentence before the block`);
  }
  const steps: Step[] = [];
  for (let i = 0; i < lines.length;) {
    if (!lines[i].startsWith('$ ')) {
      if (lines[i].trim() !== '') faults.push(`line ${line + i}: stands before the first command; begin it with "$ "`);
      i++;
      continue;
    }
    const length = lengthOfCommand(lines, i);
    if (i + length > lines.length) {
      faults.push(
        `line ${line + i}: the command goes on beyond its block; end the here-document or the last backslash`,
      );
      break;
    }
    const words = lines.slice(i, i + length);
    const next = lines.findIndex((one, j) => j >= i + length && one.startsWith('$ '));
    const end = next < 0 ? lines.length : next;
    steps.push({
      ...commandOf(words, line + i, faults),
      expected: withoutEmptyEnd(lines.slice(i + length, end)),
      ...(aws && { onlyOnAws: before }),
      ...(marks.includes('servers') && { needsServers: true }),
      ...(variant !== undefined && { variant }),
      line: line + i,
    });
    i = end;
  }
  return steps;
}

/** How many lines a command takes; one more than there are where it has no end. */
function lengthOfCommand(lines: readonly string[], from: number): number {
  let i = from;
  while (i < lines.length && lines[i].endsWith('\\')) i++;
  const mark = lines
    .slice(from, i + 1)
    .map((line) => /(?<!<)<<-?\s*(['"]?)([A-Za-z_]\w*)\1/.exec(line)?.[2])
    .find((word) => word !== undefined);
  if (mark === undefined) return i - from + 1;
  const end = lines.findIndex((line, j) => j > i && line.trim() === mark);
  return (end < 0 ? lines.length : end) - from + 1;
}

const seconds = { s: 1, min: 60 } as const;

function commandOf(lines: readonly string[], line: number, faults: string[]): Pick<Step, 'command' | 'within'> {
  const text = lines.join('\n').slice(2);
  const [whole, rest, amount, unit] = /^(.*?)[ \t]+# within +(\S+) *(\S*)[ \t]*$/m.exec(text) ?? [];
  if (whole === undefined) return { command: text };
  if (!/^[1-9]\d*$/.test(amount) || !(unit in seconds)) {
    faults.push(`line ${line}: "# within ${amount} ${unit}" is no time; write "# within 30 s" or "# within 2 min"`);
  }
  // A function, because a text could hold $' or $&, which stand for parts of it.
  return { command: text.replace(whole, () => rest), within: Number(amount) * seconds[unit as keyof typeof seconds] };
}

function withoutEmptyEnd(lines: readonly string[]): string[] {
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return lines.slice(0, last + 1).map((line) => line.trimEnd());
}
