import { availableParallelism } from 'node:os';
import { catalogue } from '../../../lib/catalogue';
import { startEmulator } from '../../emulator/start';
import { textTable } from '../../table';
import type { Settings } from '../../../lib/settings';
import { refusal } from '../guard';
import { identityAt, ofEmulator } from '../place';
import type { Sandbox } from '../sandbox';
import { live, type Life } from './life';
import { check, write } from './page';

export interface VerifyOptions {
  /** Writes what held into the page. */
  readonly write: boolean;
  /** Only looks whether the page knows every architecture as it is now; needs no emulator. */
  readonly check: boolean;
  /** Where to do it instead of fresh emulators, and with which settings. @default - one fresh emulator each */
  readonly here?: { readonly sandbox: Sandbox; readonly settings: Settings };
}

/**
 * The whole life of architectures, each on an emulator of its own that holds nothing else.
 *
 * @param names which ones; none means all
 * @returns 1 where something did not hold, or there is no emulator
 */
export async function verify(names: readonly string[], options: VerifyOptions): Promise<number> {
  if (options.check) return check();
  const wanted = names.length > 0 ? names : catalogue.map(({ name }) => name);
  const { here } = options;
  if (here && !(await agreedHere(here, wanted))) return 1;
  const lives = here
    ? await inTurn(wanted, 1, (name) => live(name, here.sandbox.place, { alone: false, settings: here.settings, say }))
    : await inTurn(wanted, availableParallelism() > 1 ? 2 : 1, atFreshEmulator);
  console.log(`\n${tableOf(lives)}`);
  for (const { name, fault } of lives) if (fault !== undefined) console.error(`\n${name}: ${fault}`);
  const failed = lives.filter(({ fault }) => fault !== undefined).length;
  if (options.write && !here && failed === 0) write(lives);
  const passed = lives.reduce((sum, { held, steps }) => sum + held.length + steps, 0);
  console.log(`\nVerified: ${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

const say = (line: string): void => console.log(line);

/** Whether the person wants all of it to happen where it costs something. */
async function agreedHere(
  { sandbox, settings }: NonNullable<VerifyOptions['here']>,
  names: readonly string[],
): Promise<boolean> {
  const identity = await identityAt(sandbox.place);
  const why = refusal(sandbox.place, identity, { ...settings }, false);
  if (why) throw new Error(why);
  say(`${sandbox.place.description}, account ${identity.account}, as ${identity.arn}`);
  if (sandbox.place.kind === 'emulator') return true;
  return sandbox.ask(`Deploy, try, update and destroy ${names.join(', ')} there, one after the other?`);
}

async function atFreshEmulator(name: string): Promise<Life> {
  const emulator = await startEmulator();
  try {
    const place = ofEmulator(emulator.endpoint, `an emulator at ${emulator.endpoint}`);
    return await live(name, place, { alone: true, say });
  } finally {
    await emulator.stop();
  }
}

/** Does something with each, some at a time, and answers in their order. */
async function inTurn<T, R>(all: readonly T[], atATime: number, what: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < all.length) {
      const i = next++;
      results[i] = await what(all[i]);
    }
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  return results;
}

function tableOf(lives: readonly Life[]): string {
  const rows = lives.map(({ name, resources, steps, onlyOnAws, standIns, held, seconds }) => [
    name,
    resources,
    ...(['deployed', 'tried', 'unchanged', 'updated', 'destroyed'] as const).map((phase) =>
      !held.includes(phase)
        ? 'NO'
        : phase === 'tried'
          ? `${steps}${onlyOnAws > 0 ? ` (+${onlyOnAws} on AWS)` : ''}`
          : 'yes',
    ),
    standIns.length,
    Math.round(seconds),
  ]);
  const heading = [
    'architecture',
    'resources',
    'deployed',
    'tried',
    'unchanged',
    'updated',
    'destroyed',
    'stand-ins',
    'seconds',
  ];
  return textTable([heading, ...rows]);
}
