import { Template } from 'aws-cdk-lib/assertions';
import { CfnRoute, CfnRouteTable, CfnVPC, CfnVPCPeeringConnection } from 'aws-cdk-lib/aws-ec2';
import type { Stack } from 'aws-cdk-lib';
import { guardNetwork } from '../../../lib/constructs/network/guard-network';
import { Peering } from '../../../lib/constructs/network/peering';
import { testStack } from '../../support/app';
import { closedNetwork } from '../../support/networks';

/** What people write without the blocks: a VPC, its table, a connection, a route. */
const written = (build: (stack: Stack, one: CfnVPC, other: CfnVPC) => unknown, otherCidr = '10.17.0.0/16') => {
  const stack = testStack();
  const one = new CfnVPC(stack, 'One', { cidrBlock: '10.16.0.0/16' });
  const other = new CfnVPC(stack, 'Other', { cidrBlock: otherCidr });
  build(stack, one, other);
  guardNetwork(stack);
  return () => Template.fromStack(stack);
};
const route = (destinationCidrBlock: string, of: 'One' | 'Other' | 'Third' = 'One', peer?: string) =>
  written((stack, one, other) => {
    const third = new CfnVPC(stack, 'Third', { cidrBlock: '10.18.0.0/16' });
    const { ref } = new CfnVPCPeeringConnection(stack, 'Peering', { vpcId: one.ref, peerVpcId: peer ?? other.ref });
    const table = new CfnRouteTable(stack, 'Table', { vpcId: { One: one, Other: other, Third: third }[of].ref });
    new CfnRoute(stack, 'Route', { routeTableId: table.ref, destinationCidrBlock, vpcPeeringConnectionId: ref });
  });

describe('a route to a peering', () => {
  test.each([
    ['One', '10.17.0.0/16'],
    ['One', '10.17.128.0/20'],
    ['Other', '10.16.0.0/16'],
  ] as const)('of %s may lead to %s, inside the peer [network-peering-no-edge]', (of, destination) => {
    expect(route(destination, of)).not.toThrow();
  });

  test.each([
    ['everything', '0.0.0.0/0'],
    ['an office', '192.168.10.0/24'],
    ['a third VPC', '10.18.0.0/16'],
    ['more than the peer', '10.16.0.0/15'],
  ])('fails when it leads to %s [network-peering-no-edge]', (_, destination) => {
    expect(route(destination)).toThrow(
      `Stack/Route:\n  the destination is ${destination}, outside Stack/Other (10.17.0.0/16); a peering leads neither to the peer's internet gateway, NAT, endpoints and VPN, nor to a third network, so name a block of the peer, and peer with the third network itself`,
    );
  });

  test('fails when the table is of neither side [network-peering-no-edge]', () => {
    expect(route('10.17.0.0/16', 'Third')).toThrow(
      'the route stands in a table of Stack/Third, which is no side of Stack/Peering; a peering serves its own two VPCs only, so peer this one too',
    );
  });

  test('fails when it leads everywhere by a peer of which nothing is known [network-peering-no-edge]', () => {
    expect(route('0.0.0.0/0', 'One', 'vpc-0123456789abcdef0')).toThrow(
      "Stack/Route:\n  the destination is 0.0.0.0/0, which no peer has; a peering leads to the peer's own addresses only, so name a block of the peer, and send the rest to a gateway of this VPC",
    );
    expect(route('10.99.0.0/16', 'One', 'vpc-0123456789abcdef0')).not.toThrow();
  });

  test('fails when somebody adds one beyond a remote peer whose blocks were given [network-peering-no-edge]', () => {
    const stack = testStack();
    const { vpc } = closedNetwork(stack, 'Shop', '10.16.0.0/16');
    const { peeringId } = new Peering(stack, 'Peering', {
      requester: { vpc },
      accepter: { vpcId: 'vpc-0123456789abcdef0', cidrs: ['10.17.0.0/16'] },
    });
    new CfnRoute(stack, 'Office', {
      routeTableId: vpc.isolatedSubnets[0].routeTable.routeTableId,
      destinationCidrBlock: '192.168.0.0/16',
      vpcPeeringConnectionId: peeringId,
    });
    guardNetwork(stack);
    expect(() => Template.fromStack(stack)).toThrow(
      'Stack/Office:\n  the destination is 192.168.0.0/16, outside vpc-0123456789abcdef0 (10.17.0.0/16)',
    );
  });
});

describe('a connection', () => {
  test('fails when both its sides are one VPC [network-peering]', () => {
    expect(
      written((stack, one) => new CfnVPCPeeringConnection(stack, 'Peering', { vpcId: one.ref, peerVpcId: one.ref })),
    ).toThrow(
      'Stack/Peering:\n  vpcId and peerVpcId are both Stack/One; a peering joins two VPCs, so name another one',
    );
  });

  test('fails when its sides share addresses, and not when they are adjacent [network-peering-overlap]', () => {
    const peered = (cidr: string) =>
      written(
        (stack, one, other) => new CfnVPCPeeringConnection(stack, 'Peering', { vpcId: one.ref, peerVpcId: other.ref }),
        cidr,
      );
    expect(peered('10.16.64.0/18')).toThrow(
      'Stack/Peering:\n  Stack/One has 10.16.0.0/16 and Stack/Other has 10.16.64.0/18, which overlap, so they cannot be peered',
    );
    expect(peered('10.17.0.0/16')).not.toThrow();
  });
});
