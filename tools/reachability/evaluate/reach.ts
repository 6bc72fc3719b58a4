import type { Acceleration, Element, Interface, Network, SecurityGroup } from '../model/network';
import { Unknown } from '../parse/values';
import { publicAddress } from '../space/blocks';
import { certain } from '../space/extent';
import { either, nothing, trafficText, type Traffic } from '../space/traffic';
import { Connections } from './connection';
import { throughDoor } from './doors';
import { withoutAddress } from './gateways';
import { mannersOf } from './manners';
import { isOutside, type End, type Outside, type Packet } from './packet';
import { step, Trip } from './trip';

/** One side of a question. */
export interface Party {
  readonly name: string;
  /** Machines of this name; each is a list of the ends it has. */
  readonly machines: readonly (readonly End[])[];
  readonly element?: Element;
}

/** What one machine can send to another. */
export interface Pair {
  readonly from: readonly End[];
  readonly to: readonly End[];
  readonly sure: Traffic;
  readonly maybe: Traffic;
  readonly trips: readonly Trip[];
}

export interface ReachOptions {
  /** Ports from which clients open connections. */
  readonly clientPorts: readonly [number, number];
}

/** Evaluates who reaches whom: every machine of one name, every machine of another, by every way there is. */
export class Reach {
  private readonly connections: Connections;
  private readonly owners = new Map<Interface, Element>();
  private readonly members = new Map<SecurityGroup, Set<Element>>();
  /** Elements in groups that only parameters name. */
  private readonly inParameters = new Set<Element>();

  constructor(
    readonly network: Network,
    nameOf: (element: Element) => string,
    options: ReachOptions,
  ) {
    for (const element of network.elements)
      for (const one of element.interfaces) {
        if (!element.isPart || !this.owners.has(one)) this.owners.set(one, element);
        for (const group of one.groups ?? []) this.join(group, element);
      }
    const members = (group: SecurityGroup) => [...(this.members.get(group) ?? [])].map(nameOf);
    this.connections = new Connections(network, { members }, options.clientPorts);
  }

  private join(group: SecurityGroup, element: Element): void {
    const members = this.members.get(group);
    if (members) members.add(element);
    else this.members.set(group, new Set([element]));
    if (group.isParameter) this.inParameters.add(element);
  }

  /**
   * The only elements that the groups of another admit, where its rules name nothing but groups; the table need not try
   * the others.
   */
  admittedBy(element: Element): ReadonlySet<Element> | undefined {
    if (element.doors.length > 0) return undefined;
    const admitted = new Set(this.inParameters);
    for (const { groups } of element.interfaces) {
      if (groups === undefined || groups.some(({ open }) => open)) return undefined;
      for (const { peer } of groups.flatMap(({ ingress }) => ingress)) {
        if (peer instanceof Unknown || !('group' in peer) || peer.group.isParameter) return undefined;
        for (const member of this.members.get(peer.group) ?? []) admitted.add(member);
      }
    }
    return admitted;
  }

  /** @param privately whether ways over the internet between two parties of the templates are left out */
  pairs(from: Party, to: Party, wanted: Traffic, privately = false): Pair[] {
    const doors = from.element === undefined ? [] : (to.element?.doors ?? []);
    const accelerations = to.element?.accelerations ?? [];
    return from.machines.flatMap((sender) =>
      to.machines.map((receiver) => {
        const trips = sender.flatMap((one) => receiver.flatMap((other) => this.trips(one, other, wanted, privately)));
        const behind = doors.flatMap((door) =>
          sender.flatMap((one) =>
            door.interfaces
              .flatMap((inner) => this.trips(one, inner, wanted, true))
              .map((trip) => throughDoor(trip, door, to.element!)),
          ),
        );
        const brought = accelerations.flatMap((by) =>
          sender.flatMap((one) => receiver.flatMap((other) => this.broughtBy(by, one, other, wanted))),
        );
        return pairOf(sender, receiver, [...brought, ...trips, ...behind]);
      }),
    );
  }

  /** What an accelerator takes from the internet to an end, in the name of its client or in its own. */
  private broughtBy(by: Acceleration, from: End, to: End, wanted: Traffic): Trip[] {
    if (!isOutside(from) || from.kind !== 'internet' || isOutside(to)) return [];
    if (from.block.family === 6 && !by.hasV6) return [];
    const [manners] = mannersOf(from, undefined, to, this.owners.get(to));
    const atSender = (trip: Trip, packet: Packet) => acceleratedBy(by, trip, packet);
    if (by.keepsClient) {
      const way = { family: from.block.family, toPublic: false };
      return [this.connections.try(from, to, way, wanted, { ...manners, atSender, isBrought: true })];
    }
    const itself: Outside = { name: by.name, kind: 'internet', block: publicAddress(by.name) };
    return this.connections
      .ways(itself, to)
      .map((way) => this.connections.try(itself, to, way, wanted, { ...manners, atSender }));
  }

  private trips(from: End, to: End, wanted: Traffic, privately: boolean): Trip[] {
    const ways = this.connections.ways(from, to).filter(({ toPublic }) => !(privately && toPublic && !isOutside(from)));
    if (ways.length === 0) {
      const at = isOutside(to) ? from : to;
      return [Trip.of(certain(wanted)).stop(step('element', at.name, { direction: 'request' }, noWaySays(from, to)))];
    }
    const [sender, receiver] = [from, to].map((end) => (isOutside(end) ? undefined : this.owners.get(end)));
    const manners = mannersOf(from, sender, to, receiver);
    return ways.flatMap((way) => manners.map((one) => this.connections.try(from, to, way, wanted, one)));
  }
}

function pairOf(from: readonly End[], to: readonly End[], trips: readonly Trip[]): Pair {
  const sure = trips.reduce((sum, trip) => either(sum, trip.extent.sure), nothing);
  const maybe = trips.reduce((sum, trip) => either(sum, trip.extent.maybe), nothing);
  return { from, to, sure, maybe, trips };
}

function acceleratedBy({ name, extent }: Acceleration, trip: Trip, packet: Packet): void {
  const says = `the accelerator ${name} takes ${trafficText(extent.maybe)} to ${packet.goal.name}`;
  trip.pass(step('gateway', name, packet, says, 'accelerator'), extent);
}

/** Without an address of the same kind on both sides there is nothing to try. */
function noWaySays(from: End, to: End): string {
  if (isOutside(from)) {
    if (isOutside(to)) return `${from.name} and ${to.name} are both outside the templates`;
    return from.block.family === 4 ? withoutAddress(to) : `${to.name} has no IPv6 address`;
  }
  if (isOutside(to)) return `${from.name} has no IPv${to.block.family} address`;
  return `${from.name} and ${to.name} have no kind of address in common`;
}
