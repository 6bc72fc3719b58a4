import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import {
  CfnFirewallConfig,
  CfnFirewallDomainList,
  CfnFirewallRuleGroup,
  CfnFirewallRuleGroupAssociation,
} from 'aws-cdk-lib/aws-route53resolver';
import { Construct } from 'constructs';
import { outsideRange, refuse } from '../faults';
import type { DnsFirewallMode, FirewallStep } from './dns-firewall-mode';
import { NameRules } from './name-rules';
import { idFor, vpcsFaults } from './per-vpc';

export interface DnsFirewallProps {
  /** The networks whose queries are filtered, whoever asks in them. */
  readonly vpcs: readonly IVpc[];
  /** What passes. */
  readonly mode: DnsFirewallMode;
  /**
   * Its place among the firewalls of a network, 101 to 9,899, each once; the lowest is asked first.
   * @default 101
   */
  readonly priority?: number;
  /**
   * Whether queries pass when the firewall cannot be asked: true puts availability first, false safety. A network has one
   * answer, so only one of its firewalls may give it.
   * @default - not said; AWS lets nothing pass
   */
  readonly failOpen?: boolean;
}

/**
 * Filters the names that networks ask their resolver for, before it answers, private zones included. It sees names only: who
 * knows an address, or asks another resolver, is not stopped by it.
 *
 * @claims network-dns-firewall, network-dns-firewall-allow-list
 */
export class DnsFirewall extends Construct {
  readonly ruleGroupId: string;
  readonly ruleGroupArn: string;
  readonly priority: number;

  constructor(scope: Construct, id: string, props: DnsFirewallProps) {
    super(scope, id);
    const { vpcs, mode, priority = 101, failOpen } = props;
    refuse(this, [...vpcsFaults(vpcs), outsideRange('priority', priority, 101, 9899), ...mode.faults()]);
    const group = new CfnFirewallRuleGroup(this, 'Rules', {
      firewallRules: mode.steps.map((step, at) => this.rule(step, (at + 1) * 100)),
    });
    this.ruleGroupId = group.attrId;
    this.ruleGroupArn = group.attrArn;
    this.priority = priority;
    for (const vpc of vpcs) {
      const place = new Construct(this, idFor(vpc));
      new CfnFirewallRuleGroupAssociation(place, 'Place', {
        firewallRuleGroupId: group.attrId,
        vpcId: vpc.vpcId,
        priority,
      });
      if (failOpen !== undefined)
        new CfnFirewallConfig(place, 'Config', {
          resourceId: vpc.vpcId,
          firewallFailOpen: failOpen ? 'ENABLED' : 'DISABLED',
        });
    }
    NameRules.guard(this);
  }

  private rule(step: FirewallStep, priority: number): CfnFirewallRuleGroup.FirewallRuleProperty {
    const { id, list, action, response, trustRedirection } = step;
    return {
      priority,
      action,
      firewallDomainListId:
        typeof list === 'string' ? list : new CfnFirewallDomainList(this, id, { domains: [...list] }).attrId,
      ...(trustRedirection && { firewallDomainRedirectionAction: 'TRUST_REDIRECTION_DOMAIN' }),
      ...(response && { blockResponse: response.kind }),
      ...(response?.domain !== undefined && {
        blockOverrideDomain: response.domain,
        blockOverrideDnsType: 'CNAME',
        blockOverrideTtl: response.ttl!.toSeconds(),
      }),
    };
  }
}
