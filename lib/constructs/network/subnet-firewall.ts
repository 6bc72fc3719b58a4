import { Validations } from 'aws-cdk-lib';
import {
  AclCidr,
  AclTraffic,
  Action,
  NetworkAcl,
  TrafficDirection,
  type INetworkAcl,
  type IVpc,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { outsideRange, refuse } from '../faults';
import type { Tier } from './address-plan';
import { ephemeralPorts, isIpv6, peerFault, portFault } from './ports';

/** A network whose tiers can be filtered: `TieredNetwork`, or one built by hand. */
export interface FilteredNetwork {
  readonly vpc: IVpc;
  /** All addresses there are, in the families the network has. */
  readonly everywhere: readonly string[];
  /** How many subnets a tier may come to have, one in each zone. */
  readonly zoneSlots: number;
  /** A tier's subnets. */
  subnets(tier: Tier): SubnetSelection;
  /** Their blocks. */
  cidrs(tier: Tier): string[];
}

export interface SubnetFirewallProps {
  readonly network: FilteredNetwork;
  /** The tier whose subnets are filtered. */
  readonly tier: Tier;
  /**
   * Entries in each direction at most, 1 to 40; AWS allows 20 until the quota is raised.
   * @default 20
   */
  readonly entryQuota?: number;
}

/** Allows begin here; what is below is for denies, which must come first. */
const firstAllow = 100;
const step = 10;

/** Who has which tier's filter; a subnet takes only one. */
const filters = new WeakMap<FilteredNetwork, Map<Tier, SubnetFirewall>>();

/**
 * The network ACL of a tier, written as flows. An ACL is stateless: every flow makes the entry for the request and, under the
 * same number in the other direction, the one for the reply to the client's ephemeral port.
 *
 * It filters what enters and leaves the subnets, before and after security groups, also what has no group, such as a NAT
 * gateway; never what stays inside one subnet. Traffic with the Amazon resolver, instance metadata and the time service is
 * not filtered by any ACL.
 *
 * Numbers leave room for every zone of the plan, so that a further zone moves none. Append flows rather than insert them.
 *
 * @claims network-nacl-stateless, network-nacl-flow, network-nacl-order, network-nacl-deny-list, network-nacl-association,
 * network-icmp-ping, network-filter-order
 */
export class SubnetFirewall extends Construct {
  /**
   * Lets one tier open TCP connections to another: request out and in, reply out and in, four entries for each pair of a
   * client's and a server's zone.
   */
  static allowFlow(from: SubnetFirewall, to: SubnetFirewall, port: number): void {
    from.allowOutbound(port, to.cidrs);
    to.allowInbound(port, from.cidrs);
  }

  readonly networkAcl: INetworkAcl;
  /** The blocks of the tier's subnets. */
  readonly cidrs: readonly string[];
  private readonly acl: NetworkAcl;
  private readonly everywhere: readonly string[];
  private readonly quota: number;
  private readonly entries = { in: 0, out: 0 };
  private readonly width: number;
  private flows = 0;
  private denies = 0;

  constructor(scope: Construct, id: string, props: SubnetFirewallProps) {
    super(scope, id);
    const { network, tier, entryQuota = 20 } = props;
    const siblings = filters.get(network) ?? new Map<Tier, SubnetFirewall>();
    const other = siblings.get(tier);
    refuse(this, [
      outsideRange('entryQuota', entryQuota, 1, 40),
      other && `tier ${tier} has a network ACL already, ${other.node.path}; a subnet takes one, so add flows to that`,
    ]);
    filters.set(network, siblings.set(tier, this));
    this.everywhere = network.everywhere;
    this.quota = entryQuota;
    this.width = network.zoneSlots * step;
    this.cidrs = network.cidrs(tier);
    this.acl = new NetworkAcl(this, 'Acl', { vpc: network.vpc, subnetSelection: network.subnets(tier) });
    this.networkAcl = this.acl;
    Validations.of(this.acl).acknowledge({
      id: 'AwsSolutions::AwsSolutions-VPC3',
      reason:
        'This ACL is a second wall behind the security groups and is generated from named flows together with their replies, so it cannot be half-open by mistake.',
    });
  }

  /** Lets clients reach a TCP port of the tier; everyone unless blocks are given. */
  allowInbound(port: number, from: readonly string[] = this.everywhere): void {
    refuse(this, [portFault('port', port)]);
    this.flow(from, { in: AclTraffic.tcpPort(port), out: AclTraffic.tcpPortRange(...ephemeralPorts) });
  }

  /** Lets the tier reach a TCP port of others; everyone's unless blocks are given. */
  allowOutbound(port: number, to: readonly string[] = this.everywhere): void {
    refuse(this, [portFault('port', port)]);
    this.flow(to, { in: AclTraffic.tcpPortRange(...ephemeralPorts), out: AclTraffic.tcpPort(port) });
  }

  /** Lets others ping the tier: echo request in, echo reply out. */
  allowPing(from: readonly string[]): void {
    this.flow(from, { in: AclTraffic.icmp({ type: 8, code: -1 }), out: AclTraffic.icmp({ type: 0, code: -1 }) });
  }

  /** Refuses networks altogether, in both directions, whatever is allowed. */
  deny(cidrs: readonly string[]): void {
    refuse(this, [
      ...cidrs.map((cidr) => peerFault('deny', cidr)),
      this.denies + cidrs.length >= firstAllow &&
        `deny makes ${this.denies + cidrs.length} entries; numbers below ${firstAllow} hold ${firstAllow - 1}`,
    ]);
    for (const cidr of cidrs)
      this.pair(++this.denies, cidr, { in: AclTraffic.allTraffic(), out: AclTraffic.allTraffic() }, Action.DENY);
  }

  private flow(peers: readonly string[], traffic: Directions): void {
    refuse(this, [
      ...peers.map((peer) => peerFault('peer', peer)),
      peers.length === 0 && 'peers are none; give at least one block',
      peers.length * step > this.width &&
        `peers are ${peers.length} blocks; a flow has numbers for ${this.width / step}, so write a flow for each few`,
    ]);
    const first = firstAllow + this.flows++ * this.width;
    peers.forEach((peer, i) => this.pair(first + i * step, peer, traffic, Action.ALLOW));
  }

  /** The id is the number: what stands at a number may change in place, but two entries never claim one number. */
  private pair(number: number, cidr: string, traffic: Directions, action: Action): void {
    const ends = [
      ['in', TrafficDirection.INGRESS],
      ['out', TrafficDirection.EGRESS],
    ] as const;
    for (const [end, direction] of ends) {
      this.entries[end]++;
      this.acl.addEntry(`${end === 'in' ? 'In' : 'Out'}${number}`, {
        ruleNumber: number,
        direction,
        ruleAction: action,
        traffic: traffic[end],
        cidr: isIpv6(cidr) ? AclCidr.ipv6(cidr) : AclCidr.ipv4(cidr),
      });
    }
    const most = Math.max(this.entries.in, this.entries.out);
    refuse(this, [
      most > this.quota &&
        `the ACL has ${most} entries in one direction; ${this.quota} fit (entryQuota), so name fewer peers, or raise the quota first`,
    ]);
  }
}

interface Directions {
  readonly in: AclTraffic;
  readonly out: AclTraffic;
}
