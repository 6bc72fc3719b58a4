import type { Element, Forward, Interface, Network, SecurityGroup } from '../model/network';
import { Unknown } from '../parse/values';
import { publicAddress, relation, type Block } from '../space/blocks';
import { anyOf, certain, noTraffic, perhaps, type Extent } from '../space/extent';
import { either, everything, nothing, trafficText, type Traffic } from '../space/traffic';
import { Connections, type Manners } from './connection';
import { isOutside, type End, type Packet } from './packet';
import { step, Trip } from './trip';
import { groupsExtent } from './filtering';
import { withoutAddress } from './gateways';

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
    return from.machines.flatMap((sender) =>
      to.machines.map((receiver) => {
        const trips = sender.flatMap((one) => receiver.flatMap((other) => this.trips(one, other, wanted, privately)));
        const throughDoors = doors.flatMap((door) => this.throughDoor(sender, door, to.element!, wanted));
        return pairOf(sender, receiver, [...trips, ...throughDoors]);
      }),
    );
  }

  private trips(from: End, to: End, wanted: Traffic, privately: boolean): Trip[] {
    const ways = this.connections.ways(from, to).filter(({ toPublic }) => !(privately && toPublic && !isOutside(from)));
    if (ways.length === 0) return [this.noWay(from, to, wanted)];
    return ways.flatMap((way) =>
      this.mannersOf(from, to).map((manners) => this.connections.try(from, to, way, wanted, manners)),
    );
  }

  /** Without an address of the same kind on both sides there is nothing to try. */
  private noWay(from: End, to: End, wanted: Traffic): Trip {
    const at = isOutside(to) ? from : to;
    return Trip.of(certain(wanted)).stop(step('element', at.name, request, noWaySays(from, to)));
  }

  private mannersOf(from: End, to: End): Manners[] {
    const [sender, receiver] = [from, to].map((end) => (isOutside(end) ? undefined : this.owners.get(end)));
    const atGoal = receiver && ((trip: Trip, packet: Packet) => this.listen(trip, packet, receiver));
    if (sender === undefined) return [{ ...(atGoal && { atGoal }) }];
    const plain: Manners = {
      ...(atGoal && { atGoal }),
      atSender: (trip, packet) => this.open(trip, packet, sender, receiver, to),
    };
    if (sender.opens.to !== 'targets') return [plain];
    const keeping = sender.opens.forwards.filter((forward) => forward.keepsClient && forward.target === receiver);
    if (keeping.length === 0) return [plain];
    return [
      plain,
      {
        ...plain,
        shownAs: clientOf(from as Interface),
        atSender: (trip, packet) => this.pass(trip, packet, keeping, true),
      },
    ];
  }

  /** What an element begins by itself. */
  private open(trip: Trip, packet: Packet, sender: Element, receiver: Element | undefined, to: End): void {
    existence(trip, packet, sender);
    const { opens } = sender;
    if (opens.to === 'nobody')
      trip.stop(step('element', packet.sender.name, packet, `${packet.sender.name} ${opens.because}`));
    if (opens.to !== 'targets') return;
    const plain = opens.forwards.filter(({ keepsClient }) => !keepsClient);
    this.pass(
      trip,
      packet,
      plain.filter(({ target }) => isTarget(target, receiver, to)),
      false,
    );
  }

  /** A load balancer opens connections to its targets only, on their ports. */
  private pass(trip: Trip, packet: Packet, forwards: readonly Forward[], keepsClient: boolean): void {
    const extent = forwards.map((forward) => targetExtent(forward)).reduce(anyOf, noTraffic);
    const name = packet.sender.name;
    const says = () =>
      forwards.length === 0
        ? `${name} opens connections to its targets only`
        : `${name} passes on to ${trafficText(extent.maybe)} (${[...new Set(forwards.map(({ by }) => by))].join(', ')})${keepsClient ? ' under the address of its client' : ''}`;
    trip.pass(step('element', name, packet, says), extent);
  }

  private listen(trip: Trip, packet: Packet, receiver: Element): void {
    existence(trip, packet, receiver);
    const { name } = packet.goal;
    if (receiver.listens.maybe === everything) return;
    trip.pass(step('element', name, packet, `${name} ${receiver.listensBecause}`), receiver.listens);
  }

  /** The balancer behind an endpoint of another network takes what reaches the endpoint. */
  private throughDoor(sender: readonly End[], door: Element, balancer: Element, wanted: Traffic): Trip[] {
    const limit = balancer.interfaces[0]?.groups;
    const unknownClient = {
      ...publicAddress('a client of the endpoint'),
      space: {
        key: `clients of ${door.key}`,
        reason: `the address ${door.path} shows the service is not in the templates`,
        isPublic: false,
      },
    };
    return sender.flatMap((one) =>
      door.interfaces.flatMap((inner) =>
        this.trips(one, inner, wanted, true).map((trip) => {
          trip.note(
            step('gateway', door.path, request, `the endpoint ${door.path} leads to ${balancer.path}`, 'PrivateLink'),
          );
          trip.pass(
            step('element', balancer.path, request, `${balancer.path} ${balancer.listensBecause}`),
            balancer.listens,
          );
          if (limit) {
            const extent = groupsExtent(limit, 'ingress', { block: unknownClient, groups: [] });
            trip.pass(
              step(
                'security group',
                balancer.path,
                request,
                `the security group of ${balancer.path} admits ${trafficText(extent.maybe)} from the endpoint`,
              ),
              extent,
            );
          }
          return trip;
        }),
      ),
    );
  }
}

function pairOf(from: readonly End[], to: readonly End[], trips: readonly Trip[]): Pair {
  const sure = trips.reduce((sum, trip) => either(sum, trip.extent.sure), nothing);
  const maybe = trips.reduce((sum, trip) => either(sum, trip.extent.maybe), nothing);
  return { from, to, sure, maybe, trips };
}

function existence(trip: Trip, packet: Packet, { exists, path }: Element): void {
  if (exists instanceof Unknown)
    trip.doubt(step('element', path, packet, `${path} exists only if: ${exists.reason}`), exists.reason);
}

function isTarget(target: Forward['target'], receiver: Element | undefined, to: End): boolean {
  if (target instanceof Unknown) return true;
  if ('interfaces' in target) return target === receiver;
  const own = isOutside(to) ? to.block : to.v4;
  return own !== undefined && own.family === target.family && relation(target, own) === 'inside';
}

/** That some unknown target is this one is possible, not more; nor that a written address is that of this machine. */
function targetExtent({ target, extent }: Forward): Extent {
  if (target instanceof Unknown) return perhaps(extent.maybe, target.reason);
  if ('interfaces' in target) return extent;
  return perhaps(extent.maybe, `which machine has the address ${target.text} is known only at deployment`);
}

const request = { direction: 'request' } as const;

function noWaySays(from: End, to: End): string {
  if (isOutside(from)) {
    if (isOutside(to)) return `${from.name} and ${to.name} are both outside the templates`;
    return from.block.family === 4 ? withoutAddress(to) : `${to.name} has no IPv6 address`;
  }
  if (isOutside(to)) return `${from.name} has no IPv${to.block.family} address`;
  return `${from.name} and ${to.name} have no kind of address in common`;
}

const clients = new WeakMap<Interface, Block>();

/** Who comes to a balancer: somebody of the internet, or of its own VPC. */
function clientOf(one: Interface): Block {
  let client = clients.get(one);
  if (client === undefined) {
    client = one.hasPublic === false ? (one.subnet.vpc.blocks[0] ?? one.v4!) : publicAddress(`a client of ${one.name}`);
    clients.set(one, client);
  }
  return client;
}
