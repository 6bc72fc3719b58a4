import type { Resource } from '../parse/resource';
import { asResource, asTri, describe, Unknown, type Tri, type Value } from '../parse/values';
import { block, type Block } from '../space/blocks';
import type { Connections } from './connections';
import type { Machines } from './machines';
import type { Acl, Interface, Nat, Route, RouteTable, Subnet, Target, Vpc } from './network';
import { interfacesOf, type Ground } from './placing';
import { serviceOf } from './managed';
import { foreign, keyOf, mentioned } from './site';

/** Route tables: whose they are, and where each of their routes leads. */
export class Routes {
  private readonly tables = new Map<string, { readonly table: RouteTable; readonly vpc: Vpc }>();
  private readonly nats = new Map<string, Nat>();
  private readonly inspections = new Map<string, Interface>();

  constructor(
    private readonly ground: Ground,
    private readonly machines: Machines,
    private readonly connections: Connections,
  ) {
    const { site, vpcs } = ground;
    for (const resource of site.of('AWS::EC2::RouteTable')) {
      const vpc = vpcs.vpc(resource.get('VpcId'));
      const table: RouteTable = { key: resource.key, name: resource.name, routes: [] };
      this.tables.set(resource.key, { table, vpc });
    }
    for (const nat of site.of('AWS::EC2::NatGateway')) this.nats.set(nat.key, this.natFrom(nat));
    for (const endpoint of site.of('AWS::EC2::VPCEndpoint')) this.addEndpoint(endpoint);
    for (const route of site.of('AWS::EC2::Route')) this.addRoute(route);
    for (const one of site.of('AWS::EC2::VPNGatewayRoutePropagation')) this.addPropagation(one);
    this.associate();
    this.addLocalRoutes();
  }

  /** The tables subnets and gateways follow; without one of its own, a subnet follows the main table of its VPC. */
  private associate(): void {
    const { site, vpcs } = this.ground;
    for (const one of site.of('AWS::EC2::SubnetRouteTableAssociation')) {
      const table = this.table(one.get('RouteTableId'));
      const subnet = vpcs.subnet(one.get('SubnetId'), this.tables.get(table.key)?.vpc);
      subnet.table =
        one.exists instanceof Unknown ? { ...table, name: table.name, routes: [], open: one.exists } : table;
    }
    for (const one of site.of('AWS::EC2::GatewayRouteTableAssociation')) {
      const gateway = vpcs.gateway(one.get('GatewayId'));
      if (gateway) gateway.edgeTable = this.table(one.get('RouteTableId'));
    }
    const associated = new Map<Subnet, Acl>();
    for (const one of site.of('AWS::EC2::SubnetNetworkAclAssociation')) {
      const subnet = vpcs.subnet(one.get('SubnetId'));
      const acl = this.ground.filters.acl(one.get('NetworkAclId'));
      const other = associated.get(subnet);
      const why = new Unknown(`two network ACLs, ${other?.name} and ${acl.name}, are associated with ${subnet.name}`);
      subnet.acl = other === undefined || other === acl ? acl : { ...acl, entries: [], foreign: why };
      associated.set(subnet, acl);
    }
  }

  private addLocalRoutes(): void {
    for (const { table, vpc } of this.tables.values()) {
      for (const destination of vpc.blocks)
        table.routes.push({ destination, target: { to: 'local' }, origin: 'local', exists: true });
    }
    for (const { mainTable, blocks } of this.ground.vpcs.all)
      for (const destination of blocks.slice(mainTable.routes.length))
        mainTable.routes.push({ destination, target: { to: 'local' }, origin: 'local', exists: true });
  }

  private table(value: Value): RouteTable {
    const key = keyOf(value);
    return (
      this.tables.get(key)?.table ?? {
        key,
        name: mentioned('the route table', value),
        routes: [],
        open: foreign('the route table', value),
      }
    );
  }

