/**
 * Arithmetic on IPv4 blocks. Pure: no CDK, no state. Blocks are text in canonical form (`10.16.0.0/20`); whatever is not
 * canonical is refused with the form to write instead, never rounded.
 */

/** An IPv4 block as numbers. */
interface Block {
  /** The network address. */
  readonly first: number;
  readonly prefix: number;
}

const addressSpace = 2 ** 32;

/** Ranges for private networks; none of them is routed on the internet. */
export const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'] as const;
/** Carrier-grade NAT range, allowed beside a private one. */
export const sharedRange = '100.64.0.0/10';
/** What every default VPC uses. */
export const defaultVpcRange = '172.31.0.0/16';

const neverRanges = [
  ['0.0.0.0/8', '"this network"'],
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link-local'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved by the IETF'],
] as const;

/**
 * Why a text is not a block in canonical form, with the form to write; nothing if it is one.
 *
 * @param name the prop the text was given for
 * @claims network-cidr-canonical
 */
export function cidrFault(name: string, text: string): string | undefined {
  const [, octets, prefix] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(text) ?? [];
  if (octets === undefined) return `${name} is ${text}; write four numbers and a prefix, such as 10.16.0.0/16`;
  const fault = addressFault(name, octets, text);
  if (fault) return fault;
  if (Number(prefix) > 32) return `${name} is ${text}; write a prefix from 0 to 32, not ${prefix}`;
  const canonical = format(blockAt(toNumber(octets), Number(prefix)));
  if (canonical !== text)
    return `${name} is ${text}, which is not where a block of that size begins; write ${canonical}`;
  return undefined;
}

/** Why a text is not an IPv4 address; nothing if it is one. */
export function addressFault(name: string, text: string, seen: string = text): string | undefined {
  const octets = text.split('.');
  if (octets.length !== 4 || !octets.every((octet) => /^\d+$/.test(octet)))
    return `${name} is ${seen}; write four numbers with dots between them, such as 10.16.0.10`;
  const high = octets.find((octet) => Number(octet) > 255);
  if (high !== undefined) return `${name} is ${seen}; write octets from 0 to 255, not ${high}`;
  const padded = octets.find((octet) => octet !== String(Number(octet)));
  if (padded !== undefined)
    return `${name} is ${seen}; write ${Number(padded)} instead of ${padded}, which some programs read as octal`;
  return undefined;
}

/** Addresses in a block. @claims network-cidr-count */
export const count = (cidr: string): number => size(parse(cidr));

/** The length of a block's prefix. */
export const prefixOf = (cidr: string): number => parse(cidr).prefix;

/**
 * Cuts a block into equal parts, in order.
 *
 * @param prefix length of the parts' prefix; from the block's own to 32
 * @claims network-cidr-count
 */
export function split(cidr: string, prefix: number): string[] {
  const block = parse(cidr);
  if (!Number.isInteger(prefix) || prefix < block.prefix || prefix > 32)
    throw new Error(`prefix is ${prefix}; ${cidr} can be cut into parts of /${block.prefix} to /32`);
  const step = 2 ** (32 - prefix);
  return Array.from({ length: 2 ** (prefix - block.prefix) }, (_, i) =>
    format({ first: block.first + i * step, prefix }),
  );
}

/** Whether a block holds an address or a whole other block. @claims network-cidr-count */
export function contains(outer: string, inner: string): boolean {
  const [a, b] = [parse(outer), parseEither(inner)];
  return a.first <= b.first && last(b) <= last(a);
}

/** Whether two blocks share an address. @claims network-cidr-count */
export function overlaps(one: string, other: string): boolean {
  const [a, b] = [parse(one), parse(other)];
  return a.first <= last(b) && b.first <= last(a);
}

/** First and last address of a block. @claims network-cidr-range */
export function cidrToRange(cidr: string): { readonly first: string; readonly last: string } {
  const block = parse(cidr);
  return { first: toText(block.first), last: toText(last(block)) };
}

/**
 * The shortest list of blocks that holds exactly the addresses from one to another, both included.
 *
 * @claims network-cidr-range
 */
