import { Token } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { PrivateHostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { domainNameFault } from './domain-name';
import { NameRules } from './name-rules';
import { vpcsFaults } from './per-vpc';
import type { NameZone } from './resolve-name';
import { recordFaults, writeRecords, zoneOf, type ZoneRecord } from './zone-records';

export interface InternalZoneProps {
  /** The domain, such as `internal.example.com`, in lower case and without a dot at its end. Nobody need own it. */
  readonly name: string;
  /** The networks whose resolvers answer from the zone; names must be on in each. */
  readonly vpcs: readonly IVpc[];
  /**
   * What the zone holds from the start.
   * @default - nothing
   */
  readonly records?: readonly ZoneRecord[];
}

/**
 * A private zone: names that only the resolvers of its networks answer. Everybody else is told what the public DNS says of the
 * name, which is nothing as a rule.
 *
 * Inside, the zone answers alone for its whole domain: what it lacks does not exist there, also where a public zone of the
 * same name holds it. That is what `SplitViewZone` takes care of.
 *
 * @claims network-private-zone
 */
export class InternalZone extends Construct {
  readonly hostedZone: IHostedZone;
  /** What it answers with, for `resolveName`. */
  readonly names: NameZone;

  constructor(scope: Construct, id: string, props: InternalZoneProps) {
    super(scope, id);
    const { name, vpcs, records = [] } = props;
    refuse(this, [
      !Token.isUnresolved(name) && domainNameFault('name', name),
      ...vpcsFaults(vpcs),
      ...recordFaults(records),
    ]);
    const zone = new PrivateHostedZone(this, 'Zone', { zoneName: name, vpc: vpcs[0] });
    for (const vpc of vpcs.slice(1)) zone.addVpc(vpc);
    this.hostedZone = zone;
    writeRecords(this, this.hostedZone, name, records);
    this.names = zoneOf(name, records);
    NameRules.guard(this);
  }
}
