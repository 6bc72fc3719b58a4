import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A command line to measure, as one would type it. */
export interface Command {
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Run before each measured run, unmeasured. */
  readonly before?: () => void;
}

/** One run of a command with all its child processes that are Node.js. */
export interface Run {
  /** Seconds on the clock. */
  readonly wall: number;
  /** Seconds of CPU, user and system, of all processes. */
  readonly cpu: number;
  /** Peak resident memory of the largest process, MiB. */
  readonly memory: number;
  readonly output: string;
}

/** Runs a command once. @throws when it fails, with its output */
export function runOnce({ words, env, cwd, before }: Command): Run {
  before?.();
  const folder = mkdtempSync(join(tmpdir(), 'groundplan-bench-'));
  const usage = join(folder, 'usage');
  const begun = performance.now();
  const [program, ...args] = words;
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: {
      ...process.env,
      ...env,
      GROUNDPLAN_BENCH_USAGE: usage,
      NODE_OPTIONS: `--require ${join(__dirname, 'usage.cjs')}`,
    },
  });
  const wall = (performance.now() - begun) / 1000;
  if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}\n${stdout}\n${stderr}`);
  const processes = existsSync(usage)
    ? readFileSync(usage, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { cpu: number; memory: number })
    : [];
  rmSync(folder, { recursive: true });
  return {
    wall,
    cpu: processes.reduce((sum, { cpu }) => sum + cpu, 0),
    memory: Math.max(0, ...processes.map(({ memory }) => memory)),
    output: stdout,
  };
}

/** Runs a command some times after a warm-up. */
export function runs(command: Command, times: number): Run[] {
  runOnce(command);
  return Array.from({ length: times }, () => runOnce(command));
}

/** Two commands run in turn, A B A B …, so that a machine that slows down slows both. */
export interface Pair {
  readonly a: readonly Run[];
  readonly b: readonly Run[];
  /** Median over the pairs of A's time on the clock divided by B's. */
  readonly ratio: number;
}
export function paired(a: Command, b: Command, times: number): Pair {
  runOnce(a);
  runOnce(b);
  const pairs = Array.from({ length: times }, () => ({ a: runOnce(a), b: runOnce(b) }));
  return {
    a: pairs.map((pair) => pair.a),
    b: pairs.map((pair) => pair.b),
    ratio: median(pairs.map((pair) => pair.a.wall / pair.b.wall)),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const medianOf = (all: readonly Run[], figure: 'wall' | 'cpu' | 'memory'): number =>
  median(all.map((run) => run[figure]));