  private natFrom(resource: Resource): Nat {
    const subnetValue = resource.get('SubnetId');
    const subnet = subnetValue === undefined ? undefined : this.ground.vpcs.subnet(subnetValue);
    return {
      key: resource.key,
      name: resource.name,
      ...(subnet && { subnet }),
      vpc: subnet?.vpc ?? this.ground.vpcs.vpc(resource.get('VpcId')),
      isPublic: resource.get('ConnectivityType') !== 'private',
    };
  }

  private addRoute(resource: Resource): void {
    const entry = this.tables.get(keyOf(resource.get('RouteTableId')));
    if (entry === undefined) return;
    const target = this.target(resource, entry.vpc);
    for (const destination of this.destinations(resource))
      entry.table.routes.push({ destination, target, origin: 'static', exists: resource.exists });
  }

  private destinations(resource: Resource): readonly (Block | Unknown)[] {
    const { site, filters } = this.ground;
    const list = resource.get('DestinationPrefixListId');
    if (list !== undefined) {
      const ranges = filters.prefixList(list);
      return ranges instanceof Unknown ? [ranges] : ranges;
    }
    const v4 = site.block(resource, 'DestinationCidrBlock', 4);
    const v6 = site.block(resource, 'DestinationIpv6CidrBlock', 6);
    return [v4, v6].filter((one) => one !== undefined);
  }

  private target(resource: Resource, vpc: Vpc): Target {
    const name = targetProperties.find((property) => resource.get(property) !== undefined);
    if (name === undefined) return { to: 'nowhere', reason: 'names no target' };
    const value = resource.get(name);
    if (value instanceof Unknown) return { to: 'unknown', unknown: value };
    switch (name) {
      case 'GatewayId':
        return value === 'local' ? { to: 'local' } : this.gateway(value, vpc);
      case 'NatGatewayId':
        return this.nat(value);
      case 'EgressOnlyInternetGatewayId':
        return this.egressOnly(value);
      case 'VpcPeeringConnectionId':
        return this.peering(value, vpc);
      case 'TransitGatewayId':
        return { to: 'hub', hub: this.connections.hub(value) };
      case 'InstanceId':
      case 'NetworkInterfaceId':
        return this.appliance(value);
      case 'VpcEndpointId':
        return this.inspection(value);
      case 'CarrierGatewayId':
      case 'LocalGatewayId':
      case 'CoreNetworkArn':
        return { to: 'unknown', unknown: new Unknown(`what lies behind ${describe(value)} (${name}) is not modelled`) };
    }
  }

  private gateway(value: Value, vpc: Vpc): Target {
    const own = [vpc.internetGateway, vpc.vpnGateway].find((gateway) => gateway?.key === keyOf(value));
    if (own) {
      if (own.exists instanceof Unknown) return { to: 'unknown', unknown: own.exists };
      return { to: own.type, gateway: own };
    }
    if (vpc.foreign || asResource(value) === undefined)
      return { to: 'unknown', unknown: foreign('the gateway', value) };
    return { to: 'nowhere', reason: `leads to ${describe(value)}, which is not attached to ${vpc.name}` };
  }

  private nat(value: Value): Target {
    const nat = this.nats.get(keyOf(value));
    if (nat === undefined) return { to: 'unknown', unknown: foreign('the NAT gateway', value) };
    const exists = asResource(value)!.exists;
    return exists instanceof Unknown ? { to: 'unknown', unknown: exists } : { to: 'nat', nat };
  }

  private egressOnly(value: Value): Target {
    const resource = asResource(value);
    if (resource === undefined) return { to: 'unknown', unknown: foreign('the egress-only gateway', value) };
    return { to: 'egress-only', name: resource.name, vpc: this.ground.vpcs.vpc(resource.get('VpcId')) };
  }

