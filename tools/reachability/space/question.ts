import { either, everything, nothing, pingRequest, rule, trafficText, type Traffic } from './traffic';
import { union, type Ranges } from './ranges';

/** The traffic a question is about. */
export interface Asked {
  readonly traffic: Traffic;
  /** Whether all of it must get through for a yes, or any of it is enough. */
  readonly all: boolean;
  readonly text: string;
}

/** A port, or a range of ports such as `1024-65535`. */
export type Port = number | `${number}-${number}`;

/** TCP on these ports, all of them; on any port when none is given. */
export const tcp = (...ports: readonly Port[]): Asked => onPorts('tcp', ports);
/** UDP on these ports, all of them; on any port when none is given. */
export const udp = (...ports: readonly Port[]): Asked => onPorts('udp', ports);

/**
 * ICMP: a ping when no type is given.
 *
 * @param type the type of the message, as ICMP over IPv4 numbers it
 * @param code its code; all codes when left out
 */
export function icmp(type?: number, code?: number): Asked {
  const traffic = type === undefined ? { ...nothing, ...pingRequest } : rule('icmp', type, code);
  return { traffic, all: true, text: type === undefined ? 'ping' : trafficText(traffic) };
}

/** Any traffic at all. */
export const anything: Asked = { traffic: everything, all: false, text: 'anything' };

/**
 * Reads traffic as people write it: `443`, `tcp 80,443`, `udp/53`, `ping`, `anything`, several of them separated by `;`.
 *
 * @throws when a part is none of these
 */
export function asked(text: string): Asked {
  const parts = text.split(';').map((part) => part.trim());
  if (parts.length === 1 && /^(anything|any|\*|)$/.test(parts[0])) return anything;
  return parts.map(part).reduce((all, one) => ({
    traffic: either(all.traffic, one.traffic),
    all: true,
    text: `${all.text}; ${one.text}`,
  }));
}

function part(text: string): Asked {
  if (text === 'ping' || text === 'icmp') return icmp();
  if (text === 'everything') return { traffic: everything, all: true, text };
  const [, protocol = 'tcp', ports] = /^(?:(tcp|udp)(?:[ /]+|$))?((?:\d+(?:-\d+)?[ ,]*)*)$/i.exec(text) ?? [];
  const list = (ports ?? '').split(/[ ,]+/).filter(Boolean) as Port[];
  if (ports === undefined || (list.length === 0 && !/^(tcp|udp)$/i.test(text)))
    throw new Error(`"${text}" is no traffic; write a port such as 443, tcp 80,443, udp 53, ping or anything`);
  return protocol.toLowerCase() === 'udp' ? udp(...list) : tcp(...list);
}

function onPorts(kind: 'tcp' | 'udp', ports: readonly Port[]): Asked {
  if (ports.length === 0) return { traffic: rule(kind), all: false, text: `${kind} on any port` };
  const ranges = ports.map(range).reduce(union);
  return { traffic: { ...nothing, [kind]: ranges }, all: true, text: trafficText({ ...nothing, [kind]: ranges }) };
}

function range(port: Port): Ranges {
  const [low, high = low] = String(port).split('-').map(Number);
  if (!(Number.isInteger(low) && Number.isInteger(high) && low >= 0 && low <= high && high <= 65_535))
    throw new Error(`${port} is no port; write one from 0 to 65535, or a range such as 1024-65535`);
  return [[low, high]];
}
