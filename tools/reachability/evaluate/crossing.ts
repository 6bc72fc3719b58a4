import type { Acl, Interface, SecurityGroup, Subnet } from '../model/network';
import type { Block } from '../space/blocks';
import type { Extent } from '../space/extent';

import { aclExtent, decidingEntries, groupsExtent, type Peer } from './filtering';
import type { Packet } from './packet';
import { step, type Hop, type Trip } from './trip';
import { aclSays, groupsSay, type Named } from './words';

/** Takes trips through network ACLs and security groups; remembers what each lets through. */
export class Crossing {
  private readonly acls = new Map<Acl, Map<string, Extent>>();
  private readonly groups = new Map<string, Extent>();
  private readonly ids = new Map<object, number>();

  constructor(private readonly names: Named) {}

  /** Out of a subnet; the ACL looks at where the packet goes. */
  out(trip: Trip, subnet: Subnet, packet: Packet): Trip {
    return this.acl(trip, subnet, true, packet.destination, packet);
  }

  /** Into a subnet; the ACL looks at where the packet comes from. */
  into(trip: Trip, subnet: Subnet, packet: Packet): Trip {
    return this.acl(trip, subnet, false, packet.source, packet);
  }

  /** Out of or into an interface. */
  interfaceOf(
    trip: Trip,
    one: Interface,
    side: 'ingress' | 'egress',
    peer: Peer,
    direction: Hop['direction'] = 'request',
  ): Trip {
    if (trip.isStopped || one.groups === undefined) return trip;
    const groups = one.groups;
    const extent = this.groupsExtent(groups, side, peer);
    const { traffic } = trip;
    const says = () => groupsSay(one, side, peer, traffic, extent, this.names);
    return trip.pass(step('security group', one.name, { direction }, says), extent);
  }

  private acl(trip: Trip, subnet: Subnet, egress: boolean, block: Block, packet: Packet): Trip {
    if (trip.isStopped) return trip;
    const { acl } = subnet;
    const extent = this.aclExtent(acl, egress, block);
    const { traffic } = trip;
    const says = () => aclSays(subnet, egress, block, decidingEntries(acl, egress, block, traffic), extent, packet);
    return trip.pass(step('network ACL', acl.name, packet, says), extent);
  }

  private aclExtent(acl: Acl, egress: boolean, block: Block): Extent {
    let known = this.acls.get(acl);
    if (known === undefined) this.acls.set(acl, (known = new Map<string, Extent>()));
    const key = `${egress} ${this.id(block)}`;
    let extent = known.get(key);
    if (extent === undefined) known.set(key, (extent = aclExtent(acl, egress, block)));
    return extent;
  }

  private groupsExtent(groups: readonly SecurityGroup[], direction: 'ingress' | 'egress', peer: Peer): Extent {
    const key = [
      direction,
      ...groups.map((one) => this.id(one)),
      '|',
      this.id(peer.block),
      ...peer.groups.map((one) => this.id(one)),
      peer.groupsDoubt?.key,
    ].join(' ');
    let extent = this.groups.get(key);
    if (extent === undefined) this.groups.set(key, (extent = groupsExtent(groups, direction, peer)));
    return extent;
  }

  private id(one: object): number {
    let id = this.ids.get(one);
    if (id === undefined) this.ids.set(one, (id = this.ids.size));
    return id;
  }
}