  private peering(value: Value, vpc: Vpc): Target {
    const peering = this.connections.peerings.get(keyOf(value));
    if (peering === undefined) return { to: 'unknown', unknown: foreign('the peering', value) };
    if (peering.requester !== vpc && peering.accepter !== vpc)
      return { to: 'nowhere', reason: `leads to the peering ${peering.name}, which does not join ${vpc.name}` };
    return { to: 'peering', peering };
  }

  private appliance(value: Value): Target {
    const appliance = this.machines.interfaceOf(value);
    return appliance ? { to: 'appliance', appliance } : { to: 'unknown', unknown: foreign('the appliance', value) };
  }

  /** An endpoint of a Gateway Load Balancer, or of a firewall, which hands its endpoints out only at deployment. */
  private inspection(value: Value): Target {
    const endpoint = this.inspections.get(keyOf(value));
    return endpoint
      ? { to: 'inspection', endpoint }
      : { to: 'unknown', unknown: new Unknown(`what ${describe(value)} does with traffic is not in the templates`) };
  }

  /** A gateway endpoint adds a route to the tables it lists; one of a Gateway Load Balancer can be routed to. */
  private addEndpoint(resource: Resource): void {
    const type = describe(resource.get('VpcEndpointType') ?? 'Gateway');
    if (type === 'GatewayLoadBalancer') {
      const subnets = resource.list('SubnetIds').map((value) => this.ground.vpcs.subnet(value));
      const [made] = interfacesOf(resource.name, resource.key, {
        subnets,
        isPublic: false,
        hasV6: false,
        forwards: true,
      });
      this.inspections.set(resource.key, made);
    }
    if (type !== 'Gateway') return;
    const service = serviceOf(resource.get('ServiceName'));
    for (const value of resource.list('RouteTableIds')) {
      const table = this.table(value);
      table.routes.push({
        destination: new Unknown(`the addresses of ${service} are not in the templates`, `service ${service}`),
        target: { to: 'service', endpoint: resource.name, service },
        origin: 'static',
        exists: resource.exists,
      });
    }
  }

  /** Routes a virtual private gateway has learnt: the ones typed on its connections, or unknown ones by BGP. */
  private addPropagation(resource: Resource): void {
    const { site, vpcs } = this.ground;
    const gateway = vpcs.gateway(resource.get('VpnGatewayId'));
    if (gateway === undefined) return;
    const connections = site
      .of('AWS::EC2::VPNConnection')
      .filter((one) => keyOf(one.get('VpnGatewayId')) === gateway.key);
    const isStatic = (vpn: Resource): Tri => asTri(vpn.get('StaticRoutesOnly'), false);
    const fixed = site
      .of('AWS::EC2::VPNConnectionRoute')
      .filter((route) => connections.some((vpn) => vpn.key === keyOf(route.get('VpnConnectionId'))))
      .map((route) => site.blockIn(route.get('DestinationCidrBlock'), 4, `${route.key}: DestinationCidrBlock`));
    const learnt =
      connections.every((vpn) => isStatic(vpn) === true) && connections.length > 0
        ? []
        : [new Unknown(`the routes ${gateway.name} learns are known only at deployment`)];
    for (const value of resource.list('RouteTableIds'))
      for (const destination of [...fixed, ...learnt]) {
        const route: Route = { destination, target: { to: 'vpn', gateway }, origin: 'propagated', exists: true };
        this.table(value).routes.push(route);
      }
  }
}

const targetProperties = [
  'GatewayId',
  'NatGatewayId',
  'EgressOnlyInternetGatewayId',
  'VpcPeeringConnectionId',
  'TransitGatewayId',
  'InstanceId',
  'NetworkInterfaceId',
  'VpcEndpointId',
  'CarrierGatewayId',
  'LocalGatewayId',
  'CoreNetworkArn',
] as const;

/** Where DNS64 puts the IPv4 internet for hosts that speak IPv6 only. */
export const nat64Block = block('64:ff9b::/96');
