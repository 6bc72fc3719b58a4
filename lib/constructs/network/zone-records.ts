import { Duration, Token } from 'aws-cdk-lib';
import { RecordSet, RecordTarget, type IHostedZone, type RecordType } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { addressFault } from './cidr';
import { domainNameFault } from './domain-name';
import { address6Fault } from './ipv6';
import type { NameZone } from './resolve-name';

/** One set of values under one name of a zone. */
export interface ZoneRecord {
  /**
   * The name within the zone, such as `accounting`; `*` stands for names without a record of their own.
   * @default - the zone's own name
   */
  readonly name?: string;
  readonly type: 'A' | 'AAAA' | 'CAA' | 'CNAME' | 'DS' | 'MX' | 'NS' | 'SRV' | 'TXT';
  /**
   * All values of the name and type: addresses, names, or text; one for CNAME. A mail server is a priority, lowest first, and a host:
   * `10 mail` means that of the zone, `10 mail.example.net` one elsewhere.
   */
  readonly values: readonly string[];
  /**
   * How long resolvers keep an answer, 0 seconds to 7 days; in public zones longer too.
   * @default Duration.minutes(5)
   */
  readonly ttl?: Duration;
}

/** The name of a record in full. */
export const fullName = ({ name }: ZoneRecord, zone: string): string => (name === undefined ? zone : `${name}.${zone}`);

/** How faults and ids call a record: `accounting A`; the zone's own name is `@`. */
export const labelOf = ({ name = '@', type }: ZoneRecord): string => `${name} ${type}`;

/** What a zone answers with, for `resolveName`. */
export const zoneOf = (name: string, records: readonly ZoneRecord[]): NameZone => ({
  name,
  records: records.map((record) => ({ name: fullName(record, name), type: record.type, values: record.values })),
});

/** The longest time an answer may be kept, by the DNS itself. */
export const longestTtl: Duration = Duration.seconds(2_147_483_647);

/** Everything wrong with the records of one zone. */
export function recordFaults(
  records: readonly ZoneRecord[],
  longest: Duration = Duration.days(7),
): (string | undefined | false)[] {
  return [
    ...records.flatMap((record) => [
      nameFault(record),
      ttlFault(labelOf(record), record.ttl, longest),
      ...valueFaults(record),
    ]),
    ...records.filter(isRepeated).map((record) => `records has ${labelOf(record)} twice; give one with all its values`),
    ...records
      .filter(({ type, name }) => type === 'CNAME' && name === undefined)
      .map(
        (record) =>
          `records has ${labelOf(record)}, but a zone's own name cannot be an alias by CNAME; use an AliasRecord, or addresses`,
      ),
    ...records
      .filter(
        (record) =>
          record.type === 'CNAME' && records.some((other) => other.name === record.name && other.type !== 'CNAME'),
      )
      .map(
        (record) =>
          `records has ${labelOf(record)} beside another type; a CNAME stands alone, so leave one of them out`,
      ),
  ];
}

/** Writes records into a zone, below `scope`, by their full names, so that the zone may begin further up. */
export function writeRecords(
  scope: Construct,
  zone: IHostedZone,
  name: string,
  records: readonly ZoneRecord[],
): RecordSet[] {
  return records.map(
    (record) =>
      new RecordSet(scope, idOf(record), {
        zone,
        recordName: `${fullName(record, name)}.`,
        recordType: record.type as RecordType,
        ttl: record.ttl ?? Duration.minutes(5),
        target: RecordTarget.fromValues(...record.values.map((value) => writtenValue(record.type, value, name))),
      }),
  );
}

const isRepeated = (record: ZoneRecord, at: number, all: readonly ZoneRecord[]): boolean =>
  all.findIndex((other) => labelOf(other) === labelOf(record)) < at;

function nameFault(record: ZoneRecord): string | undefined {
  if (record.name === undefined || record.name === '*') return undefined;
  const fault = domainNameFault('name', record.name.replace(/^\*\./, ''));
  return fault && `record ${labelOf(record)}: ${fault}`;
}

/** Why an answer cannot be kept so long; nothing if it can. */
export function ttlFault(label: string, ttl: Duration | undefined, longest: Duration): string | false {
  return (
    ttl !== undefined &&
    !ttl.isUnresolved() &&
    ttl.toSeconds({ integral: false }) > longest.toSeconds() &&
    `ttl of ${label} is ${ttl.toHumanString()}; give at most ${longest === longestTtl ? '2,147,483,647 seconds' : longest.toHumanString()}`
  );
}

/** Everything wrong with the values of one record. */
export function valueFaults(record: ZoneRecord): (string | undefined | false)[] {
  const { type, values } = record;
  const name = `values of ${labelOf(record)}`;
  return [
    values.length === 0 && `${name} are none; give at least one`,
    type === 'CNAME' && values.length > 1 && `${name} are ${values.join(', ')}; an alias has one, so give one`,
    ...values.map((value) => (Token.isUnresolved(value) ? undefined : valueFault(type, name, value))),
  ];
}

function valueFault(type: ZoneRecord['type'], name: string, value: string): string | undefined {
  switch (type) {
    case 'A':
      return addressFault(name, value);
    case 'AAAA':
      return address6Fault(name, value);
    case 'CNAME':
    case 'NS':
      return hostFault(name, value);
    case 'MX':
      return mailFault(name, value);
    case 'CAA':
    case 'DS':
    case 'SRV':
    case 'TXT':
      return undefined;
  }
}

/** A record that leads to another name cannot lead to an address. */
function hostFault(name: string, host: string): string | undefined {
  return addressFault('', host) === undefined || address6Fault('', host) === undefined
    ? `${name} is ${host}, an address; give a name, or an A or AAAA record`
    : domainNameFault(name, host.replace(/\.$/, ''));
}

function mailFault(name: string, value: string): string | undefined {
  const [, priority, host] = /^(\d+) (\S+)$/.exec(value) ?? [];
  if (host === undefined) return `${name} is ${value}; write a priority and a host, such as 10 mail`;
  return Number(priority) > 65_535
    ? `${name} is ${value}; give a priority from 0 to 65535, lowest first`
    : hostFault(name, host);
}

/** A value as the zone wants it. */
export function writtenValue(type: ZoneRecord['type'], value: string, zone: string): string {
  if (Token.isUnresolved(value)) return value;
  if (type === 'TXT') return quoted(value);
  return type === 'MX' ? mailServer(value, zone) : value;
}

/**
 * A mail server with its host in full. Route 53 takes `10 mail` for a host of the top level, not for one of the zone.
 *
 * @claims edge-mx-host-names
 */
function mailServer(value: string, zone: string): string {
  const [priority, host] = value.split(' ');
  if (host.endsWith('.')) return value;
  return `${priority} ${host.includes('.') ? host : `${host}.${zone}`}.`;
}

/** Text in the quotes that a zone wants, cut where one piece would be longer than the 255 bytes it may have. */
const quoted = (text: string): string =>
  (text.match(/[^]{1,255}/g) ?? ['']).map((piece) => `"${piece.replace(/["\\]/g, '\\$&')}"`).join(' ');

const idOf = ({ name = 'own', type }: ZoneRecord): string =>
  `${name.replace(/\*/g, 'any').replace(/(^|[^a-z0-9]+)([a-z0-9])/g, (_, _gap, letter: string) => letter.toUpperCase())}${type}`;
