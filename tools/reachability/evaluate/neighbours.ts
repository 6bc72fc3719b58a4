import type { Element, Hub, Network, RouteTable, Target, Vpc } from '../model/network';
import { Unknown } from '../parse/values';
import type { Party } from './reach';

/**
 * Networks that nothing private joins: of two elements in such, the one cannot reach the other but over the internet. A table of
 * many networks in one template need not try them; it is of those within each.
 */
export class Neighbours {
  private readonly leaders = new Map<Vpc | Hub, Vpc | Hub>();
  /** Leaders of networks from which something unknown leads to perhaps anywhere. */
  private readonly open = new Set<Vpc | Hub>();
  private readonly byLeader = new Map<Vpc | Hub, Party[]>();
  /** Those outside, and those in networks that may lead anywhere: they are tried with everybody. */
  private readonly everywhere: Party[] = [];
  /** IPv6 knows no private addresses, so that those who have one may meet over the internet. */
  private readonly withV6: Party[] = [];

  constructor(
    network: Network,
    readonly senders: readonly Party[],
  ) {
    for (const [vpc, joined] of joints(network))
      if (joined === undefined) this.open.add(vpc);
      else this.join(vpc, joined);
    const open = new Set([...this.open].map((one) => this.leader(one)));
    for (const sender of senders) {
      const leaders = sender.element && this.leadersOf(sender.element);
      if (leaders === undefined || leaders.some((leader) => open.has(leader))) this.everywhere.push(sender);
      for (const leader of leaders ?? []) {
        const known = this.byLeader.get(leader);
        if (known) known.push(sender);
        else this.byLeader.set(leader, [sender]);
      }
      if (sender.element && hasV6(sender.element)) this.withV6.push(sender);
    }
  }

  /** The senders that may reach an element without the IPv4 internet between them. */
  of(element: Element): readonly Party[] {
    const ends = [element, ...element.doors];
    const near = ends.flatMap((one) => this.leadersOf(one)).flatMap((leader) => this.byLeader.get(leader) ?? []);
    return [...new Set([...near, ...this.everywhere, ...(ends.some(hasV6) ? this.withV6 : [])])];
  }

  private leadersOf({ interfaces }: Element): (Vpc | Hub)[] {
    return [...new Set(interfaces.map(({ subnet }) => this.leader(subnet.vpc)))];
  }

  private join(one: Vpc | Hub, other: Vpc | Hub): void {
    this.leaders.set(this.leader(one), this.leader(other));
  }

  private leader(one: Vpc | Hub): Vpc | Hub {
    let last = one;
    for (let next = this.leaders.get(last); next !== undefined && next !== last; next = this.leaders.get(last))
      last = next;
    // Whoever asks again finds it at once.
    if (last !== one) this.leaders.set(one, last);
    return last;
  }
}

const hasV6 = ({ interfaces }: Element): boolean => interfaces.some(({ v6 }) => v6 !== undefined && v6.has !== false);

/** Two networks that something joins, or one and nothing where what it leads to is unknown. */
type Joint = readonly [one: Vpc | Hub, other: Vpc | Hub | undefined];

function joints(network: Network): Joint[] {
  const { vpcs, subnets, peerings, hubs } = network;
  const known = new Set([
    ...vpcs,
    ...subnets.map(({ vpc }) => vpc),
    ...peerings.flatMap((one) => [one.requester, one.accepter]),
  ]);
  const tables = new Map<RouteTable, Set<Vpc>>();
  const use = (vpc: Vpc, table: RouteTable | undefined) => {
    if (table === undefined) return;
    const users = tables.get(table);
    if (users) users.add(vpc);
    else tables.set(table, new Set([vpc]));
  };
  for (const { vpc, table } of subnets) use(vpc, table);
  for (const vpc of known)
    for (const table of [vpc.mainTable, vpc.internetGateway?.edgeTable, vpc.vpnGateway?.edgeTable]) use(vpc, table);
  return [
    ...[...known].filter(({ foreign }) => foreign).map((vpc): Joint => [vpc, undefined]),
    ...hubs.flatMap(jointsOf),
    ...[...tables].flatMap(([table, users]) => [...users].flatMap((vpc) => byRoutes(vpc, table))),
  ];
}

function byRoutes(vpc: Vpc, { routes, open }: RouteTable): Joint[] {
  const led = routes.flatMap(({ target }) => behind(target).map((one): Joint => [vpc, one]));
  return open ? [...led, [vpc, undefined]] : led;
}

function jointsOf(hub: Hub): Joint[] {
  const attached = hub.attachments.flatMap(({ to, table }): Joint[] => [
    ...('vpc' in to ? [[hub, to.vpc] as const] : []),
    ...('peer' in to ? [[hub, to.peer()?.hub] as const] : []),
    ...(table instanceof Unknown || table?.routes.some(({ attachment }) => attachment instanceof Unknown)
      ? [[hub, undefined] as const]
      : []),
  ]);
  return hub.foreign ? [[hub, undefined], ...attached] : attached;
}

/** The networks a route leads to; undefined for one that nobody knows. */
function behind(target: Target): (Vpc | Hub | undefined)[] {
  switch (target.to) {
    case 'peering':
      return [target.peering.requester, target.peering.accepter];
    case 'hub':
      return [target.hub];
    case 'nat':
      return [target.nat.vpc];
    case 'appliance':
      return [target.appliance.subnet.vpc];
    case 'inspection':
      return [target.endpoint.subnet.vpc];
    case 'unknown':
      return [undefined];
    case 'local':
    case 'internet':
    case 'egress-only':
    case 'vpn':
    case 'service':
    case 'nowhere':
      return [];
  }
}
