import { Token } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { PublicHostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { domainNameFault } from './domain-name';
import { InternalZone } from './internal-zone';
import { resolveName } from './resolve-name';
import { fullName, labelOf, recordFaults, writeRecords, zoneOf, type ZoneRecord } from './zone-records';

/** A record and who is told of it. */
export interface VisibleRecord extends ZoneRecord {
  /**
   * `inside` the networks, `outside` on the internet, or `everywhere` alike. A name that means another thing outside stands in
   * the list twice, once for each side.
   */
  readonly visibility: 'inside' | 'outside' | 'everywhere';
}

export interface SplitViewZoneProps {
  /** The domain that both halves share; somebody must own it. */
  readonly name: string;
  /** The networks that see the private half. */
  readonly vpcs: readonly IVpc[];
  /** All names of both halves, at least one of them public. */
  readonly records: readonly VisibleRecord[];
  /**
   * The public zone that holds the domain; it may begin further up, and may hold more.
   * @default - a new one, to which the domain must be delegated
   */
  readonly publicZone?: IHostedZone;
}

/** The private half of a list: what the networks are told. */
export const insideOf = (records: readonly VisibleRecord[]): ZoneRecord[] =>
  records.filter(({ visibility }) => visibility !== 'outside').map(bare);

/** The public half of a list: what the internet is told. */
export const outsideOf = (records: readonly VisibleRecord[]): ZoneRecord[] =>
  records.filter(({ visibility }) => visibility !== 'inside').map(bare);

/**
 * One domain with two faces: a public zone for the internet and a private one for the networks, from one list of records.
 *
 * Every public name exists inside too, with the same or another value, since inside the private zone answers alone. What is
 * meant for the inside only, such as `accounting`, never reaches the public zone.
 *
 * @claims network-split-view
 */
export class SplitViewZone extends Construct {
  readonly inside: InternalZone;
  readonly outside: IHostedZone;

  constructor(scope: Construct, id: string, props: SplitViewZoneProps) {
    super(scope, id);
    const { name, vpcs, records } = props;
    const [inner, outer] = [insideOf(records), outsideOf(records)];
    refuse(this, [
      !Token.isUnresolved(name) && domainNameFault('name', name),
      outer.length === 0 && `records has none for the outside; add one, or use an InternalZone`,
      ...recordFaults(inner),
      ...recordFaults(outer).map((fault) => fault && `outside, ${fault}`),
      ...outer.map((record) => hiddenFault(record, name, inner)),
    ]);
    this.inside = new InternalZone(this, 'Inside', { name, vpcs, records: inner });
    this.outside = props.publicZone ?? new PublicHostedZone(this, 'Outside', { zoneName: name });
    writeRecords(this, this.outside, name, outer);
  }
}

/** Asked inside, a public name must be answered, or those in the networks lose what all the world has. */
function hiddenFault(record: ZoneRecord, zone: string, inner: readonly ZoneRecord[]): string | false {
  const { code } = resolveName(fullName(record, zone), { privateZones: [zoneOf(zone, inner)] }, record.type);
  return (
    (code === 'NXDOMAIN' || code === 'NODATA') &&
    `records has ${labelOf(record)} for the outside only, and inside the private zone would answer ${code} for it; add one with visibility inside, or make it everywhere`
  );
}

const bare = ({ visibility: _, ...record }: VisibleRecord): ZoneRecord => record;
