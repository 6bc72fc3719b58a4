import { availableParallelism } from 'node:os';
import { catalogue } from '../../../lib/catalogue';
import { startEmulator, type Emulator } from '../../emulator/start';
import { textTable } from '../../table';
import type { Settings } from '../../../lib/settings';
import { refusal } from '../guard';
import { identityAt, ofEmulator } from '../place';
import type { Sandbox } from '../sandbox';
import { inOrder, type Worker } from './in-order';
import { live, type Life } from './life';
import { check, counted, staleIn, write } from './page';

export interface VerifyOptions {
  /** Writes what held into the page. */
  readonly write: boolean;
  /** Only looks whether the page knows every architecture as it is now; needs no emulator. */
  readonly check: boolean;
  /** Where to do it instead of fresh emulators, and with which settings. @default - fresh emulators */
  readonly here?: { readonly sandbox: Sandbox; readonly settings: Settings };
}

/**
 * The whole life of architectures, each on an emulator that holds nothing else.
 *
 * @param names which ones; none means all
 * @returns 1 where something did not hold, or there is no emulator
 */
export async function verify(names: readonly string[], options: VerifyOptions): Promise<number> {
  if (options.check) return check();
  const wanted = names.length > 0 ? names : catalogue.map(({ name }) => name);
  const { here } = options;
  if (here && !(await agreedHere(here, wanted))) return 1;
  const lives = await inOrder(wanted, here ? [workerHere(here)] : freshWorkers(wanted.length), say);
  console.log(`\n${tableOf(lives)}`);
  for (const { name, fault } of lives) if (fault !== undefined) console.error(`\n${name}: ${fault}`);
  const whole = lives.filter(({ withoutServers }) => withoutServers === 0);
  for (const { name, withoutServers } of lives.filter((life) => !whole.includes(life)))
    console.error(
      `\n${name}: ${withoutServers} steps were passed over, as no server boots here; its row of the page was not looked at`,
    );
  const stale = here || options.write ? [] : staleIn(whole);
  for (const fault of stale) console.error(`\ndocs/deployed.md: ${fault}`);
  const failed = lives.filter(({ fault }) => fault !== undefined).length + stale.length;
  if (options.write && !here) write(whole.filter(({ fault }) => fault === undefined));
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

const workerHere = ({ sandbox, settings }: NonNullable<VerifyOptions['here']>): Worker<string, Life> => ({
  work: (name, say) => live(name, sandbox.place, { alone: false, settings, say }),
});

/** One more than there are processors, up to four, each with an emulator of its own: a life waits for schedules and alarms as often as it works. */
const freshWorkers = (wanted: number): Worker<string, Life>[] =>
  Array.from({ length: Math.min(wanted, availableParallelism() + 1, 4) }, workerAlone);

/**
 * One that starts an emulator and keeps it while everything holds: a life ends with the proof that nothing of it is left, so
 * that the next one is alone there too. After a fault it begins with another.
 */
function workerAlone(): Worker<string, Life> {
  let emulator: Emulator | undefined;
  const close = async (): Promise<void> => {
    await emulator?.stop();
    emulator = undefined;
  };
  return {
    work: async (name, say) => {
      emulator ??= await startEmulator();
      const place = ofEmulator(emulator.endpoint, `an emulator at ${emulator.endpoint}`);
      const life = await live(name, place, { alone: true, say });
      if (life.fault !== undefined) await close();
      return life;
    },
    close,
  };
}

function tableOf(lives: readonly Life[]): string {
  const rows = lives.map(({ name, resources, steps, onlyOnAws, withoutServers, updated, standIns, held, seconds }) => {
    const more = [
      ...(onlyOnAws > 0 ? [`+${onlyOnAws} on AWS`] : []),
      ...(withoutServers > 0 ? [`+${withoutServers} with servers`] : []),
    ];
    const words = {
      tried: `${steps}${more.length > 0 ? ` (${more.join(', ')})` : ''}`,
      updated: counted(updated),
    };
    return [
      name,
      resources,
      ...(['deployed', 'tried', 'unchanged', 'updated', 'destroyed'] as const).map((phase) =>
        held.includes(phase) ? ((words as Partial<Record<string, string>>)[phase] ?? 'yes') : 'NO',
      ),
      standIns.filter(({ idle }) => !idle).length,
      Math.round(seconds),
    ];
  });
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
