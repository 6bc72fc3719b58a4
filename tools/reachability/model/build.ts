import type { Stack } from '../../template/stack';
import { parse, type ParseOptions } from '../parse/parse';
import { accelerate } from './accelerators';
import { Balancers } from './balancers';
import { Connections } from './connections';
import { Filters } from './filters';
import { Machines } from './machines';
import { managedElements } from './managed';
import type { Element, Network } from './network';
import type { Ground } from './placing';
import { Routes } from './routes';
import { keyOf, Site } from './site';
import { Vpcs } from './vpcs';

/**
 * The network that templates describe.
 *
 * @throws one error that lists everything malformed
 */
export function buildNetwork(templates: readonly Stack[], options: ParseOptions = {}): Network {
  const site = new Site(parse(templates, options));
  const filters = new Filters(site);
  const vpcs = new Vpcs(site, filters);
  filters.fill((value) => vpcs.vpc(value));
  const ground: Ground = { site, filters, vpcs };
  const machines = new Machines(ground);
  const others = [...machines.elements, ...managedElements(ground)];
  const balancers = new Balancers(ground, others);
  const connections = new Connections(ground);
  new Routes(ground, machines, connections);
  const elements = [...balancers.elements, ...others];
  openDoors(site, elements);
  accelerate(site, elements);
  site.check();
  return {
    vpcs: vpcs.all,
    subnets: vpcs.allSubnets,
    groups: filters.allGroups,
    elements,
    peerings: [...connections.peerings.values()],
    hubs: [...connections.hubs.values()],
  };
}

/** Endpoints of other networks lead to the load balancer whose service they name. */
function openDoors(site: Site, elements: readonly Element[]): void {
  for (const service of site.of('AWS::EC2::VPCEndpointService')) {
    const doors = elements.filter((element) => element.service === service.key);
    for (const value of service.list('NetworkLoadBalancerArns')) {
      const balancer = elements.find(({ key }) => key === keyOf(value));
      if (balancer) balancer.doors = [...balancer.doors, ...doors];
    }
  }
  for (const balancer of elements.filter(({ doors }) => doors.length > 0)) {
    const resource = site.of('AWS::ElasticLoadBalancingV2::LoadBalancer').find(({ key }) => key === balancer.key);
    if (resource?.get('EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic') === 'off') balancer.isOpenToDoors = true;
  }
}
