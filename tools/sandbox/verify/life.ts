import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { join } from 'node:path';
import { OWNER_TAG } from '../../../lib/app';
import type { Settings } from '../../../lib/settings';
import { prepare, type Prepared } from '../assembly';
import { folder } from '../carried';
import { bootstrap, deployPrepared } from '../deploy';
import { destroyPrepared } from '../destroy';
import { identityAt, type Place } from '../place';
import { resourcesOf } from '../resources';
import { withEach, type Sandbox } from '../sandbox';
import { describe, settle } from '../stack';
import { stepsOf, tryPrepared, variantsIn } from '../test';
import { missingIn, updateFrom, type Updated } from './compare';
import { census, standInsOf, type StandIn } from './emulator-says';
import { interrupted } from './interrupt';
import { incomplete, leftOf } from './there';

/** What a whole life of an architecture showed. */
export interface Life {
  readonly name: string;
  readonly resources: number;
  readonly steps: number;
  readonly onlyOnAws: number;
  /** Steps that were passed over because no server boots here; the page is written where they do. */
  readonly withoutServers: number;
  /** What the changed settings did. */
  readonly updated: Counts;
  readonly standIns: readonly StandIn[];
  readonly seconds: number;
  /** What held, in order. */
  readonly held: readonly string[];
  /** What did not, with reason; the life ends with it. */
  readonly fault?: string;
}

/** How many resources an update changed, made, took away and made anew. */
export type Counts = Omit<Updated, 'faults'>;

/** A changed setting that every architecture has; it is written on everything as a tag. */
const owner = 'verify@example.com';
/**
 * The changed settings. No data depends on any, and together they change more than tags in whatever keeps a log, mails alarms
 * or watches costs.
 */
const changed: Settings = { owner, logRetention: '14d', monthlyBudget: '30' };

export interface LifeOptions {
  readonly settings?: Settings;
  /** Whether the place is an emulator of ours that holds nothing else, and can be asked what there is. */
  readonly alone: boolean;
  readonly say: (line: string) => void;
}

/** Deploys, tries, updates and destroys one architecture. */
export async function live(name: string, place: Place, options: LifeOptions): Promise<Life> {
  const { alone, say, settings = {} } = options;
  const begun = performance.now();
  const held: string[] = [];
  const standIns: StandIn[] = [];
  const counts = { resources: 0, steps: 0, onlyOnAws: 0, withoutServers: 0 };
  let updated: Counts = { inPlace: 0, added: 0, removed: 0, replaced: 0 };
  const said: string[] = [];
  const sandbox: Sandbox = {
    place,
    say: (line) => said.push(line),
    ask: () => Promise.resolve(true),
    pause: 0.2,
  };
  const phase = async (what: string, run: () => Promise<string[]>): Promise<void> => {
    said.length = 0;
    const at = performance.now();
    const faults = await run().catch((error: Error) => [error.message]);
    if (faults.length > 0) throw new Error([`${what}:`, ...said, ...faults].join('\n'));
    held.push(what);
    say(`${name}: ${what} (${((performance.now() - at) / 1000).toFixed(0)} s)`);
  };
  const end = (fault?: string): Life => ({
    ...{ name, ...counts, updated, standIns, held },
    seconds: (performance.now() - begun) / 1000,
    ...(fault !== undefined && { fault }),
  });

  try {
    const made = (more: Settings, directory: string) =>
      prepare(name, { ...settings, ...more }, join(folder, 'verify', directory), { gates: false });
    const first = made({}, name);
    const second = made({ ...changed, ...(alone && { alarmEmail: owner }) }, `${name}.changed`);
    counts.resources = first.stacks.reduce((sum, { template }) => sum + Object.keys(template.Resources).length, 0);

    // In an account a variant, which may cost more, is deployed by whoever asks for it.
    const forms = (alone ? variantsIn(stepsOf(name)) : []).map((variant) => ({
      variant,
      form: made({ ...changed, variant: [variant] }, `${name}.${variant}`),
    }));
    // Before it is counted what there is: a variant may need another Region prepared.
    for (const one of [first, ...forms.map(({ form }) => form)])
      await bootstrap(sandbox, await identityAt(place), one, true);
    const there = await withEach(sandbox, first, (client, stack) => describe(client, stack.name));
    if (there.some((stack) => stack !== undefined)) {
      return end(`it is deployed already, and would be taken away; run npm run sandbox -- destroy ${name} first`);
    }
    const before = alone ? await census(place.endpoint!) : [];

    await phase('deployed', () => deployTwice(sandbox, first));
    if (alone) for (const stack of first.stacks) standIns.push(...(await standInsOf(place.endpoint!, stack.name)));
    const tried = async (prepared: Prepared, variants: readonly string[] = []): Promise<string[]> => {
      const { done, onlyOnAws, withoutServers, fault } = await tryPrepared(sandbox, prepared, variants);
      counts.steps += done;
      counts.onlyOnAws += onlyOnAws;
      counts.withoutServers += withoutServers;
      return fault === undefined ? [] : [fault];
    };
    await phase('tried', () => tried(first));
    await phase('unchanged', () => deployUnchanged(sandbox, first));
    await phase('updated', async () => {
      const { faults, ...did } = await update(sandbox, first, second);
      updated = did;
      return [...faults];
    });
    let last = second;
    for (const { variant, form } of forms) {
      last = form;
      await phase(`tried as ${variant}`, async () =>
        (await deployPrepared(sandbox, form, true)) === 0 ? tried(form, [variant]) : ['it was not deployed'],
      );
    }
    await phase('destroyed', () => destroyTwice(sandbox, last));
    if (alone) {
      await phase('left nothing', async () => {
        const { kept, behind } = await leftOf(place.endpoint!, last, before);
        return [...kept, ...behind].map((line) => `left behind: ${line}`);
      });
    }
    return end();
  } catch (error) {
    const still = alone ? '' : `\nIt may still be deployed: npm run sandbox -- destroy ${name}`;
    return end((error as Error).message + still);
  }
}

