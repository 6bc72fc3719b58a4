import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { catalogue } from '../../lib/catalogue';
import { textTable } from '../table';
import { instructions, limits } from './advice';
import { writePage } from './page';
import { plan, policiesOfRole } from './plan';
import { refresh } from './refresh';
import { sizeOf } from './statements';
import { variants } from './variants';

const usage = `groundplan bootstrap [<architecture>...] [--account <number>] [--region <code>] [--out <folder>]
    write the policies that prepare an account for these architectures, or for all, and say how to use them
groundplan bootstrap --page [--check]
    write the generated part of docs/bootstrap.md, or compare it
groundplan bootstrap --refresh
    read anew what CloudFormation calls for each type, from AWS's schemas in the newest npm package that holds them`;

const options = {
  account: { type: 'string' },
  region: { type: 'string' },
  out: { type: 'string', default: join('cdk.out', 'bootstrap') },
  page: { type: 'boolean' },
  check: { type: 'boolean' },
  refresh: { type: 'boolean' },
} as const;

/**
 * Prepares an account for deployments with the least privilege: writes policies made from the templates, and the commands.
 *
 * @returns 0; 1 where the page is out of date; 2 where the words cannot be understood
 */
export function run(args: readonly string[]): number {
  let words: ReturnType<typeof parse>;
  try {
    words = parse(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  const { values, positionals } = words;
  if (values.refresh) {
    console.log(refresh());
    return 0;
  }
  if (values.page) return writePage(values.check ?? false);
  const { out, ...place } = values;
  prepare(positionals.length > 0 ? positionals : catalogue.map(({ name }) => name), place, out);
  return 0;
}

function parse(args: readonly string[]) {
  const words = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  const { values, positionals } = words;
  const known = catalogue.map(({ name }) => name);
  const faults = [
    ...positionals
      .filter((name) => !known.includes(name))
      .map((name) => `${name} is no architecture; there are ${known.join(', ')}`),
    ...fault('account', values.account, /^\d{12}$/, 'an account number of 12 digits'),
    ...fault('region', values.region, /^[a-z]{2}(-[a-z]+)+-\d$/, 'the code of a region such as eu-west-1'),
    ...(values.check && !values.page ? ['--check goes with --page; leave it out, or add --page'] : []),
  ];
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return words;
}

const fault = (name: string, value: string | undefined, pattern: RegExp, what: string): string[] =>
  value === undefined || pattern.test(value) ? [] : [`--${name} is ${value}; give ${what}`];

function prepare(names: readonly string[], place: { account?: string; region?: string }, out: string): void {
  const { policies, demand } = plan(variants(names), place);
  mkdirSync(out, { recursive: true });
  for (const [name, policy] of Object.entries(policies)) {
    writeFileSync(join(out, `${name}.json`), `${JSON.stringify(policy, undefined, 2)}\n`);
  }
  const rows = Object.entries(policies).map(([name, policy]) => [
    name,
    policy.Statement.reduce((sum, { Action }) => sum + Action.length, 0),
    sizeOf(policy),
  ]);
  console.log(`${textTable([['policy', 'actions', 'characters'], ...rows])}\n`);
  console.log(`${instructions(Object.keys(policies), names, place, out)}\n`);
  console.log(limits(demand).join('\n'));
  const execution = Object.keys(policies).length - 1;
  if (execution > policiesOfRole) {
    console.warn(
      `\n${execution} policies are more than the ${policiesOfRole} a role takes; name fewer architectures, or ask AWS for more`,
    );
  }
}
