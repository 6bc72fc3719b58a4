import type { Entry } from '../../access/names';
import { Unknown } from '../../reachability/parse/values';
import type { Element, SecurityGroup, Subnet } from '../../reachability/model/network';
import { trafficText } from '../../reachability/space/traffic';
import { trafficOf, type Row } from '../../reachability/table';
import type { Arrows } from './arrows';
import type { Boxes } from './boxes';
import type { Folding } from './folding';
import type { Ground } from './ground';
import type { Outsiders } from './outsiders';
import type { Reason } from './picture';
import { keyOf, type Source } from './source';

interface Work {
  readonly arrows: Arrows;
  readonly source: Source;
  readonly folding: Folding;
  readonly ground: Ground;
  readonly boxes: Boxes;
  readonly outsiders: Outsiders;
}

/** Arrows of the network: who reaches whom, by the gateways between them; rules of groups that nobody is in yet; routes. */
export function addTraffic(work: Work): void {
  const traffic = new TrafficArrows(work);
  traffic.addReach();
  traffic.addInspection();
  traffic.addGroups();
  traffic.addRoutes();
}

/** An end of a row: an element, or somebody outside. */
type End = { readonly element: Element; readonly id: string } | { readonly id: string; readonly element?: undefined };

class TrafficArrows {
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #elements: ReadonlyMap<string, Element>;

  constructor(private readonly work: Work) {
    const { source, ground } = work;
    this.#entries = new Map(source.entries.map((entry) => [keyOf(entry), entry]));
    const { model } = ground;
    this.#elements = new Map(model.network.elements.map((element) => [model.labelOf(element), element]));
  }

  addReach(): void {
    const { ground } = this.work;
    if (this.#elements.size === 0) return;
    // What an accelerator alone brings is told by its own arrows.
    const isBrought = ({ by }: Row) => by.split(', or ').every((way) => way.startsWith('accelerator'));
    for (const row of ground.model.table()) if (!isBrought(row)) this.#addRow(row);
  }

  #addRow(row: Row): void {
    const { arrows } = this.work;
    const label = inWords(trafficOf(row));
    const [from, to] = [this.#end(row.from), this.#end(row.to)];
    if (from === undefined) return;
    const because = this.#reasons(from, to, row);
    if (to === undefined) {
      const endpoint = this.#endpoint(row.to, from.element);
      // Without an endpoint the service is reached as the rest of the internet is.
      if (endpoint !== undefined && row.by.includes('gateway endpoint'))
        arrows.add({
          from: from.id,
          to: this.work.boxes.idOf(endpoint),
          kind: 'traffic',
          label,
          because: [...because, { stack: endpoint.stack.name, logicalId: endpoint.logicalId, rule: 'RouteTableIds' }],
        });
      return;
    }
    const isOut = to.element === undefined;
    const gateways = this.#hops(from, to, row.by);
    const hops = [...new Set(gateways.map((entry) => this.work.boxes.idOf(entry)))];
    const stops = [from.id, ...hops, to.id];
    const passing = gateways.map(({ stack, logicalId }) => ({ stack: stack.name, logicalId, rule: because[0].rule }));
    for (let i = 1; i < stops.length; i++) {
      // The ports stand once: beside the element's own end of the way.
      const isTold = isOut ? i === 1 : i === stops.length - 1;
      arrows.add({
        from: stops[i - 1],
        to: stops[i],
        kind: 'traffic',
        ...(isTold && { label }),
        because: [...because, ...passing],
        ...(isOut && { isBackward: true }),
      });
    }
  }

  #end(name: string): End | undefined {
    const { outsiders, boxes } = this.work;
    const element = this.#elements.get(name);
    if (element) {
      const entry = this.#entries.get(element.key);
      return entry && { element, id: boxes.idOf(entry) };
    }
    if (/^internet6?$/.test(name)) return { id: outsiders.internet() };
    return /[.:]/.test(name) ? { id: outsiders.range(name) } : undefined;
  }

