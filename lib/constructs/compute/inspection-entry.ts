import { Aws } from 'aws-cdk-lib';
import { CfnVPCEndpoint, type ISubnet, type IVpc, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { hourlyCostFault, refuse } from '../faults';
import { Acceptance } from '../network/acceptance';
import { InspectionRoutes } from '../network/inspection-routes';
import { PrivateService } from '../network/private-service';
import { zoneOf } from '../network/subnet-zones';
import { GatewayBalancer, type GatewayBalancerProps } from './gateway-balancer';

export interface InspectionEntryProps {
  /** Where the appliances are, in a network of their own, and how their balancer stands there. */
  readonly appliances: GatewayBalancerProps;
  /** The network whose traffic is read. */
  readonly vpc: IVpc;
  /** Its subnets that are read; isolated ones, whose only way out this becomes. */
  readonly inspected: SubnetSelection;
  /** Where endpoints stand: public subnets, one in each zone that has an inspected one. */
  readonly endpoints: SubnetSelection;
  /** Why it is worth a price by the hour, for the balancer and for an endpoint in each zone, about 16 USD a month and zone; a sentence. */
  readonly acceptHourlyCost: string;
}

/**
 * All internet traffic of some subnets, in both directions, by a fleet of appliances in another network: internet gateway, endpoint of the zone, balancer,
 * appliance, and the same way back, then on to the application. Neither the application nor its clients change anything, and each sees the other's address.
 *
 * @claims compute-gwlb-core, compute-gwlb-routing
 */
export class InspectionEntry extends Construct {
  /** What a `Fleet` of appliances has its packets from. */
  readonly balancer: GatewayBalancer;
  readonly service: PrivateService;
  readonly routes: InspectionRoutes;
  /** One in each zone. */
  readonly endpoints: readonly CfnVPCEndpoint[];

  constructor(scope: Construct, id: string, props: InspectionEntryProps) {
    super(scope, id);
    const { vpc, appliances } = props;
    const inspected = vpc.selectSubnets(props.inspected).subnets;
    const standing = vpc.selectSubnets(props.endpoints).subnets;
    const there = appliances.vpc.selectSubnets(appliances.subnets).subnets;
    const ofZone = (subnets: readonly ISubnet[], wanted: ISubnet) =>
      subnets.find((one) => zoneOf(this, one) === zoneOf(this, wanted));
    refuse(this, [
      hourlyCostFault(
        props.acceptHourlyCost,
        'a balancer with an endpoint in each zone',
        'filter with security groups and a WebFirewall, which cost nothing by the hour',
      ),
      appliances.vpc === vpc &&
        `appliances.vpc is ${vpc.node.path}, the network they are to read; give them one of their own, or what they send would be led to themselves`,
      inspected.length === 0 && 'inspected are none; name at least one isolated subnet',
      ...inspected.flatMap((subnet) => [
        !ofZone(standing, subnet) &&
          `${subnet.node.path} has no endpoint in its zone; add a public subnet of that zone to endpoints`,
        !ofZone(there, subnet) &&
          `${subnet.node.path} is in a zone without the balancer, where it offers no endpoint; add a subnet of that zone to appliances.subnets`,
      ]),
    ]);

    this.balancer = new GatewayBalancer(this, 'Gateway', appliances);
    this.service = new PrivateService(this, 'Service', {
      loadBalancer: this.balancer.loadBalancer,
      allowedPrincipals: [`arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:root`],
      acceptance: Acceptance.automatic(),
    });
    const places = [...new Set(inspected.map((subnet) => ofZone(standing, subnet)!))];
    this.endpoints = places.map((place, at) => this.endpointIn(vpc, place, at + 1));
    this.routes = new InspectionRoutes(this, 'Routes', {
      vpc,
      inspected: inspected.map((subnet) => {
        const endpointSubnet = ofZone(standing, subnet)!;
        return { subnet, endpointSubnet, endpoint: this.endpoints[places.indexOf(endpointSubnet)] };
      }),
    });
  }

  private endpointIn(vpc: IVpc, place: ISubnet, zone: number): CfnVPCEndpoint {
    const endpoint = new CfnVPCEndpoint(this, `Endpoint${zone}`, {
      vpcId: vpc.vpcId,
      serviceName: this.service.serviceName,
      vpcEndpointType: 'GatewayLoadBalancer',
      subnetIds: [place.subnetId],
    });
    // Before it may ask there is no such service to it.
    endpoint.node.addDependency(this.service);
    return endpoint;
  }
}
