import { PROFILE_TAG } from '../../lib/app';
import type { Settings } from '../../lib/settings';
import { assemblyFolder, prepare, type Prepared } from './assembly';
import { cdk } from './cdk';
import { emptyRefilled } from './buckets';
import { leftovers } from '../teardown/leftovers';
import { refusal } from './guard';
import { identityAt } from './place';
import { afterwards } from './plan';
import { withEach, type Sandbox } from './sandbox';
import { describe, failures, kept, waitUntilQuiet } from './stack';

/**
 * Takes an architecture away, whatever state it is in.
 *
 * @returns an exit code
 */
export async function destroy(sandbox: Sandbox, name: string, settings: Settings, yes: boolean): Promise<number> {
  const { place, say } = sandbox;
  const identity = await identityAt(place);
  const prepared = prepare(name, settings, assemblyFolder(name), { code: false });
  const stacks = await withEach(sandbox, prepared, (client, { name: stack }) => describe(client, stack));
  if (stacks.every((stack) => stack === undefined)) {
    say(`${name} is not deployed to ${place.description}.`);
    return 0;
  }
  const production = stacks.some((stack) =>
    stack?.Tags?.some(({ Key, Value }) => Key === PROFILE_TAG && Value === 'production'),
  );
  const why = refusal(place, identity, { ...settings, ...(production && { profile: 'production' }) }, yes);
  if (why) throw new Error(why);
  if (place.kind === 'account') {
    say(`${place.description}, account ${identity.account}, as ${identity.arn}`);
    for (const line of afterwards(prepared.stacks)) say(line);
    if (!(await sandbox.ask(`Destroy ${name}, with everything stored in it?`))) {
      say('Nothing was destroyed.');
      return 1;
    }
  }
  const faults = await destroyPrepared(sandbox, prepared);
  if (faults.length > 0) {
    for (const line of faults) say(line);
    return 1;
  }
  const ids = new Map(stacks.flatMap((stack) => (stack ? [[stack.StackName, stack.StackId!] as const] : [])));
  const staying = await withEach(sandbox, prepared, (client, { name: stack }) =>
    ids.has(stack) ? kept(client, ids.get(stack)!) : Promise.resolve([]),
  );
  const left = staying.flat();
  say(
    `\n${name} is gone${left.length > 0 ? '. It left, for you to delete:' : ', and left nothing for you to delete.'}`,
  );
  for (const line of left) say(`  ${line}`);
  const waiting = leftovers(prepared.stacks).filter(({ kind }) => kind === 'costs');
  for (const { path, why } of waiting) say(`  ${path}: ${why}`);
  return 0;
}

/**
 * The CDK's command line destroys what was prepared; buckets into which logs arrived late are emptied, and it is done again.
 *
 * @returns what is left and why, one line each
 */
export async function destroyPrepared(sandbox: Sandbox, prepared: Prepared, quiet = false): Promise<string[]> {
  const attempts = 3;
  for (let attempt = 1; ; attempt++) {
    await withEach(sandbox, prepared, async (client, { name: stack }) => waitUntilQuiet(client, stack, sandbox));
    const words = ['destroy', '--all', '--force', '--app', prepared.directory];
    const { said, code } = await cdk(words, sandbox.place, { quiet });
    const left = await withEach(sandbox, prepared, async (client, { name: stack }) => {
      const found = await describe(client, stack);
      return found ? [`${stack} is ${found.StackStatus}:\n${await failures(client, found.StackId!)}`] : [];
    });
    if (code === 130)
      return ['Interrupted. CloudFormation goes on with what it was told; the same command again finishes.'];
    if (left.flat().length === 0) {
      return code === 0 ? [] : [`npx cdk destroy ended with ${code}${quiet ? `: ${said}` : ''}`];
    }
    if (attempt === attempts) return left.flat();
    for (const line of left.flat()) sandbox.say(line);
    await withEach(sandbox, prepared, (client, stack) => emptyRefilled(sandbox, client, stack));
    sandbox.say('Once more.');
  }
}
