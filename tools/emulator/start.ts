import { spawn, spawnSync } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The moto release the emulator is written against, as `requirements.txt` pins it. */
const pinned = /^moto\[server\]==(\S+)$/m.exec(readFileSync(join(__dirname, 'requirements.txt'), 'utf8'))![1];

/** How to get the emulator where it is missing, in one line. */
export const howToGet = `the emulator needs Python 3.11 or newer and moto ${pinned}: pip install "moto[server]==${pinned}"`;

export interface Emulator {
  /** Where every AWS client on this machine finds it: `http://127.0.0.1:<port>`. */
  readonly endpoint: string;
  /** What a process needs in its environment to talk to it and to nothing else. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ends it; everything in it is gone. */
  stop(): Promise<void>;
}

/** Why the emulator cannot be started on this machine; undefined where it can. */
export function missing(python = 'python3'): string | undefined {
  const { status, stdout } = spawnSync(python, ['-c', 'import moto.server; print(moto.__version__)'], {
    encoding: 'utf8',
  });
  if (status !== 0) return howToGet;
  return stdout.trim() === pinned ? undefined : `${howToGet} (there is ${stdout.trim()})`;
}

/**
 * Starts the emulator as a child process, empty, on any free port unless one is named.
 *
 * @throws where Python or moto is missing, or the emulator ends before it is ready, with what it said
 */
export async function startEmulator(port = 0, python = 'python3'): Promise<Emulator> {
  const why = missing(python);
  if (why) throw new Error(why);
  const child = spawn(python, wordsFor(port), { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-20_000)));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  process.once('exit', () => child.kill('SIGTERM'));

  const first = await Promise.race([
    new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve)),
    ended,
  ]);
  if (!first) throw new Error(`the emulator ended before it was ready: ${said.trim() || 'it said nothing'}`);
  const { endpoint } = JSON.parse(first) as { endpoint: string };
  return { endpoint, environment: environmentOf(endpoint), stop };
}

/**
 * Starts an emulator that goes on when this process has ended; `process.kill(pid)` ends it.
 *
 * @param log the file it writes to
 * @throws where Python or moto is missing, or the emulator ends before it is ready, with what it said
 */
export async function startDetached(
  log: string,
  python = 'python3',
): Promise<{ readonly pid: number; readonly endpoint: string }> {
  const why = missing(python);
  if (why) throw new Error(why);
  const out = openSync(log, 'w');
  const child = spawn(python, wordsFor(0), { stdio: ['ignore', out, out], detached: true });
  child.unref();
  let ended = child.pid === undefined;
  child.once('error', () => (ended = true)).once('exit', () => (ended = true));
  for (;;) {
    const said = readFileSync(log, 'utf8');
    const endpoint = /^\{"endpoint": "(.+)"\}$/m.exec(said)?.[1];
    if (endpoint !== undefined) return { pid: child.pid!, endpoint };
    if (ended) throw new Error(`the emulator ended before it was ready: ${said.trim() || 'it said nothing'}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const wordsFor = (port: number): string[] => [
  join(__dirname, 'server'),
  '--port',
  String(port),
  '--node-modules',
  join(__dirname, '..', '..', 'node_modules'),
];

/** The environment of a client of an emulator: endpoint, credentials that are none, region. */
export const environmentOf = (endpoint: string): Record<string, string> => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_PAGER: '',
});
