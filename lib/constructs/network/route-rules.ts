import {
  CfnInstance,
  CfnInternetGateway,
  CfnNetworkInterface,
  CfnRoute,
  CfnSubnet,
  CfnSubnetRouteTableAssociation,
  CfnVPCGatewayAttachment,
  PrivateSubnet,
  PublicSubnet,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';
import { anywhere } from './ports';
import { NetworkRule, referent, resolved, resourcesOf, same, targetOf } from './network-rule';

const destinations = ['destinationCidrBlock', 'destinationIpv6CidrBlock', 'destinationPrefixListId'] as const;
const targets = [
  'carrierGatewayId',
  'coreNetworkArn',
  'egressOnlyInternetGatewayId',
  'gatewayId',
  'instanceId',
  'localGatewayId',
  'natGatewayId',
  'networkInterfaceId',
  'transitGatewayId',
  'vpcEndpointId',
  'vpcPeeringConnectionId',
] as const;

const forwarders = new WeakSet<IConstruct>();

/**
 * Says that a host forwards packets of others, so that it may switch the source/destination check off.
 *
 * @param host the instance or interface, or a construct around it
 */
export const mayForward = (host: IConstruct): unknown => forwarders.add(host);

/**
 * What holds for routes, route tables and gateways: one destination and one target a route, no destination twice in a table,
 * one table a subnet and that explicitly, one internet gateway a VPC, public subnets that reach it and private ones that do not, and the
 * source/destination check off only on hosts that forward.
 *
 * @claims network-explicit-route-tables, network-route-single-target, network-internet-gateway, network-ipv6-private-guard,
 * network-source-dest-check, network-nat-strategy
 */
export class RouteRules extends NetworkRule {
  private readonly seen = new WeakMap<IConstruct, Map<string, CfnRoute>>();

  protected faults(node: IConstruct): (string | undefined | false)[] {
    if (node instanceof CfnRoute) return [...routeFaults(node), this.twinFault(node)];
    if (node instanceof CfnSubnet) return subnetFaults(node);
    if (node instanceof CfnVPCGatewayAttachment) return gatewayFaults(node);
    if (node instanceof CfnInstance || node instanceof CfnNetworkInterface) return forwardingFaults(node);
    if (node instanceof PublicSubnet) return publicFaults(node);
    if (node instanceof Vpc) return egressFaults(node);
    return [];
  }

  /** EC2 refuses the second route at deployment, when the first one is there already. */
  private twinFault(route: CfnRoute): string | false {
    const table = targetOf(route.routeTableId);
    if (table === undefined) return false;
    const routes = this.seen.get(table) ?? new Map<string, CfnRoute>();
    this.seen.set(table, routes);
    const destination = JSON.stringify(
      resolved(
        route,
        destinations.map((name) => route[name]),
      ),
    );
    const twin = routes.get(destination) ?? route;
    routes.set(destination, twin);
    return (
      twin !== route &&
      `the table has a route to the same destination already, ${twin.node.path}; leave one, or make one of them more specific`
    );
  }
}

function routeFaults(route: CfnRoute): (string | false)[] {
  const given = (names: readonly (keyof CfnRoute)[]) => names.filter((name) => route[name] !== undefined);
  const [to, via] = [given(destinations), given(targets)];
  const table = route.node.scope;
  const destination = String(resolved(route, route.destinationCidrBlock ?? route.destinationIpv6CidrBlock));
  const toInternet = referent(route, route.gatewayId, CfnInternetGateway) !== undefined;
  return [
    to.length !== 1 &&
      `the route has ${to.length === 0 ? 'no destination' : `destinations ${to.join(', ')}`}; give exactly one`,
    via.length !== 1 &&
      `the route has ${via.length === 0 ? 'no target' : `targets ${via.join(', ')}`}; give exactly one`,
    table instanceof PrivateSubnet &&
      toInternet &&
      (anywhere as readonly string[]).includes(destination) &&
      `${destination} goes from a private subnet to an internet gateway, which makes the subnet public; send it to ${destination === '::/0' ? 'an egress-only gateway' : 'NAT'}`,
  ];
}

function subnetFaults(subnet: CfnSubnet): (string | false)[] {
  const { length } = resourcesOf(subnet, CfnSubnetRouteTableAssociation).filter((one) =>
    same(subnet, one.subnetId, subnet.ref),
  );
  return [
    length === 0 &&
      'the subnet has no route table of its own choosing and would follow the main one; add a SubnetRouteTableAssociation',
    length > 1 && `the subnet has ${length} route tables; leave one SubnetRouteTableAssociation`,
  ];
}

function gatewayFaults(attachment: CfnVPCGatewayAttachment): (string | false)[] {
  const rivals = resourcesOf(attachment, CfnVPCGatewayAttachment).filter(
    (one) => one.internetGatewayId !== undefined && same(attachment, one.vpcId, attachment.vpcId),
  );
  return [
    attachment.internetGatewayId !== undefined &&
      rivals.length > 1 &&
      `the VPC has ${rivals.length} internet gateways; a VPC takes one, which covers all its zones, so leave one`,
  ];
}

function forwardingFaults(host: CfnInstance | CfnNetworkInterface): (string | false)[] {
  const allowed = host.node.scopes.some((scope) => forwarders.has(scope));
  return [
    host.sourceDestCheck === false &&
      !allowed &&
      'sourceDestCheck is false, so the host takes packets meant for others; leave it on, or mark a forwarding host with mayForward()',
  ];
}

function publicFaults(subnet: PublicSubnet): (string | false)[] {
  return [
    !hasDefaultRoute(subnet) &&
      'the subnet is public but has no route to an internet gateway; leave createInternetGateway on, or make the subnet isolated',
  ];
}

function egressFaults(vpc: Vpc): (string | false)[] {
  return vpc.privateSubnets.map(
    (subnet) =>
      !hasDefaultRoute(subnet) &&
      `${subnet.node.id} is private with egress but has no default route; give a NAT gateway (natGateways is 0?), or make it isolated`,
  );
}

function hasDefaultRoute(subnet: IConstruct): boolean {
  return resourcesOf(subnet, CfnRoute).some(
    (route) =>
      same(subnet, route.routeTableId, (subnet as PublicSubnet).routeTable.routeTableId) &&
      (anywhere as readonly unknown[]).includes(route.destinationCidrBlock ?? route.destinationIpv6CidrBlock),
  );
}
