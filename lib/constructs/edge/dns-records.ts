import { Duration, Token } from 'aws-cdk-lib';
import type { IHostedZone, IRecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { labelOf, longestTtl, recordFaults, writeRecords, type ZoneRecord } from '../network/zone-records';
import { RecordRules } from './record-rules';

/**
 * How long resolvers keep answers where a record does not say: half an hour, or a minute while a change is coming. Lower it at least as
 * long before the change as answers were kept until then.
 */
export const ttlProfiles: Readonly<Record<TtlProfile, Duration>> = {
  steady: Duration.minutes(30),
  migration: Duration.minutes(1),
};
export type TtlProfile = 'steady' | 'migration';

export interface DnsRecordsProps {
  /** The public zone that gets the records. */
  readonly zone: IHostedZone;
  /** All of them; names are those within the zone. */
  readonly records: readonly ZoneRecord[];
  /**
   * How long answers are kept where a record does not say.
   * @default 'steady', 30 minutes
   */
  readonly ttl?: TtlProfile;
}

/** The addresses of one name, IPv4 and IPv6, as the two records that they are. */
export function addresses(name: string | undefined, values: readonly string[]): ZoneRecord[] {
  const six = values.filter((value) => value.includes(':'));
  const four = values.filter((value) => !value.includes(':'));
  const at = name === undefined ? {} : { name };
  return [
    ...(four.length > 0 ? [{ ...at, type: 'A' as const, values: four }] : []),
    ...(six.length > 0 ? [{ ...at, type: 'AAAA' as const, values: six }] : []),
  ];
}

/**
 * Plain records of a public zone: addresses, aliases, mail servers, texts. Text longer than 255 characters is cut into the pieces that
 * the DNS wants, and a mail server without a dot is one of the zone.
 *
 * @claims edge-record-types, edge-mx-host-names, edge-txt-ownership, edge-record-ttl, edge-cname-apex
 */
export class DnsRecords extends Construct {
  readonly recordSets: readonly IRecordSet[];

  constructor(scope: Construct, id: string, props: DnsRecordsProps) {
    super(scope, id);
    const { zone, records, ttl = 'steady' } = props;
    refuse(this, [
      records.length === 0 && 'records are none; give at least one',
      ...records.map((record) => doubledFault(record, zone.zoneName)),
      ...recordFaults(records, longestTtl),
    ]);
    const timed = records.map((record) => ({ ...record, ttl: record.ttl ?? ttlProfiles[ttl] }));
    this.recordSets = writeRecords(this, zone, zone.zoneName, timed);
    RecordRules.guard(this);
  }
}

/** A name given in full would stand in the zone with the zone's name twice. */
function doubledFault(record: ZoneRecord, zone: string): string | false {
  const { name } = record;
  if (name === undefined || Token.isUnresolved(zone)) return false;
  const bare = name.replace(/\.$/, '');
  if (bare === zone) return `record ${labelOf(record)} names the zone; leave its name out`;
  return (
    bare.endsWith(`.${zone}`) &&
    `record ${labelOf(record)} ends in the zone already; write ${bare.slice(0, -zone.length - 1)}`
  );
}
