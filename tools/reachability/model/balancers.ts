import type { Resource } from '../parse/resource';
import { asMap, asNumber, asResource, describe, isMap, Unknown, type Tri, type Value } from '../parse/values';
import { blockOf } from '../parse/addresses';
import { anyOf, certain, noTraffic, perhaps, type Extent } from '../space/extent';
import { either, rule, trafficText, type Traffic } from '../space/traffic';
import type { Element, Forward } from './network';
import { elementFrom, groupsOf, interfacesOf, placeOf, type Ground } from './placing';
import { keyOf } from './site';

const classicType = 'AWS::ElasticLoadBalancing::LoadBalancer';

/** Load balancers: what they listen on, and whom they pass it to. */
export class Balancers {
  readonly elements: Element[];
  private readonly byKey: ReadonlyMap<string, Element>;
  /** Target groups, with who is in them and on which port. */
  private readonly members = new Map<string, { readonly target: Forward['target']; readonly port?: Value }[]>();
  private readonly listeners = new Map<string, Resource[]>();
  private readonly rules = new Map<string, Resource[]>();

  constructor(
    private readonly ground: Ground,
    others: readonly Element[],
  ) {
    const { site } = ground;
    for (const listener of site.of('AWS::ElasticLoadBalancingV2::Listener'))
      add(this.listeners, keyOf(listener.get('LoadBalancerArn')), listener);
    for (const one of site.of('AWS::ElasticLoadBalancingV2::ListenerRule'))
      add(this.rules, keyOf(one.get('ListenerArn')), one);
    const made = site
      .of('AWS::ElasticLoadBalancingV2::LoadBalancer')
      .map((resource) => ({ resource, forwards: [] as Forward[] }));
    const classic = site.of(classicType).map((resource) => ({ resource, forwards: [] as Forward[] }));
    this.elements = [
      ...made.map(({ resource, forwards }) => this.balancer(resource, forwards)),
      ...classic.map(({ resource, forwards }) => this.classic(resource, forwards)),
    ];
    this.byKey = new Map([...others, ...this.elements].map((element) => [element.key, element]));
    this.findMembers();
    for (const { resource, forwards } of made) forwards.push(...this.forwardsOf(resource));
    for (const { resource, forwards } of classic) forwards.push(...this.classicForwards(resource));
  }

  private balancer(resource: Resource, forwards: Forward[]): Element {
    const type = describe(resource.get('Type') ?? 'application');
    const mapped = resource.list('SubnetMappings').map((one) => (isMap(one) ? asMap(one).SubnetId : one));
    const named = resource.list('SecurityGroups');
    const place = placeOf(this.ground, [...resource.list('Subnets'), ...mapped], named);
    const listens = this.listensOf(resource, type);
    const isPublic = equals(resource.get('Scheme'), 'internet-facing', true);
    const addresses = describe(resource.get('IpAddressType') ?? 'ipv4');
    const unfiltered = type !== 'application' && named.length === 0;
    return elementFrom(resource, {
      interfaces: interfacesOf(resource.name, resource.key, {
        subnets: place.subnets,
        ...(!unfiltered && { groups: place.groups }),
        isPublic: addresses === 'dualstack-without-public-ipv4' ? false : isPublic,
        hasV6: addresses.startsWith('dualstack'),
        privateBecause: 'it is an internal load balancer',
      }),
      listens,
      listensBecause: `has listeners for ${trafficText(listens.maybe)} only`,
      opens: { to: 'targets', forwards },
    });
  }

  private listensOf(balancer: Resource, type: string): Extent {
    if (type === 'gateway') return noTraffic;
    return (this.listeners.get(balancer.key) ?? []).map(listenerExtent).reduce(anyOf, noTraffic);
  }

