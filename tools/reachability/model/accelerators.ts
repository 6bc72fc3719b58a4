import type { Resource } from '../parse/resource';
import { asMap, asNumber, asResource, describe, Unknown, type Tri, type Value } from '../parse/values';
import { anyOf, certain, noTraffic, perhaps, type Extent } from '../space/extent';
import { either, rule, without } from '../space/traffic';
import type { Acceleration, Element } from './network';
import { keyOf, type Site } from './site';

/** Accelerators bring the internet to their endpoints, whether those have public addresses or none. */
export function accelerate(site: Site, elements: readonly Element[]): void {
  for (const group of site.of('AWS::GlobalAccelerator::EndpointGroup')) {
    const listener = asResource(group.get('ListenerArn'));
    const accelerator = asResource(listener?.get('AcceleratorArn'));
    if (accelerator?.get('Enabled') === false) continue;
    const [named] = [accelerator, listener, group].filter((one) => one !== undefined);
    const addresses = accelerator?.get('IpAddressType');
    const carried = carriedBy(group, listener, accelerator);
    for (const endpoint of group.list('EndpointConfigurations').map(asMap)) {
      const element = elements.find(({ key }) => key === keyOf(endpoint.EndpointId));
      if (element === undefined) continue;
      const keeps = keepsClient(site, element, endpoint.ClientIPPreservationEnabled);
      add(element, {
        key: named.key,
        name: named.name,
        // With addresses of both kinds each leads to endpoints by the same kind.
        hasV6: addresses !== undefined && describe(addresses) !== 'IPV4',
        extent: keeps instanceof Unknown ? perhaps(carried.maybe, keeps.reason) : carried,
        keepsClient: keeps !== false,
      });
    }
  }
}

/** Listeners of one accelerator that lead to an endpoint in one manner are one way to it. */
function add(element: Element, one: Acceleration): void {
  const same = element.accelerations.find(
    ({ key, keepsClient: keeps }) => key === one.key && keeps === one.keepsClient,
  );
  element.accelerations = [
    ...element.accelerations.filter((other) => other !== same),
    same ? { ...same, extent: anyOf(same.extent, one.extent) } : one,
  ];
}

/** What gets to the endpoints of a group, at the ports they have themselves. */
function carriedBy(group: Resource, listener: Resource | undefined, accelerator: Resource | undefined): Extent {
  if (listener === undefined)
    return perhaps(either(rule('tcp'), rule('udp')), `the listener of ${group.name} is not in the templates`);
  const protocol = describe(listener.get('Protocol') ?? 'TCP').toLowerCase();
  const own = listener
    .list('PortRanges')
    .map((range) => portsOf(protocol, asMap(range).FromPort, asMap(range).ToPort))
    .reduce(anyOf, noTraffic);
  const extent = group
    .list('PortOverrides')
    .map(asMap)
    .reduce((on, one) => overridden(on, protocol, one), own);
  const open = [accelerator?.exists, accelerator?.get('Enabled'), listener.exists, group.exists].find(
    (one) => one instanceof Unknown,
  );
  return open === undefined ? extent : perhaps(extent.maybe, open.reason);
}

function overridden(on: Extent, protocol: string, override: { readonly [key: string]: Value }): Extent {
  const from = portsOf(protocol, override.ListenerPort);
  const to = portsOf(protocol, override.EndpointPort);
  const rest: Extent = { ...on, sure: without(on.sure, from.maybe), maybe: without(on.maybe, from.sure) };
  return anyOf(rest, to);
}

function portsOf(protocol: string, from: Value, to: Value = from): Extent {
  const ends = [asNumber(from), asNumber(to)];
  const [first, last] = ends.map((one) => (typeof one === 'number' ? one : undefined));
  if (first !== undefined && last !== undefined) return certain(rule(protocol, first, last));
  const open = ends.find((one) => one instanceof Unknown);
  return perhaps(rule(protocol), open instanceof Unknown ? open.reason : 'a port is not in the template');
}

/**
 * Whether an endpoint sees its clients' addresses. Instances and internal Application Load Balancers always do, others of that kind
 * unless told otherwise, and Network Load Balancers with groups where they are told to.
 */
function keepsClient(site: Site, { key, type, interfaces }: Element, told: Value): Tri {
  const balancer = site.of('AWS::ElasticLoadBalancingV2::LoadBalancer').find((one) => one.key === key);
  if (balancer === undefined) return type === 'AWS::EC2::Instance';
  const isNetwork = balancer.get('Type') === 'network';
  if (isNetwork && interfaces.some(({ groups }) => groups === undefined)) return false;
  if (!isNetwork && balancer.get('Scheme') !== 'internet-facing') return true;
  if (told instanceof Unknown) return told;
  return told === undefined ? !isNetwork : describe(told) === 'true';
}
