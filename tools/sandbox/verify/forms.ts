import { join } from 'node:path';
import { catalogue } from '../../../lib/catalogue';
import { variantsOf } from '../../../lib/variants';
import { prepare, type Prepared } from '../assembly';
import { folder } from '../carried';
import { bootstrap, deployPrepared } from '../deploy';
import { destroyPrepared } from '../destroy';
import { identityAt, type Place } from '../place';
import type { Sandbox } from '../sandbox';
import { census } from './emulator-says';
import { incomplete, leftOf } from './there';

/** What an architecture in its variants showed. */
export interface Forms {
  readonly name: string;
  /** Those that were deployed, in order. */
  readonly variants: readonly string[];
  /** How much the templates kept when everything was taken away. */
  readonly kept: number;
  readonly seconds: number;
  /** What did not hold, with reason; nothing more is deployed after it. */
  readonly fault?: string;
}

/** The architectures that have variants, and the names of these. */
export const withVariants = (): { readonly name: string; readonly variants: readonly string[] }[] =>
  catalogue
    .map((architecture) => ({ name: architecture.name, variants: Object.keys(variantsOf(architecture)) }))
    .filter(({ variants }) => variants.length > 0);

/**
 * Deploys an architecture in one variant after the other, on an emulator that holds nothing else: the first from nothing, each other
 * as an update of the one before where the stacks are the same ones. Then takes it away.
 */
export async function takeForms(
  name: string,
  variants: readonly string[],
  place: Place,
  say: (line: string) => void,
): Promise<Forms> {
  const begun = performance.now();
  const seen: string[] = [];
  const said: string[] = [];
  let kept = 0;
  const sandbox: Sandbox = { place, say: (line) => said.push(line), ask: () => Promise.resolve(true), pause: 0.2 };
  const end = (fault?: string): Forms => ({
    ...{ name, variants: seen, kept, seconds: (performance.now() - begun) / 1000 },
    ...(fault !== undefined && { fault }),
  });
  const phase = async (what: string, run: () => Promise<readonly string[]>): Promise<void> => {
    said.length = 0;
    const at = performance.now();
    const faults = await run().catch((error: Error) => [error.message]);
    if (faults.length > 0) throw new Error([`${what}:`, ...said, ...faults].join('\n'));
    say(`${name}: ${what} (${((performance.now() - at) / 1000).toFixed(0)} s)`);
  };

  try {
    const prepared = variants.map((variant) => ({ variant, form: formOf(name, variant) }));
    const identity = await identityAt(place);
    for (const { form } of prepared) await bootstrap(sandbox, identity, form, true);
    const before = await census(place.endpoint!);
    const takeAway = async (form: Prepared): Promise<string[]> => {
      const faults = await destroyPrepared(sandbox, form, true);
      if (faults.length > 0) return faults;
      const left = await leftOf(place.endpoint!, form, before);
      kept = left.kept.length;
      return left.behind.map((line) => `left behind: ${line}`);
    };

    let last: Prepared | undefined;
    for (const { variant, form } of prepared) {
      const other = last;
      if (other && stacksOf(other) !== stacksOf(form)) await phase('destroyed', () => takeAway(other));
      last = form;
      await phase(`deployed as ${variant}`, async () =>
        (await deployPrepared(sandbox, form, true)) === 0 ? incomplete(sandbox, form) : ['it was not deployed'],
      );
      seen.push(variant);
    }
    if (last) await phase('destroyed', () => takeAway(last));
    return end();
  } catch (error) {
    return end((error as Error).message);
  }
}

const formOf = (name: string, variant: string): Prepared =>
  prepare(name, { variant: [variant] }, join(folder, 'verify', `${name}.${variant}`), { gates: false });

/** What an update can change into each other: stacks of the same names in the same Regions. */
const stacksOf = ({ stacks }: Prepared): string =>
  stacks
    .map(({ name, region }) => `${name} ${region}`)
    .sort()
    .join();