  private forwardsOf(balancer: Resource): Forward[] {
    const type = describe(balancer.get('Type') ?? 'application');
    return (this.listeners.get(balancer.key) ?? []).flatMap((listener) => {
      const rules = this.rules.get(listener.key) ?? [];
      const actions = [...listener.list('DefaultActions'), ...rules.flatMap((one) => one.list('Actions'))];
      const groups = new Map(actions.flatMap(targetGroups).map((value) => [keyOf(value), value]));
      const by = type === 'gateway' ? 'every listener' : `listener ${trafficText(listenerExtent(listener).maybe)}`;
      const asks = actions.some((action) => isMap(action) && /^authenticate-/.test(describe(asMap(action).Type)));
      return [...groups.values()].flatMap((group) => this.forwardsTo(group, by, type)).concat(asks ? [atProvider] : []);
    });
  }

  private forwardsTo(value: Value, by: string, balancerType: string): Forward[] {
    const group = asResource(value);
    if (group === undefined) {
      const unknown =
        value instanceof Unknown ? value : new Unknown(`the target group ${describe(value)} is not in the templates`);
      return [{ target: unknown, extent: perhaps(rule('tcp'), unknown.reason), by, keepsClient: false }];
    }
    if (group.get('TargetType') === 'lambda') return [];
    return (this.members.get(group.key) ?? []).flatMap(({ target, port }): Forward[] => {
      const extent = protocolExtent(group.get('Protocol'), port ?? group.get('Port'));
      const check = group.get('HealthCheckPort');
      const forward = { target, extent, by, keepsClient: balancerType === 'network' && keepsClient(group) };
      if (group.get('HealthCheckEnabled') === false) return [forward];
      const checks =
        check === undefined || check === 'traffic-port'
          ? tcpOf(extent, port ?? group.get('Port'))
          : protocolExtent('TCP', check);
      return [forward, { target, extent: checks, by: 'health check', keepsClient: false }];
    });
  }

  private findMembers(): void {
    const { site } = this.ground;
    for (const group of site.of('AWS::ElasticLoadBalancingV2::TargetGroup'))
      for (const one of group.list('Targets')) {
        const { Id: id, Port: port } = asMap(one);
        add(this.members, group.key, {
          target: this.target(isMap(one) ? id : one),
          ...(port !== undefined && { port }),
        });
      }
    for (const fleet of [...site.of('AWS::AutoScaling::AutoScalingGroup')])
      for (const group of fleet.list('TargetGroupARNs'))
        add(this.members, keyOf(group), { target: this.byKey.get(fleet.key)! });
    for (const service of site.of('AWS::ECS::Service'))
      for (const entry of service.list('LoadBalancers').map(asMap)) {
        if (entry.TargetGroupArn === undefined) continue;
        const own = this.byKey.get(service.key);
        // Without an interface of its own, a task is found on the instances of the cluster, on a port of their choice.
        add(
          this.members,
          keyOf(entry.TargetGroupArn),
          own ? { target: own, port: entry.ContainerPort } : this.onInstances(service),
        );
      }
  }

  private onInstances(service: Resource): { readonly target: Forward['target']; readonly port: Value } {
    const { site } = this.ground;
    const cluster = keyOf(service.get('Cluster'));
    const providers = site
      .of('AWS::ECS::ClusterCapacityProviderAssociations')
      .filter((one) => keyOf(one.get('Cluster')) === cluster)
      .flatMap((one) => one.list('CapacityProviders').map(asResource));
    const fleet = providers
      .map((one) => one && keyOf(one.get('AutoScalingGroupProvider.AutoScalingGroupArn')))
      .find(Boolean);
    const found = fleet === undefined ? undefined : this.byKey.get(fleet);
    return {
      target: found ?? new Unknown(`the instances that run ${service.name} are not in the templates`),
      port: new Unknown(`the host port of ${service.name} is chosen when a task starts`),
    };
  }

  private target(value: Value): Forward['target'] {
    const resource = asResource(value);
    // The address of a mount target is where its file system answers.
    const owner = resource?.type === 'AWS::EFS::MountTarget' ? keyOf(resource.get('FileSystemId')) : resource?.key;
    const element = owner === undefined ? undefined : this.byKey.get(owner);
    if (element) return element;
    const found = blockOf(value, 4);
    return found instanceof Unknown || found.space === undefined ? found : new Unknown(found.space.reason);
  }

