import type { Acl, AclEntry, GroupRule, SecurityGroup } from '../model/network';
import { Unknown } from '../parse/values';
import { relation, type Block } from '../space/blocks';
import { anyOf, certain, noTraffic, perhaps, through, type Extent } from '../space/extent';
import { both, either, everything, isNothing, nothing, without, type Traffic } from '../space/traffic';

/** The far side of a packet, as a rule sees it. */
export interface Peer {
  readonly block: Block;
  /** Groups of the far side's interface, where they can be recognised from here. */
  readonly groups: readonly SecurityGroup[];
  /** Why it is not known whether they can be. */
  readonly groupsDoubt?: Unknown;
}

/**
 * What a network ACL lets through in one direction: entries from the lowest number up, the first match decides, the rest is
 * denied.
 *
 * Entries that may or may not match are tried both ways: the least that gets through is when only the denying ones match,
 * the most when only the allowing ones do.
 *
 * @claims network-nacl-order
 */
export function aclExtent(acl: Acl, egress: boolean, block: Block): Extent {
  if (acl.foreign) return perhaps(everything, acl.foreign.reason);
  const entries = acl.entries
    .filter((entry) => entry.egress === egress)
    .map((entry) => ({ entry, ...matching(entry.block, entry.extent, entry.exists, block) }));
  const run = (optimistic: boolean): Traffic => {
    let [rest, allowed] = [everything, nothing];
    for (const { entry, sure, maybe } of entries) {
      const matched = both(rest, entry.allow === optimistic ? maybe : sure);
      if (entry.allow) allowed = either(allowed, matched);
      rest = without(rest, matched);
      if (isNothing(rest)) break;
    }
    return allowed;
  };
  const doubts = entries.flatMap((one) => one.doubts);
  if (doubts.length === 0) return certain(run(false));
  return { sure: run(false), maybe: run(true), doubts: [...new Set(doubts)] };
}

/** The entries of an ACL that decide about some traffic, in their order. */
export function decidingEntries(acl: Acl, egress: boolean, block: Block, traffic: Traffic): AclEntry[] {
  let rest = traffic;
  return acl.entries.filter((entry) => {
    if (entry.egress !== egress || isNothing(rest)) return false;
    const { maybe } = matching(entry.block, entry.extent, entry.exists, block);
    const decided = both(rest, maybe);
    rest = without(rest, decided);
    return !isNothing(decided);
  });
}

/**
 * What the groups of an interface let through in one direction: everything any rule of any of them names. They remember
 * connections, so that replies need no rule.
 */
export function groupsExtent(groups: readonly SecurityGroup[], direction: 'ingress' | 'egress', peer: Peer): Extent {
  let extent = noTraffic;
  for (const group of groups) {
    for (const rule of group[direction]) extent = anyOf(extent, ruleExtent(rule, peer));
    if (group.open) extent = anyOf(extent, perhaps(everything, group.open.reason));
  }
  return extent;
}

/** What one rule lets through. */
export function ruleExtent(rule: GroupRule, peer: Peer): Extent {
  if (rule.peer instanceof Unknown) return perhaps(rule.extent.maybe, rule.peer.reason);
  if ('group' in rule.peer) {
    const match = memberOf(rule.peer.group, peer);
    if (match === false) return noTraffic;
    return restricted(rule.extent, match instanceof Unknown ? match : rule.exists);
  }
  return rule.peer.blocks.map((one) => matching(one, rule.extent, rule.exists, peer.block)).reduce(anyOf, noTraffic);
}

/** Whether a group is one the far side has. */
function memberOf(group: SecurityGroup, { groups, groupsDoubt }: Peer): boolean | Unknown {
  if (groups.includes(group)) return groupsDoubt ?? true;
  const other = groups.find((one) => mayBe(group, one) || mayBe(one, group));
  return other ? new Unknown(`whether ${group.name} is ${other.name} is decided at deployment`) : false;
}

/** A group that a parameter names may be any, but for those its own template makes. */
const mayBe = (parameter: SecurityGroup, other: SecurityGroup): boolean =>
  parameter.isParameter === true && (other.isParameter === true || parameter.template !== other.template);

function matching(ruleBlock: Block, extent: Extent, exists: boolean | Unknown, packet: Block): Extent {
  const lies = relation(packet, ruleBlock);
  if (lies === 'apart') return noTraffic;
  if (lies === 'inside') return restricted(extent, exists);
  const reason =
    lies === 'part'
      ? `${ruleBlock.text} holds only a part of ${packet.text}`
      : (ruleBlock.space ?? packet.space)!.reason;
  return restricted(extent, new Unknown(reason));
}

const restricted = (extent: Extent, exists: boolean | Unknown): Extent =>
  exists instanceof Unknown ? through(extent, perhaps(everything, exists.reason)) : exists ? extent : noTraffic;
