import {
  isSameSubnet,
  type Interface,
  type Route,
  type RouteTable,
  type Subnet,
  type Target,
  type Vpc,
} from '../model/network';
import { Unknown } from '../parse/values';
import { publicAddress, type Block } from '../space/blocks';
import type { Crossing } from './crossing';
import { overPeering, throughEgressOnly, toInternet, toOffice } from './gateways';
import { enterHub } from './hubs';
import { throughAppliance, throughInspection, throughNat } from './middleboxes';
import { addressOf, isOutside, type Packet } from './packet';
import { chooseRoute } from './route-choice';
import { step, Trip } from './trip';
import { noRouteSays, routeSays } from './words';

/** What is done with a packet that has arrived. */
export type Arrival = (trip: Trip, packet: Packet) => Trip;

/** Where a packet stands when a route has been chosen for it. */
export interface Junction {
  readonly vpc: Vpc;
  /** The subnet it is in; none for what comes in by a gateway. */
  readonly from?: Subnet;
  readonly packet: Packet;
  readonly arrive: Arrival;
}

/** Longer paths than this go round in circles. */
const longestPath = 60;

/**
 * Takes packets from hop to hop, by the routes and through the network ACLs on the way. Where the template leaves a choice
 * open, all ways are gone, and only what gets through on each of them is sure.
 */
export class Walk {
  private readonly publicAddresses = new Map<Interface, Block>();

  constructor(readonly crossing: Crossing) {}

  /** The address an interface has on the internet. */
  publicAddress(one: Interface): Block {
    let address = this.publicAddresses.get(one);
    if (address === undefined) this.publicAddresses.set(one, (address = publicAddress(one.name)));
    return address;
  }

  /** Sends a packet that is in a subnet where the subnet's table says. */
  leave(trip: Trip, from: Subnet, packet: Packet, arrive: Arrival): Trip {
    if (trip.isStopped) return trip;
    if (trip.length > longestPath)
      return trip.stop(step('route', from.table.name, packet, 'the packet goes round in circles'));
    return this.route(trip, from.table, { vpc: from.vpc, from, packet, arrive });
  }

  /** A packet from the internet meets the edge of the VPC it is for. */
  enter(trip: Trip, packet: Packet, arrive: Arrival): Trip {
    const { goal, direction, family } = packet;
    if (trip.isStopped || isOutside(goal)) return arrive(trip, packet);
    const { vpc } = goal.subnet;
    const gateway = vpc.internetGateway;
    // A reply comes in by the gateway its request went out by.
    if (direction === 'request') {
      if (gateway === undefined && vpc.foreign) return this.intoTheUnknown(trip, vpc.foreign, packet, arrive);
      const at = (says: string, joins?: string) => step('gateway', gateway?.name ?? vpc.name, packet, says, joins);
      if (gateway === undefined)
        return trip.stop(at(`${vpc.name} has no internet gateway, so there is no route into it from the internet`));
      if (vpc.blockedInternet)
        return trip.stop(at(`the account blocks connections from the internet into ${vpc.name}`));
      trip.note(at(`the internet gateway ${gateway.name} takes it to ${goal.name}`, 'internet gateway'));
      if (gateway.exists instanceof Unknown) trip.doubt(at(gateway.exists.reason), gateway.exists.reason);
    }
    const inside = { ...packet, destination: addressOf(goal, family) ?? packet.destination };
    return this.enterBy(trip, gateway?.edgeTable, { vpc, packet: inside, arrive });
  }

  /** A packet from an office meets the virtual private gateway of a VPC. */
  enterByVpn(trip: Trip, vpc: Vpc, packet: Packet, arrive: Arrival): Trip {
    const gateway = vpc.vpnGateway!;
    const at = (says: string, joins?: string) => step('gateway', gateway.name, packet, says, joins);
    if (isOutside(packet.goal) || packet.goal.subnet.vpc !== vpc)
      return trip.stop(at(`the virtual private gateway ${gateway.name} leads into ${vpc.name} only`));
    trip.note(at(`the virtual private gateway ${gateway.name} takes it to ${packet.goal.name}`, 'VPN'));
    return this.enterBy(trip, gateway.edgeTable, { vpc, packet, arrive });
  }