  private classic(resource: Resource, forwards: Forward[]): Element {
    const place = placeOf(this.ground, resource.list('Subnets'), resource.list('SecurityGroups'));
    const listens = resource
      .list('Listeners')
      .map((one) => protocolExtent('TCP', asMap(one).LoadBalancerPort))
      .reduce(anyOf, noTraffic);
    return elementFrom(resource, {
      interfaces: interfacesOf(resource.name, resource.key, {
        subnets: place.subnets,
        groups: place.groups.length > 0 ? place.groups : groupsOf(this.ground, [], place.subnets[0]?.vpc),
        isPublic: resource.get('Scheme') !== 'internal',
        hasV6: false,
        privateBecause: 'it is an internal load balancer',
      }),
      listens,
      listensBecause: `has listeners for ${trafficText(listens.maybe)} only`,
      opens: { to: 'targets', forwards },
    });
  }

  private classicForwards(resource: Resource): Forward[] {
    const fleets = this.ground.site
      .of('AWS::AutoScaling::AutoScalingGroup')
      .filter((fleet) => fleet.list('LoadBalancerNames').some((name) => keyOf(name) === resource.key))
      .map((fleet) => this.byKey.get(fleet.key)!);
    const targets = [...resource.list('Instances').map((value) => this.target(value)), ...fleets];
    return resource.list('Listeners').flatMap((one) => {
      const { LoadBalancerPort: port, InstancePort: instancePort } = asMap(one);
      const extent = protocolExtent('TCP', instancePort);
      return targets.map((target) => ({ target, extent, by: `listener tcp ${describe(port)}`, keepsClient: false }));
    });
  }
}

/** The balancer itself asks a provider who somebody is, at addresses that only names lead to. */
const atProvider: Forward = {
  target: 'outside',
  extent: certain(rule('tcp', 443, 443)),
  by: 'sign-in',
  keepsClient: false,
};

/** Whether targets see the client's address. UDP always shows it; TCP does for instances unless told otherwise. */
function keepsClient(group: Resource): boolean {
  if (/UDP|QUIC/.test(describe(group.get('Protocol')))) return true;
  const attribute = group
    .list('TargetGroupAttributes')
    .map(asMap)
    .find(({ Key }) => Key === 'preserve_client_ip.enabled');
  if (attribute) return describe(attribute.Value) === 'true';
  return (group.get('TargetType') ?? 'instance') === 'instance';
}

/** The target groups of an action, forwarded to directly or by weight. */
function targetGroups(action: Value): Value[] {
  if (action instanceof Unknown) return [action];
  const { TargetGroupArn: one, ForwardConfig: forward } = asMap(action);
  const weighted = asMap(forward).TargetGroups;
  const list = Array.isArray(weighted)
    ? (weighted as readonly Value[]).map((group) => asMap(group).TargetGroupArn)
    : [];
  return [one, ...list].filter((value) => value !== undefined);
}

const listenerExtent = (listener: Resource): Extent => protocolExtent(listener.get('Protocol'), listener.get('Port'));

function protocolExtent(protocol: Value, port: Value): Extent {
  const name = describe(protocol ?? 'HTTP').toUpperCase();
  const number = asNumber(port);
  const at = typeof number === 'number' ? number : undefined;
  const traffic: Traffic =
    name === 'TCP_UDP' || name === 'TCP_QUIC'
      ? either(rule('tcp', at, at), rule('udp', at, at))
      : rule(/^(UDP|QUIC|GENEVE)$/.test(name) ? 'udp' : 'tcp', at, at);
  if (at !== undefined) return certain(traffic);
  return perhaps(traffic, number instanceof Unknown ? number.reason : 'a port is not in the template');
}

/** Health checks of UDP services are made by TCP. */
const tcpOf = (extent: Extent, port: Value): Extent =>
  extent.maybe.udp.length > 0 ? protocolExtent('TCP', port) : extent;

function equals(value: Value, wanted: string, otherwise: boolean): Tri {
  if (value === undefined) return otherwise;
  return value instanceof Unknown ? value : value === wanted;
}

function add<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list) list.push(item);
  else map.set(key, [item]);
}
