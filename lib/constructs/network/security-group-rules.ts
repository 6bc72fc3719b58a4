import {
  CfnInstance,
  CfnLaunchTemplate,
  CfnNetworkInterface,
  CfnPrefixList,
  CfnSecurityGroup,
  CfnSecurityGroupEgress,
  CfnSecurityGroupIngress,
  CfnVPCEndpoint,
  CfnVPCPeeringConnection,
} from 'aws-cdk-lib/aws-ec2';
import { CfnLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { NetworkRule, referent, resolved, resourcesOf, same, type TemplateReference } from './network-rule';

export interface SecurityGroupRulesProps {
  /**
   * Rules a group holds in each direction and address family; AWS allows 60 until the quota is raised.
   * @default 60
   */
  readonly ruleQuota?: number;
  /**
   * Groups an interface has; AWS allows 5 until the quota is raised.
   * @default 5
   */
  readonly groupQuota?: number;
}

/**
 * What holds for security groups: a description, rules within the quota (a prefix list counts as its `MaxEntries`), groups
 * named only within their VPC or across a peering, and an explicit group on everything that has an interface, because what
 * names none gets the VPC's default group.
 *
 * @claims network-sg-defaults, network-sg-rule-quota, network-sg-same-vpc, network-sg-default-lockdown, network-sg-prefix-list
 */
export class SecurityGroupRules extends NetworkRule {
  private readonly ruleQuota: number;
  private readonly groupQuota: number;

  constructor({ ruleQuota = 60, groupQuota = 5 }: SecurityGroupRulesProps = {}) {
    super();
    this.ruleQuota = ruleQuota;
    this.groupQuota = groupQuota;
  }

  protected faults(node: IConstruct): (string | undefined | false)[] {
    if (node instanceof CfnSecurityGroup) return [...this.quotaFaults(node), ...strangerFaults(node)];
    const groups = groupsOf(node);
    return groups === undefined ? [] : this.interfaceFaults(node, groups);
  }

  private quotaFaults(group: CfnSecurityGroup): (string | false)[] {
    return (['ingress', 'egress'] as const).flatMap((direction) =>
      (['IPv4', 'IPv6'] as const).map((family) => {
        const held = rulesOf(group, direction).reduce((sum, rule) => sum + weight(group, rule, family), 0);
        return (
          held > this.ruleQuota &&
          `the group has ${held} ${family} rules for ${direction}; ${this.ruleQuota} fit (ruleQuota), so name groups instead of addresses, or raise the quota first`
        );
      }),
    );
  }

  private interfaceFaults(node: IConstruct, groups: readonly unknown[]): (string | false)[] {
    const usesDefault = groups.some(
      (group) => (resolved(node, group) as TemplateReference)['Fn::GetAtt']?.[1] === 'DefaultSecurityGroup',
    );
    return [
      groups.length === 0 && 'there is no security group, so the default one of the VPC would be used; name one',
      usesDefault && "the security group is the VPC's default one; name one of your own",
      groups.length > this.groupQuota &&
        `there are ${groups.length} security groups; an interface takes ${this.groupQuota} (groupQuota), so merge some`,
    ];
  }
}

/** A rule in either direction. */
interface Rule {
  readonly cidrIp?: unknown;
  readonly cidrIpv6?: unknown;
  readonly prefixList?: unknown;
  readonly group?: unknown;
}

type Ingress = CfnSecurityGroup.IngressProperty | CfnSecurityGroupIngress;
type Egress = CfnSecurityGroup.EgressProperty | CfnSecurityGroupEgress;

/** A group's rules, whether they are written in it or apart. */
function rulesOf(group: CfnSecurityGroup, direction: 'ingress' | 'egress'): Rule[] {
  const belongs = (rule: { groupId?: string }) => same(group, rule.groupId, group.attrGroupId);
  if (direction === 'ingress') {
    const inline = (resolved(group, group.securityGroupIngress) ?? []) as CfnSecurityGroup.IngressProperty[];
    const all: Ingress[] = [...inline, ...resourcesOf(group, CfnSecurityGroupIngress).filter(belongs)];
    return all.map((rule) => ({
      ...sides(rule),
      prefixList: rule.sourcePrefixListId,
      group: rule.sourceSecurityGroupId,
    }));
  }
  const inline = (resolved(group, group.securityGroupEgress) ?? []) as CfnSecurityGroup.EgressProperty[];
  const all: Egress[] = [...inline, ...resourcesOf(group, CfnSecurityGroupEgress).filter(belongs)];
  return all.map((rule) => ({
    ...sides(rule),
    prefixList: rule.destinationPrefixListId,
    group: rule.destinationSecurityGroupId,
  }));
}

const sides = ({ cidrIp, cidrIpv6 }: Ingress | Egress): Rule => ({ cidrIp, cidrIpv6 });

/** A rule that names a group or a list counts in both families. */
function weight(node: IConstruct, rule: Rule, family: 'IPv4' | 'IPv6'): number {
  if (rule.prefixList !== undefined) return referent(node, rule.prefixList, CfnPrefixList)?.maxEntries ?? 1;
  if (rule.group !== undefined) return 1;
  return (family === 'IPv4' ? rule.cidrIp : rule.cidrIpv6) === undefined ? 0 : 1;
}

function strangerFaults(group: CfnSecurityGroup): (string | false)[] {
  return [...rulesOf(group, 'ingress'), ...rulesOf(group, 'egress')].map((rule) => {
    const other = referent(group, rule.group, CfnSecurityGroup);
    if (!other || same(group, other.vpcId, group.vpcId) || peered(group, other)) return false;
    return `a rule names ${other.node.path}, a group of another VPC; name addresses, or peer the two VPCs`;
  });
}

const peered = (one: CfnSecurityGroup, other: CfnSecurityGroup): boolean =>
  resourcesOf(one, CfnVPCPeeringConnection).some(
    (peering) =>
      peering.peerRegion === undefined &&
      [one, other].every((group) => [peering.vpcId, peering.peerVpcId].some((vpc) => same(one, vpc, group.vpcId))),
  );

/** The groups of a resource that has interfaces; nothing for other resources and where they are given elsewhere. */
function groupsOf(node: IConstruct): unknown[] | undefined {
  const list = (of: CfnResource, value: unknown): unknown[] => (resolved(of, value) as unknown[] | undefined) ?? [];
  if (node instanceof CfnNetworkInterface) return list(node, node.groupSet);
  if (node instanceof CfnInstance) {
    const [first] = list(node, node.networkInterfaces) as { networkInterfaceId?: string; groupSet?: unknown[] }[];
    return first?.networkInterfaceId !== undefined ? undefined : (first?.groupSet ?? list(node, node.securityGroupIds));
  }
  if (node instanceof CfnVPCEndpoint)
    return node.vpcEndpointType === 'Interface' ? list(node, node.securityGroupIds) : undefined;
  if (node instanceof CfnLoadBalancer)
    return (node.type ?? 'application') === 'application' ? list(node, node.securityGroups) : undefined;
  if (node instanceof CfnLaunchTemplate) {
    const data = resolved(node, node.launchTemplateData) as {
      securityGroupIds?: unknown[];
      networkInterfaces?: { groups?: unknown[] }[];
      imageId?: unknown;
    };
    return data.imageId === undefined
      ? undefined
      : (data.networkInterfaces?.[0]?.groups ?? data.securityGroupIds ?? []);
  }
  return undefined;
}
