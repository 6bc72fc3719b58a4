import { isSameSubnet, type Attachment, type Hub, type HubRoute, type Subnet, type Vpc } from '../model/network';
import { sameZone } from '../model/vpcs';
import { Unknown } from '../parse/values';
import { addressOf, destinationText, isOutside, unrecognised, type Packet } from './packet';
import { chooseHubRoute } from './route-choice';
import { step, Trip } from './trip';
import type { Arrival, Junction, Walk } from './walk';

/** A route of a VPC leads to a transit gateway. */
export function enterHub(walk: Walk, trip: Trip, hub: Hub, { vpc, from, packet, arrive }: Junction): Trip {
  if (hub.foreign) return walk.intoTheUnknown(trip, hub.foreign, packet, arrive);
  const attachment = hub.attachments.find(({ to }) => 'vpc' in to && to.vpc === vpc);
  if (attachment === undefined || !('vpc' in attachment.to))
    return trip.stop(
      step('gateway', hub.name, packet, `${vpc.name} is not attached to the transit gateway ${hub.name}`),
    );
  if (from) enterZone(walk, trip, attachment.to.subnets, from, hub, packet);
  return goOn(walk, trip, attachment, packet, arrive);
}

/** What has come in by an attachment goes on by the table the attachment is associated with, and out by another. */
export function goOn(walk: Walk, trip: Trip, attachment: Attachment, packet: Packet, arrive: Arrival): Trip {
  const { hub, table } = attachment;
  const at = (says: string) => step('gateway', hub.name, packet, says);
  if (trip.isStopped) return trip;
  if (packet.family === 6 && attachment.carriesV6 !== true)
    return trip.stop(at(`the attachment ${attachment.name} carries no IPv6`));
  if (table === undefined)
    return trip.stop(at(`the attachment ${attachment.name} is associated with no route table of ${hub.name}`));
  if (table instanceof Unknown) return walk.intoTheUnknown(trip, table, packet, arrive);
  const { destination, sentBy = [] } = packet;
  // A table that sees an address again sends it where it sent it before; without this, what is open multiplies at every turn.
  if (sentBy.some((one) => one.table === table && one.destination === destination))
    return trip.stop(step('route', table.name, packet, 'the packet goes round in circles'));
  const sent: Packet = { ...packet, sentBy: [...sentBy, { table, destination }] };
  const choice = chooseHubRoute(table, destination);
  const take = (on: Trip, route: HubRoute | undefined) =>
    route === undefined
      ? on.stop(
          step(
            'route',
            table.name,
            packet,
            `${table.name} of the transit gateway ${hub.name} has no route to ${destinationText(packet)}`,
          ),
        )
      : leave(walk, on, hub, route, table.name, sent, arrive);
  if (choice.doubt === undefined) return take(trip, choice.route);
  return Trip.whichever(
    [choice.route, ...choice.instead].map((route) => take(trip.fork(), route)),
    choice.doubt.reason,
  );
}

function leave(
  walk: Walk,
  trip: Trip,
  hub: Hub,
  route: HubRoute,
  table: string,
  packet: Packet,
  arrive: Arrival,
): Trip {
  const { destination, attachment } = route;
  const where = destination instanceof Unknown ? 'an unknown destination' : destination.text;
  if (attachment === undefined)
    return trip.stop(step('route', table, packet, `${table} drops what is for ${where}: the route is a black hole`));
  if (attachment instanceof Unknown) return walk.intoTheUnknown(trip, attachment, packet, arrive);
  trip.note(step('route', table, packet, `${table} routes ${where} to ${attachment.name}`, 'transit gateway'));
  if (packet.family === 6 && attachment.carriesV6 !== true)
    return trip.stop(step('gateway', hub.name, packet, `the attachment ${attachment.name} carries no IPv6`));
  const { to } = attachment;
  if ('office' in to) return intoOffice(walk, trip, hub, to.office, packet, arrive);
  if ('vpc' in to) return intoVpc(walk, trip, hub, to, packet, arrive);
  const far = to.peer();
  return far ? goOn(walk, trip, far, unrecognised(packet), arrive) : trip;
}

/** What is for the VPC itself is delivered; all else follows the table of the attachment's subnet. */
function intoVpc(
  walk: Walk,
  trip: Trip,
  hub: Hub,
  { vpc, subnets }: { readonly vpc: Vpc; readonly subnets: readonly Subnet[] },
  packet: Packet,
  arrive: Arrival,
): Trip {
  const { goal, family, destination, sender } = packet;
  const seen = recognisedAcross(hub, packet);
  const inZoneOf = (zone: string | undefined) => subnets.find((subnet) => sameZone(subnet.zone, zone) === true);
  if (isOutside(goal) || goal.subnet.vpc !== vpc || destination !== addressOf(goal, family)) {
    const landing = (isOutside(sender) ? undefined : inZoneOf(sender.subnet.zone)) ?? subnets[0];
    if (landing === undefined)
      return trip.stop(step('gateway', hub.name, packet, `the attachment to ${vpc.name} has no subnets`));
    return walk.leave(trip, landing, seen, arrive);
  }
  const landing =
    subnets.find((subnet) => isSameSubnet(subnet, goal.subnet)) ?? inZoneOf(goal.subnet.zone) ?? subnets[0];
  // Between an attachment and a host in one subnet, no ACL looks at what comes out of the hub.
  if (isSameSubnet(landing, goal.subnet)) return arrive(trip, seen);
  if (landing) walk.crossing.out(trip, landing, seen);
  return walk.deliver(trip, landing, seen, arrive);
}

/** Whether the far side of a hub recognises the sender's groups is a choice made for the hub. */
function recognisedAcross({ groupsAcross }: Hub, packet: Packet): Packet {
  if (groupsAcross === true) return packet;
  return groupsAcross instanceof Unknown ? { ...packet, groupsDoubt: groupsAcross } : unrecognised(packet);
}

function intoOffice(walk: Walk, trip: Trip, hub: Hub, office: string, packet: Packet, arrive: Arrival): Trip {
  const { goal } = packet;
  const at = (says: string) => step('gateway', hub.name, packet, says);
  if (!isOutside(goal)) return trip.stop(at(`the connection ${office} leads to the office, not to ${goal.name}`));
  if (goal.kind === 'office') return arrive(trip.note(at(`the connection ${office} carries it on`)), packet);
  return walk.intoTheUnknown(trip, new Unknown(`what lies behind ${office} is not in the templates`), packet, arrive);
}

/** A hub serves the zones it has an interface in; the ACL of that interface's subnet sees what goes in. */
function enterZone(walk: Walk, trip: Trip, subnets: readonly Subnet[], from: Subnet, hub: Hub, packet: Packet): void {
  const at = (says: string) => step('gateway', hub.name, packet, says);
  const zones = subnets.map((subnet) => ({ subnet, same: subnet === from || sameZone(subnet.zone, from.zone) }));
  const own = zones.find(({ same }) => same === true);
  if (own) {
    walk.crossing.into(trip, own.subnet, packet);
    return;
  }
  const open = zones.map(({ same }) => same).find((same) => same instanceof Unknown);
  if (open instanceof Unknown) trip.doubt(at(open.reason), open.reason);
  else trip.stop(at(`the transit gateway ${hub.name} has no interface in the zone of ${from.name}`));
}
