import { AaaaRecord, ARecord, RecordTarget, type IAliasRecordTarget, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { aliasFaults, outsideZone } from './alias-faults';

export interface AliasRecordProps {
  /** The public zone that holds the name. */
  readonly zone: IHostedZone;
  /** The name in full, without a dot at its end; it is the zone's own name or ends in it. */
  readonly name: string;
  /** What the name stands for. */
  readonly target: IAliasRecordTarget;
  /**
   * Whether the record leaves the answers while its target is unhealthy. Not possible for a distribution.
   * @default false
   */
  readonly evaluateTargetHealth?: boolean;
}

/**
 * A name for an AWS resource, over IPv4 and IPv6. It follows the resource's addresses, may stand at the top of a zone where a
 * CNAME may not, and queries for it are free.
 *
 * @claims edge-alias-record, edge-alternate-domain, edge-alias-website-bucket
 */
export class AliasRecord extends Construct {
  constructor(scope: Construct, id: string, props: AliasRecordProps) {
    super(scope, id);
    const { zone, name, target, evaluateTargetHealth = false } = props;
    refuse(this, [outsideZone(name, zone), ...aliasFaults(name, target, evaluateTargetHealth)]);

    const alias = RecordTarget.fromAlias({
      bind: (record, ofZone) => ({ ...target.bind(record, ofZone), evaluateTargetHealth }),
    });
    new ARecord(this, 'Ipv4', { zone, recordName: `${name}.`, target: alias });
    new AaaaRecord(this, 'Ipv6', { zone, recordName: `${name}.`, target: alias });
  }
}
