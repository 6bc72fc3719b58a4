import { isSameSubnet, type Interface, type Nat, type RouteTable, type Subnet, type Vpc } from '../model/network';
import { nat64Block } from '../model/routes';
import { Unknown } from '../parse/values';
import { everywhere, relation } from '../space/blocks';
import { certain } from '../space/extent';
import { everything } from '../space/traffic';
import { isOutside, unrecognised, type Leg, type Packet } from './packet';
import { step, type Trip } from './trip';
import type { Junction, Walk } from './walk';

/**
 * Through a NAT gateway: the request goes on under the gateway's address; what is not the reply to such a request is
 * dropped. It has no security group, so only the network ACLs of its subnet filter it.
 */
export function throughNat(walk: Walk, trip: Trip, nat: Nat, { from, packet, arrive }: Junction): Trip {
  const at = (says: string, joins?: string) => step('gateway', nat.name, packet, says, joins);
  if (packet.direction === 'reply')
    return trip.stop(at(`the NAT gateway ${nat.name} knows no such connection and drops the reply`));
  const isForV4 =
    packet.family === 6 && relation(packet.destination, nat64Block) === 'inside' && isOutside(packet.goal);
  if (packet.family === 6 && !isForV4) return trip.stop(at(`the NAT gateway ${nat.name} translates IPv4 only`));
  const box = interfaceOf(nat);
  pullUp(walk, trip, box.subnet, { from, packet }, nat.subnet === undefined);
  trip.note(at(`the NAT gateway ${nat.name} puts its own address in place of the sender's`, 'NAT gateway'));
  const beyond: Packet = {
    ...unrecognised(packet),
    family: 4,
    destination: isForV4 && isOutside(packet.goal) ? packet.goal.block : packet.destination,
    source: box.v4!,
    sender: box,
    legs: [...packet.legs, legTo(box, packet)],
  };
  return walk.leave(trip, box.subnet, beyond, arrive);
}

/** Through a host that forwards: a NAT host, a router, a firewall. What its own programs let through is its own affair. */
export function throughAppliance(walk: Walk, trip: Trip, box: Interface, { from, packet, arrive }: Junction): Trip {
  const at = (says: string, joins?: string) => step('element', box.name, packet, says, joins);
  pullUp(walk, trip, box.subnet, { from, packet });
  if (box.forwards === false)
    return trip.stop(at(`${box.name} drops what is not addressed to it: its source/destination check is on`));
  if (box.forwards instanceof Unknown) trip.doubt(at(box.forwards.reason), box.forwards.reason);
  if (!packet.passed.includes(box)) {
    const { source: block, groups, groupsDoubt } = packet;
    walk.crossing.interfaceOf(
      trip,
      box,
      'ingress',
      { block, groups, ...(groupsDoubt && { groupsDoubt }) },
      packet.direction,
    );
    walk.crossing.interfaceOf(trip, box, 'egress', { block: packet.destination, groups: [] }, packet.direction);
  }
  const translates = mustTranslate(box, packet);
  trip.note(
    at(`${box.name} forwards it${translates ? ' under its own address' : ''}, as far as its programs do so`, box.name),
  );
  const passed = [...packet.passed, box];
  const beyond: Packet = translates
    ? { ...packet, source: box.v4!, sender: box, legs: [...packet.legs, legTo(box, packet)], passed }
    : { ...packet, passed };
  return walk.leave(trip, box.subnet, unrecognised(beyond), arrive);
}

/** Through the endpoint of a Gateway Load Balancer: its appliances see the packet and hand it back unchanged. */
export function throughInspection(
  walk: Walk,
  trip: Trip,
  endpoint: Interface,
  { from, packet, arrive }: Junction,
): Trip {
  pullUp(walk, trip, endpoint.subnet, { from, packet });
  const says = `the appliances behind ${endpoint.name} hand it on, as far as their programs do so`;
  trip.note(step('element', endpoint.name, packet, says, endpoint.name));
  const beyond = unrecognised({ ...packet, passed: [...packet.passed, endpoint] });
  return walk.leave(trip, endpoint.subnet, beyond, arrive);
}

/** To the subnet of a box; inside one subnet there is no network ACL. */
function pullUp(
  walk: Walk,
  trip: Trip,
  to: Subnet,
  { from, packet }: Pick<Junction, 'from' | 'packet'>,
  isNowhere = false,
): void {
  if (isSameSubnet(from, to)) return;
  if (from) walk.crossing.out(trip, from, packet);
  if (!isNowhere) walk.crossing.into(trip, to, packet);
}

/** A host with a public address on the way of a sender without one to the internet is there to translate. */
function mustTranslate(box: Interface, { direction, family, goal, sender, toPublic }: Packet): boolean {
  if (direction === 'reply' || family === 6 || box.v4 === undefined || box.hasPublic === false) return false;
  const goesPublic = isOutside(goal) ? goal.kind !== 'office' : toPublic;
  return goesPublic && !isOutside(sender) && sender.hasPublic === false;
}

const legTo = (box: Interface, { sender, family, source }: Packet): Leg => ({
  from: sender,
  to: box,
  family,
  source,
  toPublic: false,
});

const interfaces = new WeakMap<Nat, Interface>();

/** What a NAT gateway looks like to the routes. */
function interfaceOf(nat: Nat): Interface {
  let made = interfaces.get(nat);
  if (made === undefined) {
    const subnet = nat.subnet ?? regionalSubnet(nat.vpc);
    made = {
      host: nat.key,
      name: nat.name,
      subnet,
      ...(subnet.v4 && { v4: subnet.v4 }),
      hasPublic: nat.isPublic,
      privateBecause: 'it is a private NAT gateway',
      forwards: true,
    };
    interfaces.set(nat, made);
  }
  return made;
}

/** A regional NAT gateway stands in no subnet; AWS routes it to the internet gateway by itself, and no ACL is in its way. */
function regionalSubnet(vpc: Vpc): Subnet {
  const { key, mainTable, internetGateway: gateway } = vpc;
  const table: RouteTable = {
    key: `${key} regional`,
    name: 'the route table of the regional NAT gateway',
    routes: [
      ...mainTable.routes.filter(({ target }) => target.to === 'local'),
      ...(gateway
        ? [{ destination: everywhere[4], target: { to: 'internet', gateway }, origin: 'static', exists: true } as const]
        : []),
    ],
  };
  const open = [true, false].map((egress) => ({
    number: 100,
    allow: true,
    egress,
    block: everywhere[4],
    extent: certain(everything),
    exists: true,
  }));
  return {
    key: table.key,
    name: 'no subnet',
    tier: 'no subnet',
    vpc,
    ...(vpc.blocks[0] && { v4: vpc.blocks[0] }),
    table,
    acl: { key: table.key, name: 'no network ACL', entries: open },
    mapsPublic: false,
    assignsV6: false,
    dns64: false,
  };
}
