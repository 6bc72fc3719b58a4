import type { Family } from './blocks';
import { difference, intersection, none, rangesText, union, type Ranges } from './ranges';

/**
 * A set of traffic: ports of TCP and UDP, types and codes of ICMP (as type times 256 plus code), and numbers of other
 * protocols. Sets rather than single ports go through the network, so that the table of who reaches whom needs no probing.
 */
export interface Traffic {
  readonly tcp: Ranges;
  readonly udp: Ranges;
  readonly icmp: Ranges;
  readonly icmp6: Ranges;
  readonly other: Ranges;
}

const kinds = ['tcp', 'udp', 'icmp', 'icmp6', 'other'] as const;
const every: Ranges = [[0, 65_535]];

export const nothing: Traffic = { tcp: none, udp: none, icmp: none, icmp6: none, other: none };
export const everything: Traffic = {
  tcp: every,
  udp: every,
  icmp: every,
  icmp6: every,
  other: difference([[0, 255]], [[1, 1], [6, 6], [17, 17], [58, 58]]), // prettier-ignore
};

const combine =
  (operation: (a: Ranges, b: Ranges) => Ranges) =>
  (a: Traffic, b: Traffic): Traffic => ({
    tcp: operation(a.tcp, b.tcp),
    udp: operation(a.udp, b.udp),
    icmp: operation(a.icmp, b.icmp),
    icmp6: operation(a.icmp6, b.icmp6),
    other: operation(a.other, b.other),
  });

const unite = combine(union);
const intersect = combine(intersection);
const subtract = combine(difference);

/** Traffic of either set. */
export const either = (a: Traffic, b: Traffic): Traffic => (a === nothing ? b : b === nothing ? a : unite(a, b));
/** Traffic of both sets. */
export const both = (a: Traffic, b: Traffic): Traffic =>
  a === everything ? b : b === everything ? a : a === nothing || b === nothing ? nothing : intersect(a, b);
/** Traffic of the first set that is not in the second. */
export const without = (a: Traffic, b: Traffic): Traffic =>
  b === everything ? nothing : b === nothing ? a : subtract(a, b);
export const isNothing = (traffic: Traffic): boolean =>
  traffic === nothing || kinds.every((kind) => traffic[kind].length === 0);
/** Whether all of the second set is in the first. */
export const includes = (a: Traffic, b: Traffic): boolean => isNothing(without(b, a));
export const same = (a: Traffic, b: Traffic): boolean => includes(a, b) && includes(b, a);

/** What of a set can travel over one internet protocol: each has an ICMP of its own. */
export const inFamily = (traffic: Traffic, family: Family): Traffic => ({
  ...traffic,
  [family === 4 ? 'icmp6' : 'icmp']: none,
});

/** Where a client's side of a connection may be: the range Linux, Windows, load balancers and NAT gateways choose from. */
export const ephemeralPorts: readonly [number, number] = [1024, 65_535];

const echo = { icmp: [8, 0], icmp6: [128, 129] } as const;
const ofType = (type: number): Ranges => [[type * 256, type * 256 + 255]];

/** The reply to a ping, where the request is in the set. */
export const pingReply: Pick<Traffic, 'icmp' | 'icmp6'> = { icmp: ofType(0), icmp6: ofType(129) };
export const pingRequest: Pick<Traffic, 'icmp' | 'icmp6'> = {
  icmp: ofType(echo.icmp[0]),
  icmp6: ofType(echo.icmp6[0]),
};

/**
 * Traffic as security groups and network ACLs write it.
 *
 * @param protocol a name or a number, -1 for all
 * @param from first port, or the ICMP type; -1 for all
 * @param to last port, or the ICMP code; -1 for all
 */
export function rule(protocol: string, from?: number, to?: number): Traffic {
  const number = protocolNumber(protocol);
  if (number === -1) return everything;
  if (number === 6) return { ...nothing, tcp: ports(from, to) };
  if (number === 17) return { ...nothing, udp: ports(from, to) };
  if (number === 1) return { ...nothing, icmp: icmpRanges(from, to) };
  if (number === 58) return { ...nothing, icmp6: icmpRanges(from, to) };
  return { ...nothing, other: [[number, number]] };
}

/** The number of a protocol given by name or number; NaN for anything else. */
export function protocolNumber(protocol: string): number {
  const named: Readonly<Record<string, number>> = { all: -1, icmp: 1, tcp: 6, udp: 17, icmpv6: 58 };
  const lower = protocol.toLowerCase();
  if (lower in named) return named[lower];
  return /^(-1|\d{1,3})$/.test(lower) && Number(lower) < 256 ? Number(lower) : NaN;
}

const ports = (from?: number, to?: number): Ranges =>
  from === undefined || from === -1 ? every : [[from, Math.max(from, to ?? from)]];

function icmpRanges(type = -1, code = -1): Ranges {
  if (type === -1) return every;
  return code === -1 ? ofType(type) : [[type * 256 + code, type * 256 + code]];
}

/** `tcp 80, 443; udp 53; ping`, or `everything`. */
export function trafficText(traffic: Traffic): string {
  if (isNothing(traffic)) return 'nothing';
  const full = (kind: keyof Traffic) => difference(everything[kind], traffic[kind]).length === 0;
  if (full('tcp') && full('udp') && full('other') && (full('icmp') || full('icmp6'))) return 'everything';
  return [
    ...(['tcp', 'udp'] as const).map((kind) => {
      if (traffic[kind].length === 0) return '';
      return full(kind) ? kind : `${kind} ${rangesText(traffic[kind])}`;
    }),
    icmpText(traffic),
    full('other') ? 'other protocols' : traffic.other.length > 0 ? `protocol ${rangesText(traffic.other)}` : '',
  ]
    .filter(Boolean)
    .join('; ');
}

function icmpText({ icmp, icmp6 }: Traffic): string {
  const pings = (['icmp', 'icmp6'] as const).filter(
    (kind) => difference(pingRequest[kind], { icmp, icmp6 }[kind]).length === 0,
  );
  const rest = [
    ...typesText('icmp', pings.includes('icmp') ? difference(icmp, pingRequest.icmp) : icmp),
    ...typesText('icmpv6', pings.includes('icmp6') ? difference(icmp6, pingRequest.icmp6) : icmp6),
  ];
  const whole = [icmp, icmp6].some((ranges) => difference(every, ranges).length === 0);
  if (whole) return 'icmp';
  return [...(pings.length > 0 ? ['ping'] : []), ...rest].join('; ');
}

/** Whole types as numbers, single codes as `type/code`. */
function typesText(name: string, ranges: Ranges): string[] {
  if (ranges.length === 0) return [];
  const texts = ranges.map(([low, high]) => {
    const [from, to] = [Math.floor(low / 256), Math.floor(high / 256)];
    if (low % 256 === 0 && high % 256 === 255) return from === to ? String(from) : `${from}-${to}`;
    return low === high ? `${from}/${low % 256}` : `${from}/${low % 256}-${to}/${high % 256}`;
  });
  return [`${name} ${texts.join(', ')}`];
}
