import { Template } from 'aws-cdk-lib/assertions';
import { Match } from 'aws-cdk-lib/assertions';
import {
  CfnRoute,
  CfnTransitGateway,
  CfnTransitGatewayRoute,
  CfnTransitGatewayRouteTable,
  CfnTransitGatewayRouteTableAssociation,
  CfnTransitGatewayVpcAttachment,
} from 'aws-cdk-lib/aws-ec2';
import { guardNetwork } from '../../../lib/constructs/network/guard-network';
import { PrivateNat, type PrivateNatProps } from '../../../lib/constructs/network/private-nat';
import { testStack } from '../../support/app';
import { closedNetwork } from '../../support/networks';
import { NetworkModel, tcp } from '../../support/reachability';

/** Two networks on 10.16.0.0/16, joined by a transit gateway that routes only their secondary blocks. */
function twins(props: Partial<PrivateNatProps> = {}) {
  const stack = testStack();
  const hub = new CfnTransitGateway(stack, 'Hub', {
    defaultRouteTableAssociation: 'disable',
    defaultRouteTablePropagation: 'disable',
  });
  const table = new CfnTransitGatewayRouteTable(stack, 'HubTable', { transitGatewayId: hub.ref });
  const shop = closedNetwork(stack, 'Shop', '10.16.0.0/16', { secondaryCidrs: ['100.64.0.0/16'] });
  const billing = closedNetwork(stack, 'Billing', '10.16.0.0/16', { secondaryCidrs: ['100.65.0.0/16'] });
  const door = billing.addSubnet('Door', '100.65.0.0/24', 0);
  const attached = (id: string, network: typeof shop, subnetId: string, cidr: string) => {
    const attachment = new CfnTransitGatewayVpcAttachment(stack, id, {
      transitGatewayId: hub.ref,
      vpcId: network.vpc.vpcId,
      subnetIds: [subnetId],
    });
    new CfnTransitGatewayRouteTableAssociation(stack, `${id}Association`, {
      transitGatewayAttachmentId: attachment.attrId,
      transitGatewayRouteTableId: table.ref,
    });
    new CfnTransitGatewayRoute(stack, `${id}Route`, {
      transitGatewayRouteTableId: table.ref,
      destinationCidrBlock: cidr,
      transitGatewayAttachmentId: attachment.attrId,
    });
    return attachment;
  };
  const attachment = attached('ShopAttachment', shop, shop.vpc.isolatedSubnets[0].subnetId, '100.64.0.0/16');
  attached('BillingAttachment', billing, door.subnetId, '100.65.0.0/16');
  new CfnRoute(stack, 'Back', {
    routeTableId: door.routeTable.routeTableId,
    destinationCidrBlock: '100.64.0.0/16',
    transitGatewayId: hub.ref,
  });
  new PrivateNat(stack, 'Nat', {
    network: shop,
    cidr: '100.64.0.0/24',
    subnets: [shop.subnets('application')],
    destination: '100.65.0.0/16',
    transitGatewayId: hub.ref,
    attachment,
    ...props,
  });
  return stack;
}

test('stands in the secondary block without a public address, and waits for the attachment [network-overlap-solutions]', () => {
  const stack = twins();
  guardNetwork(stack);
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::EC2::NatGateway', {
    ConnectivityType: 'private',
    AllocationId: Match.absent(),
    SubnetId: { Ref: Match.stringLikeRegexp('^ShopNat') },
  });
  template.resourceCountIs('AWS::EC2::EIP', 0);
  template.hasResourceProperties('AWS::EC2::Subnet', { CidrBlock: '100.64.0.0/24' });
  template.hasResource('AWS::EC2::Route', {
    Properties: { DestinationCidrBlock: '100.65.0.0/16', TransitGatewayId: { Ref: 'Hub' } },
    DependsOn: ['ShopAttachment'],
  });
});

test('hosts with the same addresses reach the other side, which does not reach them [network-overlap-solutions]', () => {
  const network = NetworkModel.fromTemplates(Template.fromStack(twins()).toJSON());
  const named = (pattern: RegExp) => network.network.subnets.find(({ name }) => pattern.test(name))!.name;
  const [host, door] = [named(/^ShopVpcapplication/), named(/^BillingDoor/)];
  expect(network).toReach(host, door, tcp(443));
  expect(network).not.toReach(door, host, tcp(443));
});

test('fails when the destination is one of its own blocks, or no block [network-overlap-solutions]', () => {
  expect(() => twins({ destination: '10.16.0.0/20' })).toThrow(
    'Stack/Nat:\n  destination is 10.16.0.0/20, which overlaps 10.16.0.0/16 of this network, so packets to it never leave; give the other side a secondary block such as 100.65.0.0/16, and name that',
  );
  expect(() => twins({ destination: '100.65.0.1/16' })).toThrow('write 100.65.0.0/16');
  expect(() => twins({ cidr: '10.16.0.0/24' })).toThrow('subnet 10.16.0.0/24 lies outside 100.64.0.0/16');
});
