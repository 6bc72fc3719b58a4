import { resourcesOf } from '../resources';
import type { Prepared } from '../assembly';
import { withEach, type Sandbox } from '../sandbox';
import { describe } from '../stack';
import { missingIn } from './compare';
import { census, inventoryOf } from './emulator-says';

/** What of a deployed architecture is not there, or not whole, each in a sentence. */
export async function incomplete(sandbox: Sandbox, prepared: Prepared): Promise<string[]> {
  const faults = await withEach(sandbox, prepared, async (client, one) => {
    const status = (await describe(client, one.name))?.StackStatus;
    const missing = missingIn(one.template, await resourcesOf(client, one.name));
    return /^(CREATE|UPDATE)_COMPLETE$/.test(status ?? '') ? missing : [`${one.name} is ${status}`, ...missing];
  });
  return faults.flat();
}

/** What is there after a deletion, by the emulator's own books and by the list calls of every service; one line each. */
export interface Left {
  /** What a template retains. */
  readonly kept: readonly string[];
  /** What should be gone. */
  readonly behind: readonly string[];
}

/** What is there and was not before. */
export async function leftOf(endpoint: string, { stacks }: Prepared, before: readonly string[]): Promise<Left> {
  const all = await Promise.all(stacks.map(({ name }) => inventoryOf(endpoint, name)));
  const inventory = all.flat().filter((one) => !before.some((line) => line.endsWith(` ${one.physicalId}`)));
  const kept = inventory.filter(({ retained }) => retained);
  const known = new Set(before);
  const more = (await census(endpoint)).filter(
    (line) => !known.has(line) && !kept.some(({ physicalId }) => line.endsWith(` ${physicalId}`)),
  );
  const asLine = ({ type, physicalId }: (typeof inventory)[number]) => `${type} ${physicalId}`;
  return {
    kept: kept.map(asLine),
    behind: [...inventory.filter(({ retained }) => !retained).map(asLine), ...more],
  };
}
