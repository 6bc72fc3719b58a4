import { availableParallelism } from 'node:os';
import { catalogue } from '../../../lib/catalogue';
import { startEmulator, type Emulator } from '../../emulator/start';
import { textTable } from '../../table';
import type { Settings } from '../../../lib/settings';
import { refusal } from '../guard';
import { identityAt, ofEmulator, type Place } from '../place';
import type { Sandbox } from '../sandbox';
import { takeForms, withVariants, type Forms } from './forms';
import { inOrder, type Say, type Worker } from './in-order';
import { live, type Life } from './life';
import { check, counted, staleForms, staleIn, write } from './page';

export interface VerifyOptions {
  /** Writes what held into the page. */
  readonly write: boolean;
  /** Only looks whether the page knows every architecture as it is now; needs no emulator. */
  readonly check: boolean;
  /** Deploys each variant and takes it away, instead of the whole life of what has no variant chosen. @default false */
  readonly variants?: boolean;
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
  if (options.variants) return verifyVariants(names, options.write);
  const wanted = names.length > 0 ? names : catalogue.map(({ name }) => name);
  const { here } = options;
  if (here && !(await agreedHere(here, wanted))) return 1;
  const alone = (name: string, place: Place, say: Say): Promise<Life> => live(name, place, { alone: true, say });
  const lives = await inOrder(wanted, here ? [workerHere(here)] : freshWorkers(wanted.length, alone), say);
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

/** Every variant of architectures, deployed and taken away. */
async function verifyVariants(names: readonly string[], writes: boolean): Promise<number> {
  const wanted = withVariants().filter(({ name }) => names.length === 0 || names.includes(name));
  const work = ({ name, variants }: (typeof wanted)[number], place: Place, say: Say): Promise<Forms> =>
    takeForms(name, variants, place, say);
  const taken = await inOrder(wanted, freshWorkers(wanted.length, work), say);
  for (const { name, fault } of taken) if (fault !== undefined) console.error(`\n${name}: ${fault}`);
  const stale = writes ? [] : staleForms(taken);
  for (const fault of stale) console.error(`\ndocs/deployed.md: ${fault}`);
  const whole = taken.filter(({ fault }) => fault === undefined);
  if (writes) write([], whole);
  const passed = taken.reduce((sum, { variants }) => sum + variants.length, 0) + whole.length;
  const failed = taken.length - whole.length + stale.length;
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

/** A piece of work at a place, and what came of it. */
type Work<T, R> = (one: T, place: Place, say: Say) => Promise<R>;

/** One more than there are processors, up to four, each with an emulator of its own: a life waits for schedules and alarms as often as it works. */
const freshWorkers = <T, R extends { readonly fault?: string }>(wanted: number, work: Work<T, R>): Worker<T, R>[] =>
  Array.from({ length: Math.min(wanted, availableParallelism() + 1, 4) }, () => workerAlone(work));

/**
 * One that starts an emulator and keeps it while everything holds: a life ends with the proof that nothing of it is left, so
 * that the next one is alone there too. After a fault it begins with another.
 */
function workerAlone<T, R extends { readonly fault?: string }>(work: Work<T, R>): Worker<T, R> {
  let emulator: Emulator | undefined;
  const close = async (): Promise<void> => {
    await emulator?.stop();
    emulator = undefined;
  };
  return {
    work: async (one, say) => {
      emulator ??= await startEmulator();
      const result = await work(one, ofEmulator(emulator.endpoint, `an emulator at ${emulator.endpoint}`), say);
      if (result.fault !== undefined) await close();
      return result;
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