async function deployTwice(sandbox: Sandbox, prepared: Prepared): Promise<string[]> {
  const begun = async (client: CloudFormationClient, stack: string) => (await describe(client, stack)) !== undefined;
  const over = await interrupted(sandbox, prepared, 'deploy', begun);
  if (over.length > 0) return over;
  await withEach(sandbox, prepared, (client, one) => settle(client, one.name, sandbox));
  if ((await deployPrepared(sandbox, prepared, true)) !== 0) return ['it was not deployed'];
  return incomplete(sandbox, prepared);
}

async function deployUnchanged(sandbox: Sandbox, prepared: Prepared): Promise<string[]> {
  const updates = () =>
    withEach(sandbox, prepared, async (client, { name: stack }) =>
      (await describe(client, stack))?.LastUpdatedTime?.getTime(),
    );
  const before = await updates();
  if ((await deployPrepared(sandbox, prepared, true)) !== 0) return ['it was not deployed'];
  return JSON.stringify(await updates()) === JSON.stringify(before)
    ? []
    : ['nothing was changed, and yet the stack was updated'];
}

async function update(sandbox: Sandbox, first: Prepared, second: Prepared): Promise<Updated> {
  const there = ({ stacks }: Prepared) =>
    withEach(sandbox, second, async (client, { name }) => {
      const template = stacks.find((stack) => stack.name === name)?.template ?? { Resources: {} };
      return { template, resources: await resourcesOf(client, name) };
    });
  const before = await there(first);
  if ((await deployPrepared(sandbox, second, true)) !== 0) throw new Error('it was not updated');
  const after = await there(second);
  const states = await withEach(sandbox, second, async (client, { name: stack }, i) => {
    const found = await describe(client, stack);
    return [
      ...(found?.StackStatus === 'UPDATE_COMPLETE' ? [] : [`${stack} is ${found?.StackStatus}`]),
      ...(found?.Tags?.find(({ Key }) => Key === OWNER_TAG)?.Value === owner
        ? []
        : [`${stack} does not carry the changed setting`]),
      ...missingIn(after[i].template, after[i].resources),
    ];
  });
  const did = before.map((one, i) => updateFrom(one, after[i]));
  const sum = (what: keyof Counts) => did.reduce((all, one) => all + one[what], 0);
  return {
    ...{ inPlace: sum('inPlace'), added: sum('added'), removed: sum('removed'), replaced: sum('replaced') },
    faults: [...states.flat(), ...did.flatMap(({ faults }) => faults)],
  };
}

async function destroyTwice(sandbox: Sandbox, prepared: Prepared): Promise<string[]> {
  const begun = async (client: CloudFormationClient, stack: string): Promise<boolean> => {
    const status = (await describe(client, stack))?.StackStatus;
    return status === undefined || status.startsWith('DELETE_');
  };
  const over = await interrupted(sandbox, prepared, 'destroy', begun);
  if (over.length > 0) return over;
  return destroyPrepared(sandbox, prepared, true);
}
