import type { CfnVPCEndpoint } from 'aws-cdk-lib/aws-ec2';
import { CfnGatewayRouteTableAssociation, CfnRoute, CfnRouteTable, type ISubnet, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { refuse } from '../faults';
import { same } from './network-rule';
import { zoneOf } from './subnet-zones';

/** A subnet whose traffic is inspected, and where. */
export interface InspectedSubnet {
  /** The subnet; it has no way to the internet of its own yet. */
  readonly subnet: ISubnet;
  /** The endpoint of a Gateway Load Balancer, in the same zone. */
  readonly endpoint: CfnVPCEndpoint;
  /** The endpoint's own subnet, which has the way to the internet. */
  readonly endpointSubnet: ISubnet;
}

export interface InspectionRoutesProps {
  readonly vpc: IVpc;
  /** Every subnet that is inspected, each with the endpoint of its zone. */
  readonly inspected: readonly InspectedSubnet[];
}

/**
 * Leads everything between the internet and some subnets through appliances, in both directions, without the application
 * knowing: the internet gateway has a route table of its own, with a route to each subnet by the endpoint of its zone, and each
 * subnet's way out goes by the same one. A firewall that saw one direction only would drop the connection.
 *
 * @claims network-middlebox-route, compute-gwlb-routing
 */
export class InspectionRoutes extends Construct {
  /** The table of the internet gateway. */
  readonly edgeTableId: string;
  private readonly subnets: readonly ISubnet[];

  constructor(scope: Construct, id: string, { vpc, inspected }: InspectionRoutesProps) {
    super(scope, id);
    this.subnets = inspected.map(({ subnet }) => subnet);
    const paths = inspected.map(({ subnet }) => subnet.node.path);
    refuse(this, [
      inspected.length === 0 && 'inspected are none; name at least one subnet and its endpoint',
      !gatewayOf(vpc) &&
        `${vpc.node.path} has no internet gateway, so there is nothing to inspect between it and the internet; give it a public tier for the endpoints`,
      ...paths
        .filter((path, i) => paths.indexOf(path) !== i)
        .map((path) => `inspected names ${path} twice, and a packet takes one way; name it once`),
      ...inspected.flatMap((one) => this.subnetFaults(vpc, one)),
    ]);

    const table = new CfnRouteTable(this, 'EdgeTable', { vpcId: vpc.vpcId });
    this.edgeTableId = table.ref;
    new CfnGatewayRouteTableAssociation(this, 'Edge', { gatewayId: gatewayOf(vpc)!, routeTableId: table.ref });
    for (const { subnet, endpoint } of inspected) {
      new CfnRoute(this, `${subnet.node.id}In`, {
        routeTableId: table.ref,
        destinationCidrBlock: subnet.ipv4CidrBlock,
        vpcEndpointId: endpoint.ref,
      });
      new CfnRoute(this, `${subnet.node.id}Out`, {
        routeTableId: subnet.routeTable.routeTableId,
        destinationCidrBlock: '0.0.0.0/0',
        vpcEndpointId: endpoint.ref,
      });
    }
  }

  /** Whether a subnet has its way to the internet by these. */
  leadOut(subnet: ISubnet): boolean {
    return this.subnets.some(({ subnetId }) => subnetId === subnet.subnetId);
  }

  private subnetFaults(vpc: IVpc, { subnet, endpoint, endpointSubnet }: InspectedSubnet): (string | false)[] {
    const stands = endpoint.subnetIds?.some((id) => same(this, id, endpointSubnet.subnetId)) ?? false;
    const { path } = subnet.node;
    return [
      endpoint.vpcEndpointType !== 'GatewayLoadBalancer' &&
        `the endpoint of ${path} is ${endpoint.node.path}, of type ${endpoint.vpcEndpointType ?? 'Gateway'}; packets are handed on only by one of type GatewayLoadBalancer`,
      !stands &&
        `the endpoint of ${path} is ${endpoint.node.path}, which does not stand in ${endpointSubnet.node.path}; name the subnet it stands in`,
      zoneOf(this, subnet) !== zoneOf(this, endpointSubnet) &&
        `the endpoint of ${path} stands in another zone, ${endpointSubnet.node.path}, and would take the subnet down with that zone; give the endpoint of the same zone`,
      !vpc.publicSubnets.includes(endpointSubnet) &&
        `${endpointSubnet.node.path}, where the endpoint of ${path} stands, has no way to the internet gateway; put the endpoint into a public subnet`,
      vpc.isolatedSubnets.every((one) => one !== subnet) &&
        `${path} has a way to the internet already, past the endpoint; make it isolated, and let this be its only way`,
    ];
  }
}

const gatewayOf = (vpc: IVpc): string | undefined => (vpc as { readonly internetGatewayId?: string }).internetGatewayId;
