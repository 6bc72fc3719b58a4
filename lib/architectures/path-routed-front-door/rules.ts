import { Duration } from 'aws-cdk-lib';
import { FirewallCondition } from '../../constructs/edge/firewall-condition';
import { FirewallRule } from '../../constructs/edge/firewall-rule';
import { RequestPart } from '../../constructs/edge/request-part';

/** What the firewall at the edge does, in order. */
export const rules: readonly FirewallRule[] = [
  FirewallRule.rate('TooManySearches', {
    limit: 100,
    window: Duration.minutes(1),
    only: FirewallCondition.startsWith(RequestPart.path(), '/web/search'),
    status: 429,
  }),
  FirewallRule.rate('TooMany', { limit: 5000 }),
  FirewallRule.managed('AWSManagedRulesAmazonIpReputationList'),
  FirewallRule.managed('AWSManagedRulesCommonRuleSet'),
  FirewallRule.managed('AWSManagedRulesKnownBadInputsRuleSet'),
  FirewallRule.managed('AWSManagedRulesSQLiRuleSet'),
];
