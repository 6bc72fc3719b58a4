import type { Stack } from 'aws-cdk-lib';
import { edgeStack } from '../../constructs/edge/edge-stack';
import { FirewallRule } from '../../constructs/edge/firewall-rule';
import { WebFirewall } from '../../constructs/edge/web-firewall';

/** Requests from one address in five minutes, above which the rest is turned away. */
const mostFromOne = 2000;

/** A firewall before the site, in us-east-1: who asks too often, who is known for attacks, and what looks like one. */
export const siteFirewall = (home: Stack): WebFirewall =>
  new WebFirewall(edgeStack(home), 'Firewall', {
    description: 'Turns away floods and attacks before the static site',
    scope: 'edge',
    rules: [
      FirewallRule.rate('TooMany', { limit: mostFromOne }),
      FirewallRule.managed('AWSManagedRulesAmazonIpReputationList'),
      FirewallRule.managed('AWSManagedRulesCommonRuleSet'),
    ],
  });
