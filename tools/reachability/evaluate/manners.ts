import type { Element, Forward, Interface } from '../model/network';
import { Unknown } from '../parse/values';
import { publicAddress, relation, type Block } from '../space/blocks';
import { anyOf, noTraffic, perhaps, type Extent } from '../space/extent';
import { everything, includes, trafficText } from '../space/traffic';
import { isOutside, type End, type Packet } from './packet';
import { step, type Trip } from './trip';

/** What the ends themselves add to what the network between them does. */
export interface Manners {
  /** The address the goal sees instead of the sender's own. */
  readonly shownAs?: Block;
  /** Whether an accelerator puts it down beside the goal, past routes and the network ACL. */
  readonly isBrought?: boolean;
  /** Takes away what the sender does not begin. */
  readonly atSender?: (trip: Trip, packet: Packet) => unknown;
  /** Takes away what the goal does not take. */
  readonly atGoal?: (trip: Trip, packet: Packet) => unknown;
}

/** The manners of two elements, each of which may be outside; a balancer that shows its clients has more than one way. */
export function mannersOf(from: End, sender: Element | undefined, to: End, receiver: Element | undefined): Manners[] {
  const atGoal: Manners = receiver ? { atGoal: (trip, packet) => listen(trip, packet, receiver) } : {};
  if (sender === undefined) return [atGoal];
  if (sender.opens.to !== 'targets') return [{ ...atGoal, atSender: (trip, packet) => begin(trip, packet, sender) }];
  const forwards = sender.opens.forwards.filter(({ target }) => isTarget(target, receiver, to));
  const keeping = forwards.filter(({ keepsClient }) => keepsClient);
  // A health check that gets through on the port of the service is no proof that clients do.
  const own = forwards.filter((one) => !keeping.some((other) => includes(other.extent.maybe, one.extent.maybe)));
  const passing = (some: readonly Forward[]) => (trip: Trip, packet: Packet) => {
    begin(trip, packet, sender);
    pass(trip, packet, some, to);
  };
  return [
    ...(own.length > 0 || keeping.length === 0 ? [{ ...atGoal, atSender: passing(own) }] : []),
    ...(keeping.length > 0 ? [{ ...atGoal, atSender: passing(keeping), shownAs: clientOf(from as Interface) }] : []),
  ];
}

/** What an element does not begin by itself is stopped; one that may not exist is doubted. */
function begin(trip: Trip, packet: Packet, sender: Element): void {
  doubtExistence(trip, packet, sender);
  const { name } = packet.sender;
  if (sender.opens.to === 'nobody') trip.stop(step('element', name, packet, `${name} ${sender.opens.because}`));
}

/** A load balancer opens connections to its targets only, on their ports, and to where people sign in. */
function pass(trip: Trip, packet: Packet, forwards: readonly Forward[], to: End): void {
  const extent = forwards.map((forward) => targetExtent(forward, to)).reduce(anyOf, noTraffic);
  const { name } = packet.sender;
  const says = () => {
    if (forwards.length === 0) return `${name} opens connections to its targets only`;
    const by = [...new Set(forwards.map((one) => one.by))].join(', ');
    const shown = forwards[0].keepsClient ? ' under the address of its client' : '';
    return `${name} passes on to ${trafficText(extent.maybe)} (${by})${shown}`;
  };
  trip.pass(step('element', name, packet, says), extent);
}

function listen(trip: Trip, packet: Packet, receiver: Element): void {
  doubtExistence(trip, packet, receiver);
  const { name } = packet.goal;
  if (receiver.listens.maybe === everything) return;
  trip.pass(step('element', name, packet, `${name} ${receiver.listensBecause}`), receiver.listens);
}

function doubtExistence(trip: Trip, packet: Packet, { exists, path }: Element): void {
  if (exists instanceof Unknown)
    trip.doubt(step('element', path, packet, `${path} may not exist: ${exists.reason}`), exists.reason);
}

function isTarget(target: Forward['target'], receiver: Element | undefined, to: End): boolean {
  if (target instanceof Unknown) return true;
  if (target === 'outside') return isOutside(to);
  if ('interfaces' in target) return target === receiver;
  const own = isOutside(to) ? to.block : to.v4;
  return own !== undefined && own.family === target.family && relation(target, own) === 'inside';
}

/** That an unknown target is this one is possible, not more; nor that an address of the subnet is that of this machine. */
function targetExtent({ target, extent }: Forward, to: End): Extent {
  if (target instanceof Unknown) return perhaps(extent.maybe, target.reason);
  if (target === 'outside') return extent;
  if ('interfaces' in target) return extent;
  const own = isOutside(to) ? to.block : to.v4!;
  if (isOutside(to) || relation(own, target) === 'inside') return extent;
  return perhaps(extent.maybe, `which machine has the address ${target.text} is known only at deployment`);
}

const clients = new WeakMap<Interface, Block>();

/** Who comes to a balancer: somebody of the internet, or of its own VPC. */
function clientOf(one: Interface): Block {
  let client = clients.get(one);
  if (client === undefined) {
    const inside = one.subnet.vpc.blocks[0] ?? one.v4;
    client = one.hasPublic === false && inside ? inside : publicAddress(`a client of ${one.name}`);
    clients.set(one, client);
  }
  return client;
}
