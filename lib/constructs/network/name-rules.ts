import { CfnDHCPOptions, CfnVPCDHCPOptionsAssociation } from 'aws-cdk-lib/aws-ec2';
import { CfnHostedZone } from 'aws-cdk-lib/aws-route53';
import {
  CfnFirewallConfig,
  CfnFirewallRuleGroup,
  CfnFirewallRuleGroupAssociation,
  CfnResolverQueryLoggingConfigAssociation,
} from 'aws-cdk-lib/aws-route53resolver';
import { AspectPriority, Aspects, type CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { outsideRange } from '../faults';
import { NetworkRule, resolved, resourcesOf } from './network-rule';

const amazonResolver = 'AmazonProvidedDNS';

/**
 * What holds for names in a VPC, whoever made the resources: each thing that a VPC can have once is there once, firewall rules
 * are complete and in an order, and DNS servers are either Amazon's or one's own.
 *
 * @claims network-private-zone, network-dns-firewall, network-dhcp-options
 */
export class NameRules extends NetworkRule {
  /** Holds what is below a block to these rules, also in an app that guards nothing else. */
  static guard(block: IConstruct): void {
    Aspects.of(block).add(new NameRules(), { priority: AspectPriority.READONLY });
  }

  protected faults(node: IConstruct): (string | undefined | false)[] {
    if (node instanceof CfnHostedZone) return zoneFaults(node);
    if (node instanceof CfnFirewallRuleGroup) return ruleFaults(node);
    if (node instanceof CfnFirewallRuleGroupAssociation) return placeFaults(node);
    if (node instanceof CfnDHCPOptions) return serverFaults(node);
    if (node instanceof CfnFirewallConfig)
      return [
        once(node, CfnFirewallConfig, 'resourceId', 'a VPC has one answer to what happens when its firewall fails'),
      ];
    if (node instanceof CfnVPCDHCPOptionsAssociation)
      return [
        once(node, CfnVPCDHCPOptionsAssociation, 'vpcId', 'a VPC has one set of DHCP options, for all its subnets'),
      ];
    if (node instanceof CfnResolverQueryLoggingConfigAssociation) return [doubleLogFault(node)];
    return [];
  }
}

function zoneFaults(zone: CfnHostedZone): (string | false)[] {
  const vpcs = vpcsOf(zone);
  const twice = vpcs.find((vpc, at) => vpcs.indexOf(vpc) < at);
  const rival = resourcesOf(zone, CfnHostedZone).find(
    (other) => other !== zone && bare(other) === bare(zone) && vpcsOf(other).some((vpc) => vpcs.includes(vpc)),
  );
  return [
    twice !== undefined && `vpcs lists ${shown(twice)} twice; name each VPC once`,
    rival !== undefined &&
      `name is ${bare(zone)}, and ${rival.node.path} answers for it in the same VPC already; a VPC takes one private zone of a name, so put the records into one zone`,
  ];
}

function ruleFaults(group: CfnFirewallRuleGroup): (string | undefined | false)[] {
  const rules = (resolved(group, group.firewallRules) ?? []) as CfnFirewallRuleGroup.FirewallRuleProperty[];
  const priorities = rules.map(({ priority }) => priority);
  const twice = priorities.find((priority, at) => priorities.indexOf(priority) < at);
  return [
    twice !== undefined && `priority ${twice} is on two rules; give each rule of a group its own`,
    ...rules.flatMap((rule) => {
      const name = `the rule with priority ${rule.priority}`;
      if (rule.action !== 'BLOCK') return [];
      if (rule.blockResponse === undefined)
        return [`${name} blocks without blockResponse; give NODATA, NXDOMAIN or OVERRIDE`];
      const missing = (['blockOverrideDomain', 'blockOverrideDnsType', 'blockOverrideTtl'] as const).filter(
        (key) => rule[key] === undefined,
      );
      return [
        rule.blockResponse === 'OVERRIDE' &&
          missing.length > 0 &&
          `${name} answers with OVERRIDE but without ${missing.join(', ')}; say which name answers (a CNAME) and for how many seconds`,
      ];
    }),
  ];
}

function placeFaults(place: CfnFirewallRuleGroupAssociation): (string | undefined | false)[] {
  const rival = rivalOf(place, CfnFirewallRuleGroupAssociation, ({ vpcId, priority }) => [vpcId, priority]);
  return [
    outsideRange('priority', place.priority, 101, 9899),
    rival &&
      `priority is ${place.priority}, as that of ${rival.node.path} on the same VPC; rule groups run in ascending order, so give each its own`,
  ];
}

/** Why a list of DNS servers cannot be in a set of DHCP options; nothing if it can. */
export function dnsServersFault(name: string, servers: readonly string[]): string | undefined {
  if (servers.length > 4) return `${name} are ${servers.join(', ')}; a set takes at most four, not ${servers.length}`;
  if (servers.length > 1 && servers.includes(amazonResolver))
    return `${name} are ${servers.join(', ')}, a mixture; give ${amazonResolver} alone or only servers of your own`;
  return undefined;
}

const serverFaults = (set: CfnDHCPOptions): (string | undefined)[] => [
  dnsServersFault('domainNameServers', (resolved(set, set.domainNameServers) ?? []) as string[]),
];

function doubleLogFault(log: CfnResolverQueryLoggingConfigAssociation): string | false {
  const rival = rivalOf(log, CfnResolverQueryLoggingConfigAssociation, ({ resourceId, resolverQueryLogConfigId }) => [
    resourceId,
    resolverQueryLogConfigId,
  ]);
  return (
    rival !== undefined && `the VPC is logged by ${rival.node.path} into the same place already; leave one of them out`
  );
}

function once<T extends CfnResource>(
  node: T,
  type: abstract new (...args: never[]) => T,
  key: keyof T,
  rule: string,
): string | false {
  const rival = rivalOf(node, type, (one) => [one[key]]);
  return rival !== undefined && `${rule}; ${rival.node.path} gives it one already, so leave one of them out`;
}

/** Another resource of the type with the same values, in the template. */
function rivalOf<T extends CfnResource>(
  node: T,
  type: abstract new (...args: never[]) => T,
  values: (one: T) => unknown[],
): T | undefined {
  const text = (one: T) => JSON.stringify(resolved(node, values(one)));
  return resourcesOf(node, type).find((other) => other !== node && text(other) === text(node));
}

const vpcsOf = (zone: CfnHostedZone): string[] =>
  ((resolved(zone, zone.vpcs) ?? []) as { readonly vpcId: unknown }[]).map(({ vpcId }) => JSON.stringify(vpcId));
const shown = (vpc: string): string => (JSON.parse(vpc) as { readonly Ref?: string }).Ref ?? vpc;
const bare = (zone: CfnHostedZone): string => String(resolved(zone, zone.name)).toLowerCase().replace(/\.$/, '');