  /** Delivers a packet inside a VPC; between two hosts of one subnet there is no network ACL. */
  deliver(trip: Trip, from: Subnet | undefined, packet: Packet, arrive: Arrival): Trip {
    if (!trip.isStopped && !isOutside(packet.goal) && !isSameSubnet(from, packet.goal.subnet))
      this.crossing.into(trip, packet.goal.subnet, packet);
    return arrive(trip, packet);
  }

  /** Where the template does not say what happens, everything may: the packet is taken to arrive, but nothing is sure. */
  intoTheUnknown(trip: Trip, unknown: Unknown, packet: Packet, arrive: Arrival): Trip {
    const { reason } = unknown;
    return arrive(trip.doubt(step('route', packet.sender.name, packet, reason, 'something unknown'), reason), packet);
  }

  /** A gateway's own table may send what comes in to a middlebox first. */
  private enterBy(trip: Trip, table: RouteTable | undefined, junction: Junction): Trip {
    return table === undefined
      ? this.deliver(trip, undefined, junction.packet, junction.arrive)
      : this.route(trip, table, junction);
  }

  private route(trip: Trip, table: RouteTable, junction: Junction): Trip {
    const { vpc, packet, arrive } = junction;
    const { goal, destination, family } = packet;
    const isHome = !isOutside(goal) && goal.subnet.vpc === vpc && destination === addressOf(goal, family);
    const service = isOutside(goal) && goal.kind === 'service' ? goal.name : undefined;
    const choice = chooseRoute(table, { destination, isHome, ...(service !== undefined && { service }) });
    const take = (on: Trip, route: Route | undefined) =>
      route === undefined
        ? on.stop(step('route', table.name, packet, () => noRouteSays(table, packet)))
        : this.follow(
            on.note(step('route', table.name, packet, () => routeSays(table, route))),
            route.target,
            junction,
          );
    if (choice.doubt === undefined) return take(trip, choice.route);
    const ways = [choice.route, ...choice.instead].map((route) => take(trip.fork(), route));
    if (table.open) ways.push(this.intoTheUnknown(trip.fork(), table.open, packet, arrive));
    return Trip.whichever(ways, choice.doubt.reason);
  }

  private follow(trip: Trip, target: Target, junction: Junction): Trip {
    const { from, packet, arrive } = junction;
    switch (target.to) {
      case 'local':
        return this.local(trip, junction);
      case 'nat':
        return throughNat(this, trip, target.nat, junction);
      case 'appliance':
        return throughAppliance(this, trip, target.appliance, junction);
      case 'inspection':
        return throughInspection(this, trip, target.endpoint, junction);
      case 'nowhere':
        return trip.stop(step('route', from?.table.name ?? junction.vpc.name, packet, `the route ${target.reason}`));
      case 'internet':
        return toInternet(this, this.out(trip, junction), target.gateway, junction);
      case 'egress-only':
        return throughEgressOnly(this, this.out(trip, junction), target, junction);
      case 'peering':
        return overPeering(this, this.out(trip, junction), target.peering, junction);
      case 'hub':
        return enterHub(this, this.out(trip, junction), target.hub, junction);
      case 'vpn':
        return toOffice(this, this.out(trip, junction), target.gateway, junction);
      case 'service':
        this.out(trip, junction);
        return arrive(trip.note(serviceStep(target, packet)), packet);
      case 'unknown':
        return this.intoTheUnknown(this.out(trip, junction), target.unknown, packet, arrive);
    }
  }

  private out(trip: Trip, { from, packet }: Junction): Trip {
    return from ? this.crossing.out(trip, from, packet) : trip;
  }

  private local(trip: Trip, { vpc, from, packet, arrive }: Junction): Trip {
    const { goal, destination } = packet;
    if (isOutside(goal) || goal.subnet.vpc !== vpc)
      return trip.stop(
        step(
          'route',
          vpc.name,
          packet,
          `${destination.text} belongs to ${vpc.name} itself, so the packet never leaves it`,
        ),
      );
    if (from && !isSameSubnet(from, goal.subnet)) this.crossing.out(trip, from, packet);
    return this.deliver(trip, from, packet, arrive);
  }
}

const serviceStep = ({ endpoint, service }: Target & { to: 'service' }, packet: Packet) =>
  step('gateway', endpoint, packet, `the gateway endpoint ${endpoint} leads to ${service}`, 'gateway endpoint');
