import { difference } from './difference';
import { linesOf, matches } from './match';
import type { Step } from './parse';
import { Session, type Shown } from './session';

/** How trying ended. */
export interface Tried {
  /** How many steps showed what they should. */
  readonly done: number;
  /** How many were left out because they work in a real account only. */
  readonly onlyOnAws: number;
  /** How many were left out because no server boots there. */
  readonly withoutServers: number;
  /** What was expected of the first step that did not, and what came; absent where all is well. */
  readonly fault?: string;
}

export interface TryOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Where the commands begin, and leave their files. */
  readonly cwd: string;
  /** Whether a real account is behind it. */
  readonly aws: boolean;
  /** Why no server boots there. @default - they do */
  readonly noServers?: string | undefined;
  /** Told what happens, line by line. */
  readonly say: (line: string) => void;
  /** The pause before the second run of a step that is given time, in seconds. It doubles from run to run, up to 2 s. @default 2 */
  readonly pause?: number;
}

/** The seconds one run of a step may take. */
const limitOf = ({ within = 0 }: Step): number => Math.max(120, within);

/** Runs the steps in one shell, and stops at the first that does not show what it should. */
export async function tryOut(steps: readonly Step[], options: TryOptions): Promise<Tried> {
  const session = new Session(options.environment, options.cwd);
  let done = 0;
  let onlyOnAws = 0;
  let withoutServers = 0;
  /** The reason that was said last. */
  let why: string | undefined;
  try {
    for (const step of steps) {
      if (step.onlyOnAws !== undefined && !options.aws) {
        onlyOnAws++;
        if (step.onlyOnAws !== why) options.say(`only on AWS: ${step.onlyOnAws}`);
        why = step.onlyOnAws;
        options.say(`   ${firstLine(step)}`);
        continue;
      }
      if (step.needsServers && options.noServers !== undefined) {
        if (withoutServers++ === 0) options.say(`passed over: ${options.noServers}`);
        options.say(`   ${firstLine(step)}`);
        continue;
      }
      const shown = await untilItFits(session, step, options.pause ?? 2);
      const fault = faultOf(step, shown);
      if (fault !== undefined) return { done, onlyOnAws, withoutServers, fault: message(step, shown, fault) };
      done++;
      options.say(`ok ${firstLine(step)}`);
    }
    return { done, onlyOnAws, withoutServers };
  } finally {
    session.close();
  }
}

async function untilItFits(session: Session, step: Step, pause: number): Promise<Shown> {
  const end = performance.now() + (step.within ?? 0) * 1000;
  for (let wait = pause; ; wait = Math.min(wait * 2, 2)) {
    const shown = await session.run(step.command, limitOf(step));
    if (faultOf(step, shown) === undefined || shown.code === undefined || performance.now() >= end) return shown;
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
  }
}

function faultOf(step: Step, { output, code, late }: Shown): string | undefined {
  if (late) return `took longer than ${limitOf(step)} s and was ended`;
  if (code === undefined) return 'ended the shell; does it use a variable that is not set?';
  if (code === 127) return 'ended with 127: a program it calls is not installed';
  if (!matches(step.expected, linesOf(output))) return 'shows something else';
  return code === 0 ? undefined : `ended with ${code}; a step must end well, or show that it does not`;
}

function message(step: Step, { output }: Shown, why: string): string {
  const within = step.within === undefined ? '' : `, repeated for ${step.within} s,`;
  return [
    `The step in line ${step.line}${within} ${why}:`,
    '',
    indented(`$ ${step.command}`),
    '',
    'expected (-) and got (+):',
    '',
    indented(difference(step.expected, linesOf(output)) || '(nothing)'),
  ].join('\n');
}

const firstLine = ({ command }: Step): string => {
  const [line, ...more] = command.split('\n');
  return more.length > 0 ? `${line.replace(/ *\\$/, '')} …` : line;
};
const indented = (text: string): string => text.replaceAll(/^/gm, '  ');