export function rangeToCidrs(from: string, to: string): string[] {
  const faults = [addressFault('first', from), addressFault('last', to)].filter(Boolean);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  let first = toNumber(from);
  const end = toNumber(to);
  if (first > end) throw new Error(`first is ${from}, above last, ${to}; write ${to}-${from}`);
  const blocks: string[] = [];
  while (first <= end) {
    let step = 1;
    while (first % (step * 2) === 0 && first + step * 2 - 1 <= end && step < addressSpace) step *= 2;
    blocks.push(format({ first, prefix: 32 - Math.log2(step) }));
    first += step;
  }
  return blocks;
}

/**
 * The five addresses of a subnet that nothing can be given.
 *
 * @claims network-subnet-reserved-addresses
 */
export function reservedAddresses(cidr: string): readonly { readonly address: string; readonly use: string }[] {
  const block = parse(cidr);
  return [
    { address: toText(block.first), use: 'network' },
    { address: toText(block.first + 1), use: 'router' },
    { address: toText(block.first + 2), use: 'DNS' },
    { address: toText(block.first + 3), use: 'future use' },
    { address: toText(last(block)), use: 'last' },
  ];
}

/** Addresses of a subnet that can be given to something. @claims network-subnet-reserved-addresses */
export const usableAddresses = (cidr: string): number => Math.max(0, count(cidr) - 5);

/**
 * Why a network interface cannot have a fixed address in a subnet; nothing if it can.
 *
 * @claims network-subnet-reserved-addresses
 */
export function fixedAddressFault(name: string, address: string, subnet: string): string | undefined {
  const fault = addressFault(name, address);
  if (fault) return fault;
  const { first } = parse(subnet);
  const usable = `${toText(first + 4)} to ${toText(last(parse(subnet)) - 1)}`;
  if (!contains(subnet, address))
    return `${name} is ${address}, outside its subnet ${subnet}; choose one from ${usable}`;
  const reserved = reservedAddresses(subnet).find((one) => one.address === address);
  return reserved && `${name} is ${address}, which ${subnet} reserves (${reserved.use}); choose one from ${usable}`;
}

/**
 * Where a VPC's own resolver answers: the base address plus two. It also answers at 169.254.169.253.
 *
 * @param vpcCidr the VPC's primary block
 * @claims network-resolver-address
 */
export const resolverAddress = (vpcCidr: string): string => toText(parse(vpcCidr).first + 2);

export interface VpcRangeOptions {
  /** Whether a range that the internet routes to somebody may be used. @default false */
  readonly allowPublicRange?: boolean;
  /** Whether the range of the default VPC may be used. @default false */
  readonly allowDefaultRange?: boolean;
}

/**
 * Everything wrong with a block as the primary range of a VPC.
 *
 * @claims network-private-ranges, network-vpc-size-limits, network-default-vpc-guard, network-cidr-canonical
 */
export function vpcCidrFaults(name: string, cidr: string, options: VpcRangeOptions = {}): string[] {
  const malformed = cidrFault(name, cidr);
  if (malformed) return [malformed];
  const faults: string[] = [];
  const { prefix } = parse(cidr);
  if (prefix < 16)
    faults.push(
      `${name} is ${cidr}, ${count(cidr)} addresses; a VPC takes at most a /16, such as ${split(cidr, 16)[0]}`,
    );
  if (prefix > 28)
    faults.push(`${name} is ${cidr}, ${count(cidr)} addresses; a VPC takes at least a /28, 16 addresses`);
  const never = neverRanges.find(([range]) => overlaps(cidr, range));
  if (never) {
    faults.push(`${name} is ${cidr}, which is ${never[1]}; choose from ${privateRanges.join(', ')}`);
  } else if (!privateRanges.some((range) => contains(range, cidr)) && !options.allowPublicRange) {
    const kind = overlaps(cidr, sharedRange)
      ? `which is only for secondary blocks`
      : 'which the internet routes to somebody else';
    faults.push(
      `${name} is ${cidr}, ${kind}; choose from ${privateRanges.join(', ')}, or set allowPublicRange if it is yours`,
    );
  }
  if (overlaps(cidr, defaultVpcRange) && !options.allowDefaultRange)
    faults.push(
      `${name} is ${cidr}, which overlaps ${defaultVpcRange}, the range of every default VPC; choose another, such as 10.16.0.0/16, or set allowDefaultRange`,
    );
  return faults;
}