  /** The gateways and forwarding hosts between somebody inside and somebody outside, from the sender on. */
  #hops(from: End, to: End, by: string): Entry[] {
    const inside = from.element ?? to.element;
    if (!inside || (from.element && to.element)) return [];
    const subnets = inside.interfaces.map(({ subnet }) => subnet);
    const nats = by.includes('NAT gateway') ? this.#natsOf(subnets) : [];
    const gateways = by.includes('internet gateway') ? this.#gatewaysOf(subnets) : [];
    const hosts = this.#found(by.split(', ').flatMap((name) => this.#elements.get(name)?.key ?? []));
    const way = [...hosts, ...this.#inspections(by.split(', ')), ...nats, ...gateways];
    return from.element ? way : way.reverse();
  }

  /** Endpoints that lead packets to appliances, all or those of these names. */
  #inspections(names?: readonly string[]): Entry[] {
    const { source } = this.work;
    return source.entries.filter(
      (entry) =>
        entry.type === 'AWS::EC2::VPCEndpoint' &&
        source.properties(entry).VpcEndpointType === 'GatewayLoadBalancer' &&
        (names?.includes(entry.display) ?? true),
    );
  }

  /** Such an endpoint hands every packet to a balancer, which may stand in another network. */
  addInspection(): void {
    const { arrows, boxes, source } = this.work;
    for (const endpoint of this.#inspections()) {
      const services = source.referred(endpoint).filter(({ type }) => type === 'AWS::EC2::VPCEndpointService');
      const balancers = services.flatMap((service) =>
        source.referred(service).filter(({ type }) => type === 'AWS::ElasticLoadBalancingV2::LoadBalancer'),
      );
      for (const balancer of balancers)
        arrows.add({
          from: boxes.idOf(endpoint),
          to: boxes.idOf(balancer),
          kind: 'traffic',
          label: 'every packet, and back',
          because: [{ stack: endpoint.stack.name, logicalId: endpoint.logicalId, rule: 'ServiceName' }],
        });
    }
  }

  #natsOf(subnets: readonly Subnet[]): Entry[] {
    const keys = subnets.flatMap(({ table }) =>
      table.routes.flatMap(({ target }) => (target.to === 'nat' ? [target.nat.key] : [])),
    );
    return this.#found(keys);
  }

  #gatewaysOf(subnets: readonly Subnet[]): Entry[] {
    return this.#found(subnets.flatMap(({ vpc }) => (vpc.internetGateway ? [vpc.internetGateway.key] : [])));
  }

  #found(keys: readonly string[]): Entry[] {
    return [...new Set(keys)].map((key) => this.#entries.get(key)).filter((entry) => entry !== undefined);
  }

  /** The gateway endpoint for a service in the network of whoever asks, which other networks may have too. */
  #endpoint(service: string, { interfaces = [] }: Partial<Element> = {}): Entry | undefined {
    const { source } = this.work;
    const all = source.entries.filter((entry) => {
      const { ServiceName, VpcEndpointType = 'Gateway' } = source.properties(entry);
      const isGateway = entry.type === 'AWS::EC2::VPCEndpoint' && VpcEndpointType === 'Gateway';
      return isGateway && String(ServiceName).endsWith(`.${service}`);
    });
    const own = new Set(interfaces.map(({ subnet }) => subnet.vpc.key));
    const isOwn = (entry: Entry) =>
      source.referredIn(entry, entry.resource.Properties?.VpcId).some((vpc) => own.has(keyOf(vpc)));
    return all.find(isOwn) ?? all[0];
  }

  /** The groups of both ends, with the rules that name the other. */
  #reasons(from: End, to: End | undefined, row: Row): Reason[] {
    const told = `${row.from} reaches ${row.to} on ${trafficOf(row)} by ${row.by}`;
    const ends = [from.element, to?.element].filter((one) => one !== undefined);
    const groups = ends.flatMap(({ interfaces }) => interfaces.flatMap((one) => one.groups ?? []));
    const keys = new Set([...ends.map(({ key }) => key), ...groups.map(({ key }) => key)]);
    const rules = this.work.source.entries.filter(
      (entry) => isGroupRule(entry.type) && this.#names(entry).filter((key) => keys.has(key)).length > 1,
    );
    const entries = [...[...keys].map((key) => this.#entries.get(key)), ...rules].filter((one) => one !== undefined);
    return entries.map((entry) => ({ stack: entry.stack.name, logicalId: entry.logicalId, rule: told }));
  }

  #names = (entry: Entry): string[] => this.work.source.referred(entry).map(keyOf);

  /** Groups that nobody is in yet are boxes of their own, for what will stand in them. */
  addGroups(): void {
    const { arrows, folding, ground, outsiders } = this.work;
    const shown = new Set(folding.shown.filter(({ type }) => type === 'AWS::EC2::SecurityGroup').map(keyOf));
    const idOf = (group: SecurityGroup) => this.work.boxes.idOf(this.#entries.get(group.key)!);
    for (const group of ground.model.network.groups.filter(({ key }) => shown.has(key)))
      for (const { peer, extent } of group.ingress) {
        if (peer instanceof Unknown) continue;
        const senders =
          'group' in peer
            ? shown.has(peer.group.key) ? [idOf(peer.group)] : [] // prettier-ignore
            : peer.blocks.map(({ text }) => (isWorld(text) ? outsiders.internet() : outsiders.range(text)));
        const because = this.#groupReasons(group, 'group' in peer ? peer.group : undefined);
        for (const from of senders)
          arrows.add({ from, to: idOf(group), kind: 'traffic', label: inWords(trafficText(extent.maybe)), because });
      }
  }

  #groupReasons(group: SecurityGroup, peer?: SecurityGroup): Reason[] {
    const own = this.#entries.get(group.key)!;
    const rules = this.work.source.entries.filter(
      (entry) =>
        peer !== undefined &&
        isGroupRule(entry.type) &&
        [group.key, peer.key].every((key) => this.#names(entry).includes(key)),
    );
    return (rules.length > 0 ? rules : [own]).map(({ stack, logicalId }) => ({
      stack: stack.name,
      logicalId,
      rule: 'SecurityGroupIngress',
    }));
  }

  /** Where nothing stands in a tier yet, its routes are what there is to see of it. */
  addRoutes(): void {
    const { arrows, ground, source, boxes } = this.work;
    const { subnets, elements } = ground.model.network;
    const endpoints = new Set(this.#inspections().map((endpoint) => boxes.idOf(endpoint)));
    const taken = new Set([
      ...elements.flatMap(({ interfaces }) => interfaces.map((one) => ground.place(one.subnet.key))),
      ...boxes.boxes.filter(({ id }) => endpoints.has(id)).map(({ frame }) => frame),
    ]);
    for (const route of source.entries.filter(({ type }) => type === 'AWS::EC2::Route')) {
      const [table] = source.referredIn(route, route.resource.Properties?.RouteTableId);
      const destination = String(route.resource.Properties?.DestinationCidrBlock ?? route.resource.Properties?.DestinationIpv6CidrBlock ?? ''); // prettier-ignore
      const targets = source.referred(route).filter((one) => one !== table);
      const because = [{ stack: route.stack.name, logicalId: route.logicalId, rule: destination }];
      for (const subnet of subnets.filter(({ table: own }) => table && own.key === keyOf(table)))
        for (const target of targets) {
          const from = ground.place(subnet.key);
          const to = boxes.idOf(target);
          if (from === undefined || taken.has(from) || !boxes.boxes.some(({ id }) => id === to)) continue;
          arrows.add({ from, to, kind: 'route', label: destination, because, isBackward: true });
        }
    }
    for (const endpoint of source.entries.filter(({ type }) => type === 'AWS::EC2::VPCEndpoint')) {
      const tables = source.referredIn(endpoint, endpoint.resource.Properties?.RouteTableIds).map(keyOf);
      const because = [{ stack: endpoint.stack.name, logicalId: endpoint.logicalId, rule: 'RouteTableIds' }];
      for (const { table, key } of subnets) {
        const from = ground.place(key);
        if (from === undefined || taken.has(from) || !tables.includes(table.key)) continue;
        arrows.add({ from, to: boxes.idOf(endpoint), kind: 'route', because });
      }
    }
  }
}

const isGroupRule = (type: string): boolean => /^AWS::EC2::SecurityGroup(Ingress|Egress)$/.test(type);
const isWorld = (block: string): boolean => block === '0.0.0.0/0' || block === '::/0';
/** `tcp 80` as people write it; all of it in two words. */
const inWords = (traffic: string): string =>
  traffic === 'everything' ? 'all traffic' : traffic.replace(/\b(tcp|udp|icmp)\b/g, (word) => word.toUpperCase());
