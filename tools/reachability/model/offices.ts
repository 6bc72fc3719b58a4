import type { OfficeDoor, Outside } from '../evaluate/packet';
import { Unknown } from '../parse/values';
import { isPrivate, relation, type Block } from '../space/blocks';
import type { Network, RouteTable, Target, Vpc } from './network';
import { piecesOf } from './pieces';

/** A route that leads out of the templates by something else than the internet. */
export interface OfficeRoute {
  readonly destination: Block | Unknown;
  readonly door: OfficeDoor;
}

/** Routes to networks behind a VPN, in a VPC nobody described, or behind what only other templates know. */
export function officeRoutes({ subnets, hubs }: Network): OfficeRoute[] {
  const tables = new Map<RouteTable, Vpc>(subnets.map(({ table, vpc }) => [table, vpc]));
  const found: OfficeRoute[] = [];
  for (const [{ routes }, vpc] of tables)
    for (const { destination, target } of routes) {
      const door = doorOf(target, vpc);
      if (door) found.push({ destination, door });
    }
  for (const { table } of hubs.flatMap(({ attachments }) => attachments)) {
    if (table === undefined || table instanceof Unknown) continue;
    for (const { destination, attachment } of table.routes)
      if (attachment !== undefined && !(attachment instanceof Unknown) && 'office' in attachment.to)
        found.push({ destination, door: { by: 'hub', attachment: attachment.key } });
  }
  return found;
}

/** Each network behind a door, and the parts of it that rules single out. */
export function officesOf(network: Network, named: readonly Block[]): Outside[] {
  const routes = officeRoutes(network);
  const known = routes.map(({ destination }) => destination).filter((one) => isListed(one));
  return [...new Map(known.map((one) => [one.text, one])).values()].flatMap((office) => {
    const parts = named.filter((one) => one.text !== office.text && relation(one, office) === 'inside');
    return piecesOf(office, parts).map(({ of, address }) =>
      officeAt(of.text, parts.length === 0 ? office : address, routes),
    );
  });
}

/** An address or a block that is in some office; nothing for the internet's. */
export function officeOf(one: Block, network: Network): Outside | undefined {
  const routes = officeRoutes(network);
  const isKnown = routes.some(({ destination }) => isListed(destination) && relation(one, destination) === 'inside');
  return isKnown || isPrivate(one) ? officeAt(one.text, one, routes) : undefined;
}

function officeAt(name: string, block: Block, routes: readonly OfficeRoute[]): Outside {
  const doors = routes
    .filter(({ destination }) => destination instanceof Unknown || relation(block, destination) === 'inside')
    .map(({ door }) => door);
  const distinct = new Map(
    doors.map((door) => [door.by === 'hub' ? door.attachment : `${door.by} ${door.vpc.key}`, door]),
  );
  return { name, kind: 'office', block, doors: [...distinct.values()] };
}

const isListed = (destination: Block | Unknown): destination is Block =>
  !(destination instanceof Unknown) && destination.prefix !== 0 && destination.space === undefined;

function doorOf(target: Target, vpc: Vpc): OfficeDoor | undefined {
  if (target.to === 'vpn') return { by: 'vpn', vpc };
  const doubt = beyond(target, vpc);
  return doubt && { by: 'beyond', vpc, doubt };
}

/** Why nobody can say what lies behind a target, where it leads out of the templates. */
function beyond(target: Target, vpc: Vpc): Unknown | undefined {
  if (target.to === 'unknown') return target.unknown;
  if (target.to === 'hub') return target.hub.foreign;
  if (target.to !== 'peering') return undefined;
  const { requester, accepter } = target.peering;
  return (requester === vpc ? accepter : requester).foreign;
}
