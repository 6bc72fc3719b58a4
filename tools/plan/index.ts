import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { AddressPlan, defaultTiers, type Access, type TierSpec } from '../../lib/constructs/network/address-plan';
import {
  addressFault,
  cidrFault,
  cidrToRange,
  contains,
  count,
  rangeToCidrs,
  reservedAddresses,
  subnetFaults,
  usableAddresses,
} from '../../lib/constructs/network/cidr';
import { RangeRegistry } from '../../lib/constructs/network/range-registry';
import { textTable } from '../table';

const usage = `groundplan plan [<cidr>] [--tiers <name[:access],...>] [--zones <n>] [--zone-slots <n>] [--tier-slots <n>]
    the addresses of a network; access is public, private, isolated or reserved
groundplan plan --cidr <block or first-last> [--has <address>]
    what a block or a range of addresses is
groundplan plan --subnet <block>
    which addresses of a subnet can be used
groundplan plan --registry <file.json> [--write]
    hand out ranges to accounts and Regions; --write keeps them in the file`;

const options = {
  tiers: { type: 'string' },
  zones: { type: 'string' },
  'zone-slots': { type: 'string' },
  'tier-slots': { type: 'string' },
  cidr: { type: 'string' },
  has: { type: 'string' },
  subnet: { type: 'string' },
  registry: { type: 'string' },
  write: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parse>['values'];

/** What each form of the command takes beside the option that names it. */
const forms: Readonly<Record<'cidr' | 'subnet' | 'registry', readonly string[]>> = {
  cidr: ['has'],
  subnet: [],
  registry: ['write'],
};

/**
 * Plans the addresses of a network, and answers what a block holds.
 *
 * @returns 0, or 2 where the words cannot be understood
 */
export function run(args: readonly string[]): number {
  try {
    const { values, positionals } = parse(args);
    console.log(answer(values, positionals));
    return 0;
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    console.error(code?.startsWith('ERR_PARSE_ARGS') ? `${message}\n\n${usage}` : message);
    return 2;
  }
}

const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options, allowPositionals: true, strict: true });

function answer(values: Values, positionals: readonly string[]): string {
  const form = (['cidr', 'subnet', 'registry'] as const).find((name) => values[name] !== undefined);
  const foreign = Object.keys(values).filter((name) =>
    form ? name !== form && !forms[form].includes(name) : ['has', 'write'].includes(name),
  );
  if (foreign.length > 0)
    throw new Error(`--${foreign[0]} does not go with ${form ? `--${form}` : 'a plan'}; leave one of the two out`);
  if (positionals.length > (form ? 0 : 1))
    throw new Error(`"${positionals.at(-1)}" is one word too many; a plan takes one block, and options begin with --`);

  if (values.cidr !== undefined) return describeBlocks(values.cidr, values.has);
  if (values.subnet !== undefined) return describeSubnet(values.subnet);
  if (values.registry !== undefined) return describeRegistry(values.registry, values.write ?? false);
  return describePlan(values, positionals[0]);
}

function describePlan(values: Values, cidr: string | undefined): string {
  const zones = number('zones', values.zones);
  const zoneSlots = number('zone-slots', values['zone-slots']);
  const tierSlots = number('tier-slots', values['tier-slots']);
  const plan = new AddressPlan({
    ...(cidr !== undefined && { cidr }),
    ...(values.tiers !== undefined && { tiers: values.tiers.split(',').map(tier) }),
    ...(zones !== undefined && { zones }),
    ...(zoneSlots !== undefined && { zoneSlots }),
    ...(tierSlots !== undefined && { tierSlots }),
  });
  const subnets = plan.slots.length - plan.freeSlots;
  return [
    textTable(plan.toTable()),
    '',
    `${plan.cidr}: ${subnets} subnets, ${plan.freeSlots} of ${plan.slots.length} slots free.`,
  ].join('\n');
}

function describeBlocks(text: string, has: string | undefined): string {
  const [from, to, ...rest] = text.split('-').map((end) => end.trim());
  if (rest.length > 0)
    throw new Error(`cidr is ${text}; write a block, or a first and a last address with one - between`);
  refuse(to === undefined && cidrFault('cidr', from));
  refuse(has !== undefined && addressFault('has', has));
  const blocks = to === undefined ? [from] : rangeToCidrs(from, to);
  const table = textTable([
    ['CIDR', 'first', 'last', 'addresses'],
    ...blocks.map((block) => {
      const { first, last } = cidrToRange(block);
      return [block, first, last, count(block)];
    }),
  ]);
  if (has === undefined) return table;
  const holder = blocks.find((block) => contains(block, has));
  return `${table}\n\n${has} is ${holder ? `in ${holder}` : 'in none of them'}.`;
}

function describeSubnet(subnet: string): string {
  refuse(...subnetFaults([subnet], [subnet]));
  const { first, last } = cidrToRange(subnet);
  return [
    textTable([['reserved', 'for'], ...reservedAddresses(subnet).map(({ address, use }) => [address, use])]),
    '',
    `${subnet} runs from ${first} to ${last}: ${count(subnet)} addresses, ${usableAddresses(subnet)} usable.`,
  ].join('\n');
}

function describeRegistry(file: string, write: boolean): string {
  const registry = RangeRegistry.parse(readFileSync(file, 'utf8'));
  if (write) writeFileSync(file, `${JSON.stringify(registry.toJSON(), undefined, 2)}\n`);
  return [
    textTable(registry.toTable()),
    '',
    `${registry.remaining} /16 ranges remain, beside ${registry.reserved} kept for further Regions.`,
  ].join('\n');
}

/** A tier as `name` or `name:access`; the default plan's names bring their access along. */
function tier(text: string): TierSpec {
  const [name = '', access = defaultTiers.find((one) => one.name === name)?.access] = text.trim().split(':');
  const known: readonly Access[] = ['public', 'private', 'isolated', 'reserved'];
  if (access !== undefined && (known as readonly string[]).includes(access)) return { name, access: access as Access };
  throw new Error(`tiers has ${text}; write it as ${name || 'name'}:${known.join(`, ${name || 'name'}:`)}`);
}

function number(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Error(`--${name} is ${text}; give a whole number`);
  return Number(text);
}

function refuse(...faults: readonly (string | false | undefined)[]): void {
  const real = faults.filter(Boolean);
  if (real.length > 0) throw new Error(real.join('\n'));
}
