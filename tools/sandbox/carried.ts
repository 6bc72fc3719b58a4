import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDetached } from '../emulator/start';

/** Where this command keeps what one call leaves to the next. */
export const folder = join(__dirname, '..', '..', '.cache', 'sandbox');
const file = join(folder, 'emulator.json');

/** The carried emulator, running by itself until `stop`. */
export interface Running {
  readonly pid: number;
  readonly endpoint: string;
}

/** The emulator an earlier command started; undefined where it has ended. */
export async function running(): Promise<Running | undefined> {
  if (!existsSync(file)) return undefined;
  const found = JSON.parse(readFileSync(file, 'utf8')) as Running;
  return (await answers(found.endpoint)) ? found : undefined;
}

/** Starts one that goes on when this command has ended. */
export async function start(): Promise<Running> {
  mkdirSync(folder, { recursive: true });
  const found = await startDetached(join(folder, 'emulator.log'));
  writeFileSync(file, JSON.stringify(found));
  return found;
}

/** Ends it; false where none was running. */
export async function stop(): Promise<boolean> {
  const found = await running();
  rmSync(file, { force: true });
  if (!found) return false;
  process.kill(found.pid, 'SIGTERM');
  return true;
}

/** Whether it is still the emulator that listens there, and not whatever took its port or its number since. */
async function answers(endpoint: string): Promise<boolean> {
  try {
    const { ok } = await fetch(`${endpoint}/_emulator/report`, { signal: AbortSignal.timeout(5000) });
    return ok;
  } catch {
    return false;
  }
}
