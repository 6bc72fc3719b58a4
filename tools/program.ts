import { spawnSync } from 'node:child_process';

/** A program and its words. */
export type Command = readonly string[];

export interface RunOptions {
  /** Whether what it prints is shown as it comes, or kept. @default 'kept' */
  readonly output?: 'shown' | 'kept';
  /** What it reads on standard input. @default - nothing */
  readonly input?: string;
}

/** A command as one would type it into a shell. */
export const typed = (command: Command): string =>
  command.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');

/** Runs a command: what it printed, or nothing where it failed, of which its own words tell. */
export function ran([program, ...words]: Command, { output = 'kept', input }: RunOptions = {}): string | undefined {
  const { status, stdout, error } = spawnSync(program, words, {
    encoding: 'utf8',
    env: process.env,
    stdio: [input === undefined ? 'ignore' : 'pipe', output === 'shown' ? 'inherit' : 'pipe', 'inherit'],
    ...(input !== undefined && { input }),
  });
  if (status === 0) return (stdout ?? '').trim();
  console.error(error ? `${program} cannot be run: ${error.message}` : `${program} ${words[0]} ended with ${status}`);
  return undefined;
}
