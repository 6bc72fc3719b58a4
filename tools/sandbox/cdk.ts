import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Place } from './place';

const cli = join(__dirname, '..', '..', 'node_modules', '.bin', 'cdk');

/** How a run of the CDK's command line ended. */
export interface Ended {
  /** The exit code; 130 after Ctrl-C, 137 where it was killed. */
  readonly code: number;
  /** What it said, where it was listened to. */
  readonly said: string;
}

export interface CdkOptions {
  /** Whether what it says is kept instead of shown. @default false */
  readonly quiet?: boolean;
  /** Told how to end it on the spot, with no chance to tidy up. @default - nobody is told */
  readonly started?: (kill: () => void) => void;
}

/**
 * Runs the pinned CDK command line, the only thing here that deploys.
 *
 * @param words its command and options
 * @param place what it talks to
 */
export async function cdk(words: readonly string[], place: Place, options: CdkOptions = {}): Promise<Ended> {
  const { quiet = false, started } = options;
  const child = spawn(cli, [...words, '--no-notices'], {
    env: environmentFor(place),
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
  });
  started?.(() => child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (said += text));
  // The CLI gets Ctrl-C too, being of the same group, and says how far it came; leaving before it would hide that.
  const wait = (): void => undefined;
  process.on('SIGINT', wait);
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status, signal) => resolve(status ?? { SIGINT: 130, SIGKILL: 137 }[signal as string] ?? 1));
    });
    return { code, said };
  } finally {
    process.off('SIGINT', wait);
  }
}

function environmentFor({ kind, endpoint, environment }: Place): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...environment,
    // Emulators find the bucket of a template's URL only where the URL names this machine by the word.
    ...(endpoint !== undefined && { AWS_ENDPOINT_URL: endpoint.replace('//127.0.0.1:', '//localhost:') }),
    ...(kind === 'emulator' && { CDK_DISABLE_CLI_TELEMETRY: '1' }),
    NODE_OPTIONS: [process.env.NODE_OPTIONS, '--no-warnings'].filter(Boolean).join(' '),
  };
}
