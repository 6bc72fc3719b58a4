/** Arithmetic on IPv6 addresses. Pure: no CDK, no state. */

const pattern = /^[0-9a-f]{1,4}$/i;

/** Why a text is not an IPv6 address; nothing if it is one. @claims network-ipv6-notation */
export function address6Fault(name: string, text: string): string | undefined {
  const runs = text.split('::');
  if (runs.length > 2) return `${name} is ${text}; shorten one run of zeros to ::, not ${runs.length - 1}`;
  const hextets = runs.flatMap((run) => (run === '' ? [] : run.split(':')));
  const bad = hextets.find((hextet) => !pattern.test(hextet));
  if (bad !== undefined) return `${name} is ${text}; write hextets of one to four hexadecimal digits, not "${bad}"`;
  if (runs.length === 1 ? hextets.length !== 8 : hextets.length > 7)
    return `${name} is ${text}, ${hextets.length} hextets; write eight, or fewer with one ::`;
  return undefined;
}

/** Why a text is not an IPv6 block in canonical form, with the form to write; nothing if it is one. */
export function cidr6Fault(name: string, text: string): string | undefined {
  const [address, prefix, ...rest] = text.split('/');
  if (prefix === undefined || rest.length > 0 || !/^\d{1,3}$/.test(prefix) || Number(prefix) > 128)
    return `${name} is ${text}; write an address and a prefix from 0 to 128, such as 2001:db8::/48`;
  const fault = address6Fault(name, address);
  if (fault) return fault;
  const { first } = range6(text);
  const canonical = `${first}/${prefix}`;
  return canonical === text ? undefined : `${name} is ${text}; write ${canonical}`;
}

/** All eight hextets with their leading zeros. @claims network-ipv6-notation */
export const expand6 = (address: string): string =>
  hextetsOf(toNumber6(address))
    .map((hextet) => hextet.padStart(4, '0'))
    .join(':');

/** The short form: no leading zeros, and the longest run of zeros as `::`. @claims network-ipv6-notation */
export function compress6(address: string): string {
  return toText6(toNumber6(address));
}

/** First and last address of a block; host bits in it are ignored. @claims network-ipv6-notation */
export function range6(cidr: string): { readonly first: string; readonly last: string } {
  const { first, last } = bounds6(cidr);
  return { first: toText6(first), last: toText6(last) };
}

/** Whether a block holds an address or a whole other block. */
export function contains6(outer: string, inner: string): boolean {
  const [a, b] = [bounds6(outer), bounds6(inner.includes('/') ? inner : `${inner}/128`)];
  return a.first <= b.first && b.last <= a.last;
}

function bounds6(cidr: string): { readonly first: bigint; readonly last: bigint } {
  const [address, prefix] = cidr.split('/') as [string, string];
  const host = (1n << BigInt(128 - Number(prefix))) - 1n;
  const first = toNumber6(address) & ~host;
  return { first, last: first | host };
}

function toNumber6(address: string): bigint {
  const fault = address6Fault('address', address);
  if (fault) throw new Error(fault);
  const [head, tail] = address.split('::').map((run) => (run === '' ? [] : run.split(':')));
  const zeros = Array<string>(8 - head.length - (tail?.length ?? 0)).fill('0');
  const hextets = tail === undefined ? head : [...head, ...zeros, ...tail];
  return hextets.reduce((sum, hextet) => (sum << 16n) + BigInt(`0x${hextet}`), 0n);
}

const hextetsOf = (address: bigint): string[] =>
  Array.from({ length: 8 }, (_, i) => ((address >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));

/** The first of the longest runs of two or more zeros is shortened (RFC 5952). */
function toText6(address: bigint): string {
  const hextets = hextetsOf(address);
  let [start, length] = [0, 1];
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && hextets[end] === '0') end++;
    if (end - i > length) [start, length] = [i, end - i];
  }
  if (length < 2) return hextets.join(':');
  return `${hextets.slice(0, start).join(':')}::${hextets.slice(start + length).join(':')}`;
}
