import type { Settings } from '../../lib/settings';
import { assemblyFolder, prepare, type Prepared } from './assembly';
import { cdk } from './cdk';
import { refusal } from './guard';
import { identityAt, type Identity } from './place';
import { variablesOf } from './outputs';
import { afterwards, costOf, deployedTemplate, planOf } from './plan';
import { cloudFormation, withEach, type Sandbox } from './sandbox';
import { describe, failures, settle } from './stack';

/**
 * Deploys an architecture by the pinned CDK command line, whatever an earlier attempt left behind.
 *
 * @returns an exit code
 */
export async function deploy(sandbox: Sandbox, name: string, settings: Settings, yes: boolean): Promise<number> {
  const { place, say } = sandbox;
  const identity = await identityAt(place);
  const why = refusal(place, identity, settings, yes);
  if (why) throw new Error(why);
  say(`${place.description}, account ${identity.account}, as ${identity.arn}`);

  const prepared = prepare(name, settings, assemblyFolder(name));
  await withEach(sandbox, prepared, (client, { name: stack }) => settle(client, stack, sandbox));
  if (!(await agreed(sandbox, prepared))) {
    say('Nothing was deployed.');
    return 1;
  }
  await bootstrap(sandbox, identity, prepared);
  const code = await deployPrepared(sandbox, prepared);
  if (code === 130) {
    say(
      `\nInterrupted. CloudFormation goes on with what it was told; the same command again waits for it and finishes.`,
    );
    return code;
  }
  if (code !== 0) {
    say(`\n${name} was not deployed. Mend the reason above and run the same command again.`);
    return code;
  }
  await sayDoors(sandbox, prepared);
  say(`\n${name} is deployed; npm run sandbox -- shell ${name} opens a shell with its outputs as variables, and`);
  say(`npm run sandbox -- test ${name} tries what its README says.`);
  return 0;
}

/** The names by which the doors of an emulator open, where the outputs name those of AWS. */
async function sayDoors(sandbox: Sandbox, prepared: Prepared): Promise<void> {
  const { endpoint } = sandbox.place;
  if (endpoint === undefined) return;
  const stacks = (await withEach(sandbox, prepared, (client, { name }) => describe(client, name))).flatMap(
    (stack) => stack ?? [],
  );
  const [onAws, here] = [variablesOf(stacks, undefined), variablesOf(stacks, endpoint)];
  const doors = Object.keys(here).filter((key) => here[key] !== onAws[key]);
  if (doors.length > 0) sandbox.say('\nOn this emulator, in place of the names above:');
  for (const key of doors) sandbox.say(`  ${key} = ${here[key]}`);
}

/** The CDK's command line deploys what was prepared. What fails is said with its reason. */
export async function deployPrepared(sandbox: Sandbox, prepared: Prepared, quiet = false): Promise<number> {
  const words = ['deploy', '--all', '--app', prepared.directory, '--require-approval', 'never', '--progress', 'events'];
  const { code, said } = await cdk(words, sandbox.place, { quiet });
  if (code === 0) return 0;
  if (quiet) sandbox.say(said);
  await withEach(sandbox, prepared, async (client, { name: stack }) => {
    const found = await describe(client, stack);
    if (/FAILED|ROLLBACK/.test(found?.StackStatus ?? ''))
      sandbox.say(`${stack} is ${found!.StackStatus}:\n${await failures(client, found!.StackId!)}`);
  });
  return code;
}

/** Shows what would happen, and asks where it would happen to a real account. */
async function agreed(sandbox: Sandbox, prepared: Prepared): Promise<boolean> {
  const lines = await withEach(sandbox, prepared, async (client, one) => {
    const there = await describe(client, one.name);
    return planOf(one, there && (await deployedTemplate(client, one.name)));
  });
  for (const line of lines.flat()) sandbox.say(line);
  sandbox.say(costOf(prepared.stacks, sandbox.place.environment.AWS_REGION));
  if (sandbox.place.kind === 'emulator') return true;
  for (const line of afterwards(prepared.stacks)) sandbox.say(line);
  return sandbox.ask(`Deploy ${prepared.name}?`);
}

/** Makes the buckets and roles the CDK deploys through, in each region where they are missing. */
export async function bootstrap(
  sandbox: Sandbox,
  { account }: Identity,
  { stacks }: Pick<Prepared, 'stacks'>,
  quiet = false,
): Promise<void> {
  const regions = new Set(stacks.map(({ region }) => region ?? sandbox.place.environment.AWS_REGION));
  for (const region of regions) {
    const there = await settle(cloudFormation(sandbox, region), 'CDKToolkit', sandbox);
    if (there) continue;
    const target = `aws://${account}/${region}`;
    const may =
      sandbox.place.kind === 'emulator' ||
      (await sandbox.ask(
        `The CDK needs a bucket and roles in ${target}, which npx cdk bootstrap makes once (npm run bootstrap writes one with the least privilege). Make them?`,
      ));
    if (!may) throw new Error(`Nothing was deployed: the CDK cannot deploy to ${target} before npx cdk bootstrap`);
    const { code, said } = await cdk(['bootstrap', target, '--app', ''], sandbox.place, { quiet });
    if (code !== 0) throw new Error(`npx cdk bootstrap ${target} failed${quiet ? `:\n${said}` : ''}`);
  }
}
