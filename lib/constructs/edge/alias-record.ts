import { CfnDistribution, type IDistribution } from 'aws-cdk-lib/aws-cloudfront';
import { AaaaRecord, ARecord, RecordTarget, type IAliasRecordTarget, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { refuse } from '../faults';

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
 * @claims edge-alias-record, edge-alternate-domain
 */
export class AliasRecord extends Construct {
  constructor(scope: Construct, id: string, props: AliasRecordProps) {
    super(scope, id);
    const { zone, name, target, evaluateTargetHealth = false } = props;
    refuse(this, [...nameFaults(name, zone), ...distributionFaults(name, target, evaluateTargetHealth)]);

    const alias = RecordTarget.fromAlias({
      bind: (record, ofZone) => ({ ...target.bind(record, ofZone), evaluateTargetHealth }),
    });
    new ARecord(this, 'Ipv4', { zone, recordName: `${name}.`, target: alias });
    new AaaaRecord(this, 'Ipv6', { zone, recordName: `${name}.`, target: alias });
  }
}

function nameFaults(name: string, { zoneName }: IHostedZone): (string | false)[] {
  if (Token.isUnresolved(name) || Token.isUnresolved(zoneName)) return [];
  const within = name === zoneName || name.endsWith(`.${zoneName}`);
  return [!within && `name is ${name}, which the zone ${zoneName} does not hold; give a name in it, or its own zone`];
}

function distributionFaults(
  name: string,
  target: IAliasRecordTarget,
  evaluateTargetHealth: boolean,
): (string | false)[] {
  if (!(target instanceof CloudFrontTarget)) return [];
  const { distribution } = target as unknown as { distribution: IDistribution };
  const resource = distribution.node.defaultChild;
  const listed =
    resource instanceof CfnDistribution
      ? ((Stack.of(resource).resolve(resource.distributionConfig) as CfnDistribution.DistributionConfigProperty)
          .aliases ?? [])
      : undefined;
  return [
    evaluateTargetHealth && 'evaluateTargetHealth is true, but a distribution has no health to ask for; leave it out',
    listed !== undefined &&
      !listed.includes(name) &&
      `name is ${name}, which the distribution does not answer for (it lists ${listed.join(', ') || 'no name'}); add it to domainNames`,
  ];
}
