import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { join } from 'node:path';
import { prepare, type Prepared } from '../assembly';
import { folder } from '../carried';
import { bootstrap, deployPrepared } from '../deploy';
import { destroyPrepared } from '../destroy';
import { identityAt, type Place } from '../place';
import { resourcesOf } from '../resources';
import { withEach, type Sandbox } from '../sandbox';
import { describe, settle } from '../stack';
import { tryPrepared } from '../test';
import { missingIn, replacedBetween } from './compare';
import { census, inventoryOf, standInsOf, type StandIn } from './emulator-says';
import { interrupted } from './interrupt';

/** What a whole life of an architecture showed. */
export interface Life {
  readonly name: string;
  readonly resources: number;
  readonly steps: number;
  readonly onlyOnAws: number;
  readonly standIns: readonly StandIn[];
  readonly seconds: number;
  /** What held, in order. */
  readonly held: readonly string[];
  /** What did not, with reason; the life ends with it. */
  readonly fault?: string;
}

/** A setting that every architecture has and that changes none of its data: it is written on everything as a tag. */
const changed = { owner: 'verify@example.com', alarmEmail: 'verify@example.com' };

/** Deploys, tries, updates and destroys one architecture at an emulator that holds nothing else. */
export async function live(name: string, place: Place, say: (line: string) => void): Promise<Life> {
  const begun = performance.now();
  const held: string[] = [];
  const standIns: StandIn[] = [];
  const counts = { resources: 0, steps: 0, onlyOnAws: 0 };
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
    ...{ name, ...counts, standIns, held },
    seconds: (performance.now() - begun) / 1000,
    ...(fault !== undefined && { fault }),
  });

  try {
    const made = (settings: Record<string, string>, directory: string) =>
      prepare(name, settings, join(folder, 'verify', directory), { gates: false });
    const first = made({}, name);
    const second = made(changed, `${name}.changed`);
    counts.resources = first.stacks.reduce((sum, { template }) => sum + Object.keys(template.Resources).length, 0);

    await bootstrap(sandbox, await identityAt(place), first, true);
    const before = await census(place.endpoint!);

    await phase('deployed', () => deployTwice(sandbox, first));
    for (const { name: stack } of first.stacks) standIns.push(...(await standInsOf(place.endpoint!, stack)));
    await phase('tried', async () => {
      const tried = await tryPrepared(sandbox, first);
      counts.steps = tried.done;
      counts.onlyOnAws = tried.onlyOnAws;
      return tried.fault === undefined ? [] : [tried.fault];
    });
    await phase('unchanged', () => deployUnchanged(sandbox, first));
    await phase('updated', () => update(sandbox, second));
    await phase('destroyed', () => destroyTwice(sandbox, second, before));
    return end();
  } catch (error) {
    return end((error as Error).message);
  }
}

async function deployTwice(sandbox: Sandbox, prepared: Prepared): Promise<string[]> {
  const begun = async (client: CloudFormationClient, stack: string) => (await describe(client, stack)) !== undefined;
  const over = await interrupted(sandbox, prepared, 'deploy', begun);
  if (over.length > 0) return over;
  await withEach(sandbox, prepared, (client, one) => settle(client, one.name, sandbox));
  if ((await deployPrepared(sandbox, prepared, true)) !== 0) return ['it was not deployed'];
  const faults = await withEach(sandbox, prepared, async (client, one) => {
    const status = (await describe(client, one.name))?.StackStatus;
    const faults = missingIn(one.template, await resourcesOf(client, one.name));
    return /^(CREATE|UPDATE)_COMPLETE$/.test(status ?? '') ? faults : [`${one.name} is ${status}`, ...faults];
  });
  return faults.flat();
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

async function update(sandbox: Sandbox, prepared: Prepared): Promise<string[]> {
  const resources = () => withEach(sandbox, prepared, (client, { name: stack }) => resourcesOf(client, stack));
  const before = await resources();
  if ((await deployPrepared(sandbox, prepared, true)) !== 0) return ['it was not updated'];
  const after = await resources();
  const states = await withEach(sandbox, prepared, async (client, { name: stack, template }) => {
    const found = await describe(client, stack);
    const owner = found?.Tags?.find(({ Key }) => Key === 'groundplan:owner')?.Value;
    return [
      ...(found?.StackStatus === 'UPDATE_COMPLETE' ? [] : [`${stack} is ${found?.StackStatus}`]),
      ...(owner === changed.owner ? [] : [`${stack} does not carry the changed setting`]),
      ...missingIn(template, await resourcesOf(client, stack)),
    ];
  });
  return [...states.flat(), ...before.flatMap((one, i) => replacedBetween(one, after[i]))];
}

async function destroyTwice(sandbox: Sandbox, prepared: Prepared, before: readonly string[]): Promise<string[]> {
  const begun = async (client: CloudFormationClient, stack: string): Promise<boolean> => {
    const status = (await describe(client, stack))?.StackStatus;
    return status === undefined || status.startsWith('DELETE_');
  };
  const over = await interrupted(sandbox, prepared, 'destroy', begun);
  if (over.length > 0) return over;
  const left = await destroyPrepared(sandbox, prepared, true);
  if (left.length > 0) return left;
  const endpoint = sandbox.place.endpoint!;
  const inventory = await Promise.all(prepared.stacks.map((one) => inventoryOf(endpoint, one.name)));
  const known = new Set(before);
  const more = (await census(endpoint)).filter((line) => !known.has(line));
  return [...inventory.flat(), ...more].map((line) => `left behind: ${line}`);
}
