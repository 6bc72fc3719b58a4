import type { Interface, Network, SecurityGroup, Vpc } from '../model/network';
import { nat64Block } from '../model/routes';
import { Unknown } from '../parse/values';
import type { Block, Family } from '../space/blocks';
import { certain, noTraffic } from '../space/extent';
import { inFamily, type Traffic } from '../space/traffic';
import { Crossing } from './crossing';
import { goOn } from './hubs';
import type { Manners } from './manners';
import { addressOf, isOutside, type End, type Leg, type OfficeDoor, type Outside, type Packet } from './packet';
import { answered, startOfReplies } from './replies';
import { step, Trip } from './trip';
import { Walk, type Arrival } from './walk';
import type { Named } from './words';

/** How a packet is addressed to its goal. */
export interface Way {
  readonly family: Family;
  readonly toPublic: boolean;
  /** How an IPv6-only host reaches the IPv4 internet. */
  readonly byNat64?: boolean;
}

/** Tries connections: the request there, and the reply back. */
export class Connections {
  private readonly walk: Walk;
  private readonly crossing: Crossing;

  constructor(
    private readonly network: Network,
    names: Named,
    private readonly clientPorts: readonly [number, number],
  ) {
    this.crossing = new Crossing(names);
    this.walk = new Walk(this.crossing);
  }

  /** Every way to address the goal from the sender. */
  ways(from: End, to: End): Way[] {
    if (isOutside(from)) {
      if (isOutside(to)) return [];
      if (from.block.family === 6) return hasV6(to) ? [{ family: 6, toPublic: false }] : [];
      return from.kind === 'internet'
        ? to.hasPublic === false
          ? []
          : [{ family: 4, toPublic: true }]
        : [{ family: 4, toPublic: false }];
    }
    if (isOutside(to)) {
      const { family } = to.block;
      const direct = addressOf(from, family) !== undefined && (family === 4 || hasV6(from));
      return [
        ...(direct ? [{ family, toPublic: false }] : []),
        ...(to.kind === 'internet' && family === 4 && from.v4 === undefined && hasV6(from) && from.subnet.dns64 === true
          ? [{ family: 6, toPublic: false, byNat64: true } as const]
          : []),
      ];
    }
    return [
      ...(from.v4 && to.v4 ? [{ family: 4, toPublic: false } as const] : []),
      ...(hasV6(from) && hasV6(to) ? [{ family: 6, toPublic: false } as const] : []),
      ...(from.v4 && to.hasPublic !== false && to.v4 ? [{ family: 4, toPublic: true } as const] : []),
    ];
  }

  /** Tries some traffic from one end to the other. */
  try(from: End, to: End, way: Way, wanted: Traffic, manners: Manners = {}): Trip {
    const trip = Trip.of(certain(inFamily(wanted, way.family)));
    const begin = manners.shownAs ?? addressOf(from, way.family);
    const destination = this.destination(to, way);
    if (begin === undefined || destination === undefined) return trip;
    const packet: Packet = {
      family: way.family,
      direction: 'request',
      source: begin,
      destination,
      sender: from,
      goal: to,
      toPublic: way.toPublic,
      fromPublic: false,
      groups: isOutside(from) ? [] : (from.groups ?? []),
      legs: [],
      passed: [],
    };
    const arrive = (on: Trip, arrived: Packet) => this.arrive(on, arrived, manners);
    manners.atSender?.(trip, packet);
    if (manners.isBrought && !isOutside(to)) return this.bring(trip, to, packet, manners);
    if (isOutside(from)) return this.comeIn(trip, from, packet, arrive);
    this.doubtV6(trip, from, packet);
    this.crossing.interfaceOf(trip, from, 'egress', { block: destination, groups: this.recognisable(from, to, way) });
    return this.walk.leave(trip, from.subnet, packet, arrive);
  }

  private destination(to: End, way: Way): Block | undefined {
    if (way.byNat64) return nat64Block;
    if (!isOutside(to) && way.toPublic) return this.walk.publicAddress(to);
    return addressOf(to, way.family);
  }

  /** A packet from outside comes in by one of the doors there are. */
  private comeIn(trip: Trip, from: Outside, packet: Packet, arrive: Arrival): Trip {
    if (from.kind !== 'office') return this.walk.enter(trip, packet, arrive);
    const doors = (from.doors ?? []).map((door) => this.throughDoor(trip.fork(), door, packet, arrive));
    const open = doors.find((one) => !one.isStopped) ?? doors[0];
    return (
      open ?? trip.stop(step('gateway', from.name, packet, `nothing joins ${from.name} to a network of the templates`))
    );
  }

