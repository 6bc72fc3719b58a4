import { Duration, Names, Stack } from 'aws-cdk-lib';
import { CfnTrafficPolicy, CfnTrafficPolicyInstance, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { outsideZone } from './alias-faults';
import { trafficDocument, type TrafficNode } from './traffic-tree';

export interface TrafficPolicyProps {
  /** The public zone that holds the name. */
  readonly zone: IHostedZone;
  /** The name that is answered, in full. */
  readonly name: string;
  /** The rules, from the first a client meets; an endpoint alone is refused. */
  readonly tree: TrafficNode;
  /**
   * What the endpoints are.
   * @default 'A'
   */
  readonly type?: 'A' | 'AAAA' | 'CNAME' | 'TXT';
  /**
   * How long resolvers keep an answer.
   * @default Duration.seconds(60)
   */
  readonly ttl?: Duration;
  /**
   * That a name under a policy costs 50 USD a month; RoutedRecords that lead to each other cost nothing.
   * @default false, and the policy is refused
   */
  readonly acceptMonthlyCost?: boolean;
}

/**
 * A tree of routing rules for one name, as one versioned policy: for trees of many names, or that people change by hand in the console.
 *
 * @claims edge-traffic-policy
 */
export class TrafficPolicy extends Construct {
  constructor(scope: Construct, id: string, props: TrafficPolicyProps) {
    super(scope, id);
    const { zone, name, tree, type = 'A', ttl = Duration.seconds(60), acceptMonthlyCost } = props;
    refuse(this, [
      acceptMonthlyCost !== true &&
        'a name under a traffic policy costs 50 USD a month; set acceptMonthlyCost, or let RoutedRecords lead to each other',
      outsideZone(name, zone),
      tree.kind.value !== undefined && 'tree is an endpoint alone; give a rule, or a record',
      ...tree.faults(),
    ]);
    const policy = new CfnTrafficPolicy(this, 'Policy', {
      name: Names.uniqueResourceName(this, { maxLength: 128, separator: '-' }),
      document: Stack.of(this).toJsonString(trafficDocument(tree, type)),
    });
    new CfnTrafficPolicyInstance(this, 'Name', {
      hostedZoneId: zone.hostedZoneId,
      name: `${name}.`,
      ttl: ttl.toSeconds(),
      trafficPolicyId: policy.attrId,
      trafficPolicyVersion: policy.attrVersion,
    });
  }
}
