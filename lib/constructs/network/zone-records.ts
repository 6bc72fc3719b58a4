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
  readonly type: 'A' | 'AAAA' | 'CNAME' | 'MX' | 'SRV' | 'TXT';
  /** All values of the name and type: addresses, a name, or text; one for CNAME. */
  readonly values: readonly string[];
  /**
   * How long resolvers keep an answer, 0 seconds to 7 days.
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

/** Everything wrong with the records of one zone. */
export function recordFaults(records: readonly ZoneRecord[]): (string | undefined | false)[] {
  return [
    ...records.flatMap((record) => [nameFault(record), ttlFault(record), ...valueFaults(record)]),
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
        target: RecordTarget.fromValues(
          ...record.values.map((value) => (record.type === 'TXT' ? quoted(value) : value)),
        ),
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

function ttlFault(record: ZoneRecord): string | false {
  const { ttl = Duration.minutes(5) } = record;
  return (
    !ttl.isUnresolved() &&
    ttl.toSeconds({ integral: false }) > 604_800 &&
    `ttl of ${labelOf(record)} is ${ttl.toHumanString()}; give at most 7 days`
  );
}

function valueFaults(record: ZoneRecord): (string | undefined | false)[] {
  const { type, values } = record;
  const name = `values of ${labelOf(record)}`;
  return [
    values.length === 0 && `${name} are none; give at least one`,
    type === 'CNAME' && values.length > 1 && `${name} are ${values.join(', ')}; an alias has one, so give one`,
    ...values.map((value) => {
      if (Token.isUnresolved(value)) return undefined;
      if (type === 'A') return addressFault(name, value);
      if (type === 'AAAA') return address6Fault(name, value);
      return type === 'CNAME' ? domainNameFault(name, value) : undefined;
    }),
  ];
}

/** Text in the quotes that a zone wants, cut where one piece would be longer than the 255 bytes it may have. */
const quoted = (text: string): string =>
  (text.match(/[^]{1,255}/g) ?? ['']).map((piece) => `"${piece.replace(/["\\]/g, '\\$&')}"`).join(' ');

const idOf = ({ name = 'own', type }: ZoneRecord): string =>
  `${name.replace(/\*/g, 'any').replace(/(^|[^a-z0-9]+)([a-z0-9])/g, (_, _gap, letter: string) => letter.toUpperCase())}${type}`;
