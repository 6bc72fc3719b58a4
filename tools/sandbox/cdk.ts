import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Place } from './place';

const cli = join(__dirname, '..', '..', 'node_modules', '.bin', 'cdk');

/** How a run of the CDK's command line ended. */
export interface Ended {
  readonly code: number;
  /** What it said, where it was listened to. */
  readonly said: string;
}

/**
 * Runs the pinned CDK command line, the only thing here that deploys.
 *
 * @param words its command and options
 * @param place what it talks to
 * @param quiet whether what it says is kept instead of shown
 */
export async function cdk(words: readonly string[], place: Place, quiet = false): Promise<Ended> {
  const child = spawn(cli, [...words, '--no-notices'], {
    env: environmentFor(place),
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (said += text));
  // The CLI gets Ctrl-C too, being of the same group, and says how far it came; leaving before it would hide that.
  const wait = (): void => undefined;
  process.on('SIGINT', wait);
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status, signal) => resolve(status ?? (signal === 'SIGINT' ? 130 : 1)));
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
