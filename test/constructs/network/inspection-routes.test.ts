import { Match, Template } from 'aws-cdk-lib/assertions';
import { CfnVPCEndpoint, type ISubnet } from 'aws-cdk-lib/aws-ec2';
import { CfnLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { resolveRoute } from '../../../lib/constructs/network/evaluate';
import { guardNetwork } from '../../../lib/constructs/network/guard-network';
import { InspectionRoutes, type InspectedSubnet } from '../../../lib/constructs/network/inspection-routes';
import { NatStrategy } from '../../../lib/constructs/network/nat-strategy';
import { PrivateService } from '../../../lib/constructs/network/private-service';
import { TieredNetwork } from '../../../lib/constructs/network/tiered-network';
import { testStack } from '../../support/app';
import { NetworkModel, tcp } from '../../support/reachability';

/** Appliances behind endpoints in a tier of their own, between the internet and an application tier. */
function inspected(
  change: (one: InspectedSubnet, all: readonly InspectedSubnet[], at: number) => InspectedSubnet = (one) => one,
) {
  const stack = testStack();
  const network = new TieredNetwork(stack, 'Network', {
    plan: {
      tiers: [
        { name: 'application', access: 'isolated' },
        { name: 'inspection', access: 'public' },
      ],
      zones: 2,
    },
    nat: NatStrategy.none(),
    gatewayEndpoints: {},
  });
  const { vpc } = network;
  const gateway = new CfnLoadBalancer(stack, 'Appliances', {
    type: 'gateway',
    subnets: vpc.publicSubnets.map((one) => one.subnetId),
  });
  const service = new PrivateService(stack, 'Service', {
    loadBalancer: gateway,
    allowedPrincipals: ['arn:aws:iam::111122223333:root'],
  });
  const all = vpc.isolatedSubnets.map((subnet, i): InspectedSubnet => {
    const endpointSubnet: ISubnet = vpc.publicSubnets[i];
    const endpoint = new CfnVPCEndpoint(stack, `Endpoint${i}`, {
      vpcId: vpc.vpcId,
      serviceName: service.serviceName,
      vpcEndpointType: 'GatewayLoadBalancer',
      subnetIds: [endpointSubnet.subnetId],
    });
    return { subnet, endpoint, endpointSubnet };
  });
  new InspectionRoutes(stack, 'Inspection', { vpc, inspected: all.map((one, i) => change(one, all, i)) });
  return { stack, network };
}

/** The routes of the tables whose logical ids match. */
const routes = (template: Template, table: RegExp) =>
  Object.values(template.findResources('AWS::EC2::Route'))
    .filter(({ Properties }) => table.test(Properties.RouteTableId.Ref as string))
    .map(({ Properties }) => ({
      destination: Properties.DestinationCidrBlock as string,
      target: (Properties.VpcEndpointId ?? Properties.GatewayId).Ref as string,
    }));

test('the internet gateway has a table with a route to each subnet by the endpoint of its zone, and the way out is the same [network-middlebox-route, compute-gwlb-routing]', () => {
  const { stack } = inspected();
  guardNetwork(stack);
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::EC2::GatewayRouteTableAssociation', {
    GatewayId: { Ref: Match.stringLikeRegexp('^NetworkVpcIGW') },
    RouteTableId: { Ref: Match.stringLikeRegexp('^InspectionEdgeTable') },
  });
  const edge = routes(template, /^InspectionEdgeTable/);
  expect(edge).toEqual([
    { destination: '10.16.0.0/20', target: 'Endpoint0' },
    { destination: '10.16.64.0/20', target: 'Endpoint1' },
  ]);
  for (const zone of [1, 2]) {
    const endpoint = `Endpoint${zone - 1}`;
    const inside = routes(template, new RegExp(`applicationSubnet${zone}RouteTable`));
    expect(inside).toEqual([{ destination: '0.0.0.0/0', target: endpoint }]);
    const beside = routes(template, new RegExp(`inspectionSubnet${zone}RouteTable`));
    expect(beside).toEqual([{ destination: '0.0.0.0/0', target: expect.stringMatching(/^NetworkVpcIGW/) }]);
    // In and out by the same endpoint: a firewall that saw one direction only would drop the connection.
    const host = `10.16.${(zone - 1) * 64}.10`;
    const local = { destination: '10.16.0.0/16', target: 'local', origin: 'local' } as const;
    expect(resolveRoute([local, ...edge], host)?.target).toBe(endpoint);
    expect(resolveRoute([local, ...inside], '198.51.100.7')?.target).toBe(endpoint);
  }
});

test('packets between the internet and the application pass the endpoint both ways [network-middlebox-route, compute-gwlb-routing]', () => {
  const { stack } = inspected();
  const template = Template.fromStack(stack).toJSON() as Record<string, unknown>;
  const subnets = Object.keys(Template.fromJSON(template).findResources('AWS::EC2::Subnet'));
  const network = NetworkModel.fromTemplates(template as never, {
    guests: { App: { subnets: subnets.find((id) => id.includes('applicationSubnet1'))!, isPublic: true } },
  });
  for (const [from, to] of [
    ['internet', 'App'],
    ['App', 'internet'],
  ] as const) {
    const { path } = network.canReach(from, to, tcp(443));
    const passes = (direction: string) =>
      path.filter((hop) => hop.direction === direction && hop.says.includes('Endpoint0'));
    expect([passes('request').length > 0, passes('reply').length > 0]).toEqual([true, true]);
  }
});

test('fails when an endpoint stands in another zone, or is of another kind [network-middlebox-route, compute-gwlb-routing]', () => {
  expect(() => inspected((one, all, at) => ({ ...all[1 - at], subnet: one.subnet }))).toThrow(
    'Stack/Inspection:\n  the endpoint of Stack/Network/Vpc/applicationSubnet1 stands in another zone, Stack/Network/Vpc/inspectionSubnet2, and would take the subnet down with that zone; give the endpoint of the same zone',
  );
  expect(() => inspected((one, all, at) => ({ ...one, endpoint: all[1 - at].endpoint }))).toThrow(
    'the endpoint of Stack/Network/Vpc/applicationSubnet1 is Stack/Endpoint1, which does not stand in Stack/Network/Vpc/inspectionSubnet1; name the subnet it stands in',
  );
  expect(() =>
    inspected((one) => {
      one.endpoint.vpcEndpointType = 'Interface';
      return one;
    }),
  ).toThrow('is Stack/Endpoint0, of type Interface; packets are handed on only by one of type GatewayLoadBalancer');
});

test('fails when a subnet has a way past the endpoint, is named twice, or none is [network-middlebox-route]', () => {
  expect(() => inspected((one) => ({ ...one, subnet: one.endpointSubnet }))).toThrow(
    'Stack/Network/Vpc/inspectionSubnet1 has a way to the internet already, past the endpoint; make it isolated, and let this be its only way',
  );
  expect(() => inspected((_, all) => all[0])).toThrow(
    'inspected names Stack/Network/Vpc/applicationSubnet1 twice, and a packet takes one way; name it once',
  );
  const stack = testStack();
  const { vpc } = new TieredNetwork(stack, 'Closed', {
    plan: { tiers: [{ name: 'application', access: 'isolated' }], zones: 2 },
    gatewayEndpoints: {},
  });
  expect(() => new InspectionRoutes(stack, 'Inspection', { vpc, inspected: [] })).toThrow(
    'Stack/Inspection:\n  inspected are none; name at least one subnet and its endpoint\n  Stack/Closed/Vpc has no internet gateway, so there is nothing to inspect between it and the internet; give it a public tier for the endpoints',
  );
});