/**
 * Everything wrong with the further blocks of a VPC: at most five in all, none inside another, none of another private
 * family than the primary, nor of 198.19.0.0/16.
 *
 * @claims network-secondary-cidr, network-secondary-cidr-families
 */
export function secondaryCidrFaults(name: string, primary: string, secondaries: readonly string[]): string[] {
  const malformed = secondaries.map((cidr) => cidrFault(name, cidr)).filter((fault) => fault !== undefined);
  if (malformed.length > 0) return malformed;
  const faults: string[] = [];
  if (secondaries.length > 4)
    faults.push(`${name} are ${secondaries.length} blocks; a VPC holds five with its primary one, so give at most 4`);
  const family = privateRanges.find((range) => contains(range, primary));
  secondaries.forEach((cidr, i) => {
    const { prefix } = parse(cidr);
    if (prefix < 16 || prefix > 28) faults.push(`${name} has ${cidr}; a block of a VPC is a /16 to a /28`);
    const clash = [primary, ...secondaries.slice(0, i)].find((other) => overlaps(cidr, other));
    if (clash !== undefined) faults.push(`${name} has ${cidr}, which overlaps ${clash}; choose a block beside it`);
    const never = neverRanges.find(([range]) => overlaps(cidr, range));
    if (never)
      faults.push(
        `${name} has ${cidr}, which is ${never[1]}; choose from ${family ?? privateRanges[0]} or ${sharedRange}`,
      );
    if (overlaps(cidr, '198.19.0.0/16'))
      faults.push(
        `${name} has ${cidr}, but AWS uses 198.19.0.0/16 itself; choose from ${family ?? privateRanges[0]} or ${sharedRange}`,
      );
    const other = privateRanges.find((range) => overlaps(range, cidr));
    if (other !== undefined && family !== undefined && other !== family)
      faults.push(
        `${name} has ${cidr} of ${other} beside ${primary} of ${family}, which AWS refuses; choose from ${family} or ${sharedRange}`,
      );
  });
  return faults;
}

/**
 * Everything wrong with the subnets of a VPC: each in canonical form, a /16 to a /28, inside one of the VPC's blocks, and
 * apart from its siblings.
 *
 * @claims network-subnet-fit
 */
export function subnetFaults(vpcCidrs: readonly string[], subnets: readonly string[]): string[] {
  const malformed = subnets.map((cidr) => cidrFault('subnet', cidr)).filter((fault) => fault !== undefined);
  if (malformed.length > 0) return malformed;
  return subnets.flatMap((cidr, i) => {
    const { prefix } = parse(cidr);
    const clash = subnets.slice(0, i).find((other) => overlaps(cidr, other));
    return [
      (prefix < 16 || prefix > 28) && `subnet ${cidr} has ${count(cidr)} addresses; a subnet is a /16 to a /28`,
      !vpcCidrs.some((vpc) => contains(vpc, cidr)) &&
        `subnet ${cidr} lies outside ${vpcCidrs.join(' and ')}; choose a block inside`,
      clash !== undefined && `subnet ${cidr} overlaps subnet ${clash}; give each address to one subnet`,
    ].filter((fault): fault is string => Boolean(fault));
  });
}

function parse(cidr: string): Block {
  const fault = cidrFault('cidr', cidr);
  if (fault) throw new Error(fault);
  const [address, prefix] = cidr.split('/') as [string, string];
  return { first: toNumber(address), prefix: Number(prefix) };
}

const parseEither = (text: string): Block => parse(text.includes('/') ? text : `${text}/32`);
const size = ({ prefix }: Block): number => 2 ** (32 - prefix);
const last = (block: Block): number => block.first + size(block) - 1;
const format = ({ first, prefix }: Block): string => `${toText(first)}/${prefix}`;
const blockAt = (address: number, prefix: number): Block => ({
  first: address - (address % 2 ** (32 - prefix)),
  prefix,
});
const toNumber = (address: string): number => address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
const toText = (address: number): string =>
  [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join('.');
