import { paginateDescribeStacks, type CloudFormationClient, type Stack } from '@aws-sdk/client-cloudformation';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import Big from 'big.js';
import { ARCHITECTURE_TAG, OWNER_TAG, PROFILE_TAG } from '../../lib/app';
import { billOf, inDollars } from '../bill';
import { sum, type Money } from '../bill/money';
import { textTable } from '../table';
import { expiryOf } from './expiry';
import { clientConfig } from './place';
import { deployedTemplate } from './plan';
import { cloudFormation, type Sandbox } from './sandbox';

/** One stack of this repository, as it is deployed. */
export interface Deployed {
  readonly architecture: string;
  readonly stack: Stack;
  readonly profile: string;
  /** @default - nobody is named */
  readonly owner?: string | undefined;
  /** When it deletes itself. @default - never */
  readonly expires?: Date | undefined;
}

/** What the expiry of a stack is read and written with. */
export const clientsOf = (sandbox: Sandbox, region?: string) => ({
  cloudFormation: cloudFormation(sandbox, region),
  scheduler: new SchedulerClient({ ...clientConfig(sandbox.place), ...(region !== undefined && { region }) }),
});

/** Every stack of this repository in the region, known by its tag. */
export async function deployed(sandbox: Sandbox): Promise<Deployed[]> {
  const clients = clientsOf(sandbox);
  const found: Deployed[] = [];
  for await (const { Stacks = [] } of paginateDescribeStacks({ client: clients.cloudFormation }, {})) {
    for (const stack of Stacks) {
      const tag = (key: string) => stack.Tags?.find(({ Key }) => Key === key)?.Value;
      const architecture = tag(ARCHITECTURE_TAG);
      if (architecture === undefined || stack.ParentId !== undefined) continue;
      const expires = (await expiryOf(clients, stack.StackId!))?.at;
      found.push({ architecture, stack, profile: tag(PROFILE_TAG) ?? 'unknown', owner: tag(OWNER_TAG), expires });
    }
  }
  return found;
}

/** Prints what of ours is deployed; answers with an exit code. */
export async function list(sandbox: Sandbox, now = new Date()): Promise<number> {
  const all = await deployed(sandbox);
  const where = `${sandbox.place.description} (${sandbox.place.environment.AWS_REGION})`;
  if (all.length === 0) {
    sandbox.say(`Nothing of this repository is deployed to ${where}.`);
    return 0;
  }
  sandbox.say(`Deployed to ${where}:\n`);
  const client = cloudFormation(sandbox);
  const bills = await Promise.all(all.map(({ stack }) => billAt(client, stack, sandbox.place.environment.AWS_REGION)));
  const rows = all.map(({ stack, profile, owner, expires }, i) => [
    stack.StackName!,
    stack.StackStatus!,
    asTime(stack.CreationTime),
    profile,
    owner ?? '-',
    expires ? `${asTime(expires)}${expires < now ? ' (over)' : ''}` : 'never',
    inDollars(bills[i]),
  ]);
  sandbox.say(textTable([['stack', 'state', 'since', 'profile', 'owner', 'expires', 'USD a month'], ...rows]));
  sandbox.say(`\nTogether ${inDollars(sum(bills))} USD a month while nobody calls any of it.`);
  return 0;
}

/** What a deployed stack costs a month when nobody calls it. */
async function billAt(client: CloudFormationClient, { StackName }: Stack, region: string): Promise<Money> {
  const template = await deployedTemplate(client, StackName!);
  return new Big(billOf([{ name: StackName!, template }], { region }).monthly);
}

/** To the minute, in UTC. */
export const asTime = (time: Date | undefined): string => time?.toISOString().replace(/:\d\d\.\d+Z$/, 'Z') ?? '-';