  /** An accelerator has an interface beside the goal, which replies go back to; only on the way out the network ACL is asked. */
  private bring(trip: Trip, goal: Interface, packet: Packet, manners: Manners): Trip {
    const { vpc } = goal.subnet;
    const { internetGateway: gateway } = vpc;
    const at = (says: string) => step('gateway', gateway?.name ?? vpc.name, packet, says);
    if (vpc.blockedInternet) return trip.stop(at(`the account blocks connections from the internet into ${vpc.name}`));
    if (gateway === undefined && vpc.foreign === undefined)
      return trip.stop(at(`${vpc.name} has no internet gateway, and without one no accelerator leads into it`));
    const open = vpc.foreign ?? gateway?.exists;
    if (open instanceof Unknown) trip.doubt(at(open.reason), open.reason);
    this.arrive(trip, packet, { ...manners, shownAs: packet.source });
    const reply: Packet = { ...packet, direction: 'reply', source: packet.destination, destination: packet.source };
    const back = this.crossing.out(Trip.of(startOfReplies(this.clientPorts)), goal.subnet, reply);
    return trip.back(back, back.isStopped ? noTraffic : answered(back.extent, this.clientPorts));
  }

  private throughDoor(trip: Trip, door: OfficeDoor, packet: Packet, arrive: Arrival): Trip {
    if (door.by === 'vpn') return this.walk.enterByVpn(trip, door.vpc, packet, arrive);
    if (door.by === 'hub') {
      const attachments = this.network.hubs.flatMap((hub) => hub.attachments);
      return goOn(
        this.walk,
        trip,
        attachments.find(({ key }) => key === door.attachment)!,
        packet,
        arrive,
      );
    }
    trip.doubt(step('gateway', packet.sender.name, packet, door.doubt.reason), door.doubt.reason);
    if (isOutside(packet.goal) || packet.goal.subnet.vpc !== door.vpc)
      return trip.stop(
        step('gateway', packet.sender.name, packet, `${packet.sender.name} is joined to ${door.vpc.name} only`),
      );
    return this.walk.deliver(trip, undefined, packet, arrive);
  }

  /** At the goal: its groups are asked, then the reply has to find back. */
  private arrive(trip: Trip, packet: Packet, manners: Manners): Trip {
    const { goal, source, groups, groupsDoubt } = packet;
    if (!isOutside(goal)) {
      this.doubtV6(trip, goal, packet);
      if (packet.toPublic && goal.hasPublic instanceof Unknown)
        trip.doubt(step('element', goal.name, packet, goal.hasPublic.reason), goal.hasPublic.reason);
      this.crossing.interfaceOf(trip, goal, 'ingress', { block: source, groups, ...(groupsDoubt && { groupsDoubt }) });
    }
    manners.atGoal?.(trip, packet);
    // What keeps the client's address goes back through the balancer it came by, whatever the routes say.
    if (trip.isStopped || manners.shownAs) return trip;
    const legs: Leg[] = [
      ...packet.legs,
      { from: packet.sender, to: goal, family: packet.family, source, toPublic: packet.toPublic },
    ];
    for (const leg of legs.reverse()) this.comeBack(trip, leg, packet.passed);
    return trip;
  }

  private comeBack(trip: Trip, leg: Leg, passed: readonly Interface[]): void {
    if (trip.isStopped) return;
    const own = addressOf(leg.to, leg.family);
    if (own === undefined && !isOutside(leg.to)) return;
    const isPublic = leg.source.space?.isPublic === true && leg.family === 4;
    const packet: Packet = {
      family: leg.family,
      direction: 'reply',
      source: own ?? leg.source,
      destination: leg.source,
      sender: leg.to,
      goal: leg.from,
      toPublic: isPublic,
      fromPublic: leg.toPublic,
      groups: [],
      legs: [],
      passed,
    };
    const reply = this.sendBack(Trip.of(startOfReplies(this.clientPorts)), leg, packet);
    trip.back(reply, reply.isStopped ? noTraffic : answered(reply.extent, this.clientPorts));
  }

  private sendBack(trip: Trip, { to }: Leg, packet: Packet): Trip {
    const arrive = (on: Trip) => on;
    if (!isOutside(to)) return this.walk.leave(trip, to.subnet, packet, arrive);
    if (to.kind === 'internet') return this.walk.enter(trip, packet, arrive);
    if (to.kind === 'service') return this.walk.deliver(trip, undefined, packet, arrive);
    return this.comeIn(trip, to, packet, arrive);
  }

  /** The groups of the goal that rules of the sender may name: those of its VPC, or of a peer in the same Region. */
  private recognisable(from: Interface, to: End, way: Way): readonly SecurityGroup[] {
    if (isOutside(to) || way.toPublic) return [];
    const [a, b] = [from.subnet.vpc, to.subnet.vpc];
    const joined = a === b || this.network.peerings.some((one) => one.oneRegion === true && joins(one, a, b));
    return joined ? (to.groups ?? []) : [];
  }

  private doubtV6(trip: Trip, one: Interface, packet: Packet): void {
    const has = one.v6?.has;
    if (packet.family === 6 && has instanceof Unknown)
      trip.doubt(step('element', one.name, packet, has.reason), has.reason);
  }
}

const hasV6 = (one: Interface): boolean => one.v6 !== undefined && one.v6.has !== false;
const joins = ({ requester, accepter }: { requester: Vpc; accepter: Vpc }, a: Vpc, b: Vpc): boolean =>
  (requester === a && accepter === b) || (requester === b && accepter === a);
