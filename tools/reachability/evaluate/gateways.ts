import type { Gateway, Peering, Target } from '../model/network';
import { Unknown } from '../parse/values';
import { isPrivate, overlap, relation } from '../space/blocks';
import { isOutside, unrecognised, type Packet } from './packet';
import { step, type Trip } from './trip';
import type { Arrival, Junction, Walk } from './walk';

/**
 * Out by the internet gateway. For IPv4 it puts the sender's public address in place of the private one, and drops what
 * comes from a sender without; IPv6 passes as it is.
 */
export function toInternet(walk: Walk, trip: Trip, { name }: Gateway, { vpc, packet, arrive }: Junction): Trip {
  const { sender, family, direction, fromPublic } = packet;
  const at = (says: string, joins?: string) => step('gateway', name, packet, says, joins);
  if (vpc.blockedInternet === 'both') return trip.stop(at(`the account blocks ${vpc.name} from the internet`));
  if (family === 6)
    return overInternet(
      walk,
      trip.note(at(`the internet gateway ${name} passes it on`, 'internet gateway')),
      name,
      packet,
      arrive,
    );
  if (direction === 'reply') {
    if (!fromPublic)
      return trip.stop(
        at(`the reply leaves by the internet gateway ${name}, under an address the request was not sent to`),
      );
    return walk.enter(trip.note(at(`the internet gateway ${name} passes it on`, 'internet gateway')), packet, arrive);
  }
  if (isOutside(sender) || sender.hasPublic === false)
    return trip.stop(at(`${withoutAddress(sender)}, so the internet gateway ${name} drops it`));
  trip.note(at(`the internet gateway ${name} gives it the public address of ${sender.name}`, 'internet gateway'));
  if (sender.hasPublic instanceof Unknown) trip.doubt(at(sender.hasPublic.reason), sender.hasPublic.reason);
  return overInternet(walk, trip, name, { ...packet, source: walk.publicAddress(sender) }, arrive);
}

/** Words for why somebody cannot be on the IPv4 internet. */
export const withoutAddress = (one: { readonly name: string; readonly privateBecause?: string }): string =>
  `${one.name} has no public address${one.privateBecause === undefined ? '' : ` (${one.privateBecause})`}`;

/** Out by the egress-only gateway, which lets nothing in but replies. */
export function throughEgressOnly(
  walk: Walk,
  trip: Trip,
  { name, vpc: own }: Target & { to: 'egress-only' },
  { vpc, packet, arrive }: Junction,
): Trip {
  const at = (says: string, joins?: string) => step('gateway', name, packet, says, joins);
  if (own !== vpc) return trip.stop(at(`the egress-only gateway ${name} belongs to another VPC`));
  if (vpc.blockedInternet === 'both') return trip.stop(at(`the account blocks ${vpc.name} from the internet`));
  if (packet.direction === 'reply')
    return trip.stop(at(`the egress-only gateway ${name} knows no connection that was begun outside`));
  return overInternet(
    walk,
    trip.note(at(`the egress-only gateway ${name} passes it on`, 'egress-only gateway')),
    name,
    packet,
    arrive,
  );
}

/** What has left for the internet arrives there, or at another public address. */
function overInternet(walk: Walk, trip: Trip, gateway: string, packet: Packet, arrive: Arrival): Trip {
  const { goal, destination } = packet;
  const at = (says: string) => step('gateway', gateway, packet, says);
  if (isOutside(goal) && goal.kind === 'office') return trip.stop(at(`the internet does not lead to ${goal.name}`));
  if (!isOutside(goal) && packet.family === 4 && packet.direction === 'request' && !packet.toPublic)
    return trip.stop(at(`the internet carries nothing to the private address ${destination.text}`));
  if (isPrivate(destination))
    return trip.stop(at(`the internet carries nothing to the private address ${destination.text}`));
  return walk.enter(trip, unrecognised(packet), arrive);
}

/** Out by the virtual private gateway. */
export function toOffice(walk: Walk, trip: Trip, { name }: Gateway, { packet, arrive }: Junction): Trip {
  const { goal } = packet;
  const at = (says: string, joins?: string) => step('gateway', name, packet, says, joins);
  if (!isOutside(goal))
    return trip.stop(at(`the virtual private gateway ${name} leads to the office, not to ${goal.name}`));
  if (goal.kind === 'office')
    return arrive(trip.note(at(`the virtual private gateway ${name} passes it on`, 'VPN')), packet);
  return walk.intoTheUnknown(trip, new Unknown(`what lies behind ${name} is not in the templates`), packet, arrive);
}

/** Over a peering, which joins the addresses of two VPCs and nothing that lies behind either. */
export function overPeering(walk: Walk, trip: Trip, peering: Peering, { vpc, packet, arrive }: Junction): Trip {
  const { requester, accepter, name, oneRegion } = peering;
  const far = requester === vpc ? accepter : requester;
  const { goal, destination, sender } = packet;
  const at = (says: string, joins?: string) => step('gateway', name, packet, says, joins);
  if (far.foreign) return walk.intoTheUnknown(trip, far.foreign, packet, arrive);
  if (requester.blocks.some((one) => accepter.blocks.some((other) => overlap(one, other))))
    return trip.stop(at(`the peering ${name} cannot exist: its VPCs have overlapping addresses`));
  if (isOutside(sender) || sender.subnet.vpc !== vpc)
    return trip.stop(at(`the peering ${name} carries only what begins in ${vpc.name}; peering is not transitive`));
  const isThere =
    !isOutside(goal) && goal.subnet.vpc === far && far.blocks.some((one) => relation(destination, one) === 'inside');
  if (!isThere)
    return trip.stop(
      at(
        `the peering ${name} leads to addresses of ${far.name} only; its gateways, its endpoints and its other peers cannot be borrowed`,
      ),
    );
  trip.note(at(`the peering ${name} takes it into ${far.name}`, 'peering'));
  return walk.deliver(trip, undefined, oneRegion === true ? packet : unrecognised(packet), arrive);
}
