import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

/** Requests from one address in five minutes, above which the rest is turned away. */
const mostFromOne = 1000;
/** What AWS keeps up to date of known attacks, in the order it is asked. */
const managed = [
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesCommonRuleSet',
  'AWSManagedRulesKnownBadInputsRuleSet',
];

/**
 * A firewall before an API: turns away addresses that ask too often, addresses that are known for attacks, and requests that look
 * like one. It counts what each rule turned away, and keeps samples for three hours.
 *
 * @claims serverless-defence-in-depth
 */
export class ApiFirewall extends Construct {
  readonly acl: CfnWebACL;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const seen = (metricName: string) => ({
      cloudWatchMetricsEnabled: true,
      sampledRequestsEnabled: true,
      metricName,
    });
    this.acl = new CfnWebACL(this, 'Acl', {
      description: 'Turns away whoever asks too often, or looks like an attack',
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: seen('All'),
      rules: [
        {
          name: 'TooMany',
          priority: 0,
          action: { block: {} },
          statement: { rateBasedStatement: { limit: mostFromOne, aggregateKeyType: 'IP' } },
          visibilityConfig: seen('TooMany'),
        },
        ...managed.map((name, index) => ({
          name,
          priority: index + 1,
          overrideAction: { none: {} },
          statement: { managedRuleGroupStatement: { vendorName: 'AWS', name } },
          visibilityConfig: seen(name),
        })),
      ],
    });
  }
}
