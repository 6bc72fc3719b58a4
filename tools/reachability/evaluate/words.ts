import type {
  AclEntry,
  GroupRule,
  Interface,
  Route,
  RouteTable,
  SecurityGroup,
  Subnet,
  Target,
} from '../model/network';
import { Unknown } from '../parse/values';
import type { Block } from '../space/blocks';
import { isOpen, type Extent } from '../space/extent';
import { both, isNothing, trafficText, type Traffic } from '../space/traffic';
import { ruleExtent, type Peer } from './filtering';
import { destinationText, type Packet } from './packet';

/** Names the elements of a network have in sentences. */
export interface Named {
  /** The elements that are in a group. */
  members(group: SecurityGroup): readonly string[];
}

/** What the groups of an interface do with some traffic. */
export function groupsSay(
  one: Interface,
  direction: 'ingress' | 'egress',
  peer: Peer,
  traffic: Traffic,
  extent: Extent,
  names: Named,
): string {
  const groups = one.groups ?? [];
  const verb = direction === 'ingress' ? 'admits' : 'lets out';
  const preposition = direction === 'ingress' ? 'from' : 'to';
  const who = `the security group of ${one.name}`;
  const rules = groups.flatMap((group) => group[direction]);
  const told = (rule: GroupRule) => `${trafficText(rule.extent.maybe)} ${preposition} ${peerText(rule, names)}`;

  const matching = rules.filter((rule) => !isNothing(both(ruleExtent(rule, peer).maybe, traffic)));
  if (matching.length > 0) {
    const doubt = isOpen(extent) ? ` (perhaps: ${extent.doubts.join('; ')})` : '';
    return `${who} ${verb} ${list(matching.map(told))}${doubt}`;
  }
  if (!isNothing(both(extent.maybe, traffic))) return `${who} perhaps ${verb} it: ${extent.doubts.join('; ')}`;
  if (rules.length === 0) return `${who} ${verb} nothing`;
  const near = rules.filter((rule) => !isNothing(both(rule.extent.maybe, traffic)));
  if (near.length > 0 && isSmall(traffic))
    return `${who} ${verb} ${trafficText(traffic)} only ${preposition} ${list(near.map((rule) => peerText(rule, names)))}`;
  return `${who} ${verb} only ${list(rules.map(told))}`;
}

/** What a network ACL does with some traffic. */
export function aclSays(
  { acl, name }: Subnet,
  egress: boolean,
  block: Block,
  deciding: readonly AclEntry[],
  extent: Extent,
  { direction }: { readonly direction: 'request' | 'reply' },
): string {
  const way = egress ? `out of ${name}` : `into ${name}`;
  if (acl.foreign) return `${acl.name} perhaps lets it ${way}: ${acl.foreign.reason}`;
  const side = egress ? 'to' : 'from';
  if (deciding.length === 0)
    return `${acl.name} denies the ${direction} ${way}: no entry is about traffic ${side} ${block.text}`;
  const entries = deciding.map(
    (entry) =>
      `entry ${entry.number} of ${acl.name} ${entry.allow ? 'allows' : 'denies'} ${trafficText(entry.extent.maybe)} ${side} ${entry.block.text}`,
  );
  const doubt = isOpen(extent) ? ` (perhaps: ${extent.doubts.join('; ')})` : '';
  return `${list(entries)}, for the ${direction} ${way}${doubt}`;
}

/** What a route does. */
export function routeSays(table: RouteTable, { destination, target, origin }: Route): string {
  const to = destination instanceof Unknown ? 'an unknown destination' : destination.text;
  const what = target.to === 'service' ? `the prefix list of ${target.service}` : to;
  return `${table.name} routes ${what} to ${targetText(target)}${origin === 'propagated' ? ' (learnt)' : ''}`;
}

export function noRouteSays(table: RouteTable, packet: Packet): string {
  return `${table.name} has no route ${packet.direction === 'reply' ? 'back ' : ''}to ${destinationText(packet)}`;
}

function targetText(target: Target): string {
  switch (target.to) {
    case 'local':
      return 'local';
    case 'internet':
      return `the internet gateway ${target.gateway.name}`;
    case 'vpn':
      return `the virtual private gateway ${target.gateway.name}`;
    case 'nat':
      return `the NAT gateway ${target.nat.name}`;
    case 'egress-only':
      return `the egress-only gateway ${target.name}`;
    case 'peering':
      return `the peering ${target.peering.name}`;
    case 'hub':
      return `the transit gateway ${target.hub.name}`;
    case 'service':
      return `the gateway endpoint ${target.endpoint}`;
    case 'appliance':
      return target.appliance.name;
    case 'inspection':
      return `the endpoint ${target.endpoint.name}`;
    case 'nowhere':
      return 'a black hole';
    case 'unknown':
      return 'an unknown target';
  }
}

function peerText({ peer }: GroupRule, names: Named): string {
  if (peer instanceof Unknown) return `what is not known (${peer.reason})`;
  if ('blocks' in peer) return peer.name ?? list(peer.blocks.map(({ text }) => text));
  const members = names.members(peer.group);
  return members.length > 0 ? list(members) : `members of ${peer.group.name}`;
}

/** Some items of a list, and how many there are beyond. */
export function list(items: readonly string[], most = 4): string {
  const distinct = [...new Set(items)];
  if (distinct.length <= most) return distinct.join(', ');
  return `${distinct.slice(0, most).join(', ')} and ${distinct.length - most} more`;
}

const isSmall = ({ tcp, udp, icmp, icmp6, other }: Traffic): boolean =>
  [tcp, udp, icmp, icmp6, other].flat().length <= 3 && other.length === 0;
