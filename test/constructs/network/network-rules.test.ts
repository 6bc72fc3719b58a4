import { App, CfnOutput, Fn, SecretValue, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { CfnHostedZone } from 'aws-cdk-lib/aws-route53';
import { CfnLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { context as featureFlags } from '../../../cdk.json';
import { guardNetwork } from '../../../lib/constructs/network/guard-network';
import { NatStrategy } from '../../../lib/constructs/network/nat-strategy';
import type { NetworkRule } from '../../../lib/constructs/network/network-rule';
import { OfficeRanges } from '../../../lib/constructs/network/office-ranges';
import { mayForward } from '../../../lib/constructs/network/route-rules';
import { SecurityGroupRules } from '../../../lib/constructs/network/security-group-rules';
import { TieredNetwork } from '../../../lib/constructs/network/tiered-network';
import { VpcRules } from '../../../lib/constructs/network/vpc-rules';
import { testStack } from '../../support/app';

/** Synthesises under all rules, or those given. */
const guarded =
  (build: (stack: Stack) => unknown, rules?: NetworkRule[], stack = testStack()) =>
  () => {
    build(stack);
    guardNetwork(stack, rules);
    return Template.fromStack(stack);
  };

const vpcOf = (stack: Stack, id = 'Vpc', cidrBlock = '10.16.0.0/16') => new ec2.CfnVPC(stack, id, { cidrBlock });
const subnetOf = (stack: Stack, vpc: ec2.CfnVPC, id = 'Subnet', cidrBlock = '10.16.0.0/20') => {
  const subnet = new ec2.CfnSubnet(stack, id, { vpcId: vpc.ref, cidrBlock });
  const table = new ec2.CfnRouteTable(stack, `${id}Table`, { vpcId: vpc.ref });
  new ec2.CfnSubnetRouteTableAssociation(stack, `${id}Association`, { subnetId: subnet.ref, routeTableId: table.ref });
  return { subnet, table };
};
const groupOf = (stack: Stack, vpc: ec2.CfnVPC, id = 'Group', props: Partial<ec2.CfnSecurityGroupProps> = {}) =>
  new ec2.CfnSecurityGroup(stack, id, { vpcId: vpc.ref, groupDescription: id, ...props });

test.each([
  ['none', NatStrategy.none()],
  ['single', NatStrategy.single({ acceptZoneDependency: true })],
  ['perZone', NatStrategy.perZone()],
  ['regional', NatStrategy.regional()],
  ['instance', NatStrategy.instance({ acceptZoneDependency: true })],
])('a tiered network with NAT %s keeps every rule', (_, nat) => {
  expect(guarded((stack) => new TieredNetwork(stack, 'Network', { nat }))).not.toThrow();
});

describe('route tables', () => {
  test('fails when a subnet names no route table and would follow the main one [network-explicit-route-tables]', () => {
    expect(
      guarded((stack) => new ec2.CfnSubnet(stack, 'Subnet', { vpcId: vpcOf(stack).ref, cidrBlock: '10.16.0.0/20' })),
    ).toThrow(
      'Stack/Subnet:\n  the subnet has no route table of its own choosing and would follow the main one; add a SubnetRouteTableAssociation',
    );
  });

  test('fails when a subnet has two route tables [network-explicit-route-tables]', () => {
    expect(
      guarded((stack) => {
        const { subnet, table } = subnetOf(stack, vpcOf(stack));
        new ec2.CfnSubnetRouteTableAssociation(stack, 'Again', { subnetId: subnet.ref, routeTableId: table.ref });
      }),
    ).toThrow('Stack/Subnet:\n  the subnet has 2 route tables; leave one SubnetRouteTableAssociation');
  });
});

describe('routes', () => {
  const route = (props: Omit<ec2.CfnRouteProps, 'routeTableId'>) =>
    guarded((stack) => {
      const { table } = subnetOf(stack, vpcOf(stack));
      new ec2.CfnRoute(stack, 'Route', { routeTableId: table.ref, ...props });
    });

  test('one destination and one target are taken [network-route-single-target]', () => {
    expect(route({ destinationCidrBlock: '10.17.0.0/16', vpcPeeringConnectionId: 'pcx-1' })).not.toThrow();
  });

  test('fails when a route has two targets, or none [network-route-single-target]', () => {
    expect(route({ destinationCidrBlock: '10.17.0.0/16', natGatewayId: 'nat-1', transitGatewayId: 'tgw-1' })).toThrow(
      'Stack/Route:\n  the route has targets natGatewayId, transitGatewayId; give exactly one',
    );
    expect(route({ destinationCidrBlock: '10.17.0.0/16' })).toThrow('the route has no target; give exactly one');
  });

  test('fails when a table has two routes to one destination, and not when one is more specific', () => {
    const both = (other: string) =>
      guarded((stack) => {
        const { table } = subnetOf(stack, vpcOf(stack));
        for (const [id, destinationCidrBlock] of [
          ['One', '10.17.0.0/16'],
          ['Other', other],
        ])
          new ec2.CfnRoute(stack, id, { routeTableId: table.ref, destinationCidrBlock, vpcPeeringConnectionId: id });
      });
    expect(both('10.17.0.0/16')).toThrow(
      'Stack/Other:\n  the table has a route to the same destination already, Stack/One; leave one, or make one of them more specific',
    );
    expect(both('10.17.5.0/24')).not.toThrow();
  });

  test('fails when a route has two destinations, or none [network-route-single-target]', () => {
    expect(
      route({ destinationCidrBlock: '10.17.0.0/16', destinationIpv6CidrBlock: '2001:db8::/32', natGatewayId: 'nat-1' }),
    ).toThrow('the route has destinations destinationCidrBlock, destinationIpv6CidrBlock; give exactly one');
    expect(route({ natGatewayId: 'nat-1' })).toThrow('the route has no destination; give exactly one');
  });

  test.each([
    ['0.0.0.0/0', 'send it to NAT'],
    ['::/0', 'send it to an egress-only gateway'],
  ])(
    'fails when a private subnet sends %s to an internet gateway [network-ipv6-private-guard]',
    (destination, remedy) => {
      expect(
        guarded((stack) => {
          const vpc = vpcOf(stack);
          const gateway = new ec2.CfnInternetGateway(stack, 'Gateway');
          const subnet = new ec2.PrivateSubnet(stack, 'Private', {
            vpcId: vpc.ref,
            availabilityZone: 'a',
            cidrBlock: '10.16.0.0/20',
          });
          subnet.addRoute('Out', {
            routerType: ec2.RouterType.GATEWAY,
            routerId: gateway.ref,
            ...(destination === '::/0'
              ? { destinationIpv6CidrBlock: destination }
              : { destinationCidrBlock: destination }),
          });
        }),
      ).toThrow(
        `Stack/Private/Out:\n  ${destination} goes from a private subnet to an internet gateway, which makes the subnet public; ${remedy}`,
      );
    },
  );
});

describe('gateways', () => {
  test('fails when a VPC has two internet gateways, while two VPCs may have one each [network-internet-gateway]', () => {
    const attached = (vpcs: 1 | 2) =>
      guarded((stack) => {
        const one = vpcOf(stack, 'One');
        const other = vpcs === 1 ? one : vpcOf(stack, 'Other', '10.17.0.0/16');
        [one, other].forEach((vpc, i) => {
          const gateway = new ec2.CfnInternetGateway(stack, `Gateway${i}`);
          new ec2.CfnVPCGatewayAttachment(stack, `Attachment${i}`, { vpcId: vpc.ref, internetGatewayId: gateway.ref });
        });
      });
    expect(attached(1)).toThrow(
      'Stack/Attachment0:\n  the VPC has 2 internet gateways; a VPC takes one, which covers all its zones, so leave one',
    );
    expect(attached(2)).not.toThrow();
  });

  test('fails when public subnets have no internet gateway to reach [network-internet-gateway]', () => {
    expect(
      guarded(
        (stack) =>
          new ec2.Vpc(stack, 'Vpc', {
            createInternetGateway: false,
            natGateways: 0,
            subnetConfiguration: [{ name: 'Web', subnetType: ec2.SubnetType.PUBLIC }],
          }),
      ),
    ).toThrow(
      'Stack/Vpc/WebSubnet1:\n  the subnet is public but has no route to an internet gateway; leave createInternetGateway on, or make the subnet isolated',
    );
  });

  test('fails when private subnets with egress have no NAT [network-nat-strategy]', () => {
    expect(
      guarded(
        (stack) =>
          new ec2.Vpc(stack, 'Vpc', {
            natGateways: 0,
            subnetConfiguration: [
              { name: 'Web', subnetType: ec2.SubnetType.PUBLIC },
              { name: 'App', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
            ],
          }),
      ),
    ).toThrow(
      'Stack/Vpc:\n  AppSubnet1 is private with egress but has no default route; give a NAT gateway (natGateways is 0?), or make it isolated',
    );
  });

  test('fails when a host forwards packets of others without saying so [network-source-dest-check]', () => {
    const host = (allowed: boolean) =>
      guarded((stack) => {
        const vpc = vpcOf(stack);
        const { subnet } = subnetOf(stack, vpc);
        const appliance = new ec2.CfnInstance(stack, 'Appliance', {
          sourceDestCheck: false,
          subnetId: subnet.ref,
          securityGroupIds: [groupOf(stack, vpc).attrGroupId],
        });
        if (allowed) mayForward(appliance);
      });
    expect(host(false)).toThrow(
      'Stack/Appliance:\n  sourceDestCheck is false, so the host takes packets meant for others; leave it on, or mark a forwarding host with mayForward()',
    );
    expect(host(true)).not.toThrow();
  });
});

describe('network ACLs', () => {
  type Entry = Omit<ec2.CfnNetworkAclEntryProps, 'networkAclId'>;
  const allow: Entry = {
    ruleNumber: 100,
    protocol: 6,
    ruleAction: 'allow',
    cidrBlock: '0.0.0.0/0',
    portRange: { from: 443, to: 443 },
  };
  const acl = (...entries: Partial<Entry>[]) =>
    guarded((stack) => {
      const { ref } = new ec2.CfnNetworkAcl(stack, 'Acl', { vpcId: vpcOf(stack).ref });
      entries.forEach(
        (entry, i) => new ec2.CfnNetworkAclEntry(stack, `Entry${i}`, { networkAclId: ref, ...allow, ...entry }),
      );
    });

  test('entries of two directions may share a number [network-nacl-order]', () => {
    expect(acl({ ruleNumber: 1 }, { ruleNumber: 32_766 }, { ruleNumber: 1, egress: true })).not.toThrow();
  });

  test.each([0, 32_767, 40_000])('fails when an entry has the number %d [network-nacl-order]', (ruleNumber) => {
    expect(acl({ ruleNumber })).toThrow(
      `Stack/Entry0:\n  ruleNumber is ${ruleNumber}; give a whole number from 1 to 32766`,
    );
  });

  test('fails when two entries of one direction have the same number [network-nacl-order]', () => {
    expect(acl({}, { ruleAction: 'deny' })).toThrow(
      'Stack/Entry0:\n  ruleNumber is 100, like that of Stack/Entry1; number entries of one direction apart',
    );
  });

  test('fails when a port range is the wrong way round [network-nacl-order]', () => {
    expect(acl({ portRange: { from: 9000, to: 80 } })).toThrow('portRange is 9000 to 80; write 80 to 9000');
  });

  test('fails when an ICMP entry has ports instead of a type [network-icmp-ping]', () => {
    expect(acl({ protocol: 1, portRange: { from: 8, to: 8 } })).toThrow(
      'protocol is 1 (ICMP) without a type; ICMP has no ports, so give icmp with type and code, 8 and -1 for ping',
    );
    expect(acl({ protocol: 1, portRange: undefined, icmp: { type: 8, code: -1 } })).not.toThrow();
  });

  test('fails when a subnet has two ACLs, as two L2 ones on one selection would give it [network-nacl-association]', () => {
    expect(
      guarded((stack) => {
        const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 1 });
        for (const id of ['One', 'Two'])
          new ec2.NetworkAcl(stack, id, { vpc, subnetSelection: { subnetType: ec2.SubnetType.PUBLIC } });
      }),
    ).toThrow('the subnet has 2 network ACLs; a subnet takes one, so leave one association');
  });
});

describe('open ports', () => {
  type Ingress = ec2.CfnSecurityGroup.IngressProperty;
  const inline = (ingress: Ingress) =>
    guarded((stack) => groupOf(stack, vpcOf(stack), 'Group', { securityGroupIngress: [ingress] }));
  const apart = (ingress: Ingress) =>
    guarded((stack) => {
      const { attrGroupId } = groupOf(stack, vpcOf(stack));
      new ec2.CfnSecurityGroupIngress(stack, 'Rule', { groupId: attrGroupId, ...ingress });
    });

  test.each<[string, Ingress, string]>([
    ['SSH', { ipProtocol: 'tcp', fromPort: 22, toPort: 22, cidrIp: '0.0.0.0/0' }, '22 (SSH) to 0.0.0.0/0'],
    ['SSH over IPv6', { ipProtocol: '6', fromPort: 22, toPort: 22, cidrIpv6: '::/0' }, '22 (SSH) to ::/0'],
    ['RDP', { ipProtocol: 'tcp', fromPort: 3389, toPort: 3389, cidrIp: '0.0.0.0/0' }, '3389 (RDP) to 0.0.0.0/0'],
    [
      'RDP over UDP',
      { ipProtocol: 'udp', fromPort: 3389, toPort: 3389, cidrIp: '0.0.0.0/0' },
      '3389 (RDP) to 0.0.0.0/0',
    ],
    [
      'a range around FTP and SSH',
      { ipProtocol: 'tcp', fromPort: 20, toPort: 25, cidrIp: '0.0.0.0/0' },
      '21 (FTP), 22 (SSH) to 0.0.0.0/0',
    ],
    ['everything', { ipProtocol: '-1', cidrIp: '0.0.0.0/0' }, '21 (FTP), 22 (SSH), 3389 (RDP) to 0.0.0.0/0'],
  ])('fails when a group opens %s to the world [network-open-port-guard]', (_, ingress, open) => {
    const fault = `ingress opens ${open}; admit known addresses, or use Session Manager, which needs no open port`;
    expect(inline(ingress)).toThrow(`Stack/Group:\n  ${fault}`);
    expect(apart(ingress)).toThrow(`Stack/Rule:\n  ${fault}`);
  });

  test.each<[string, Ingress]>([
    ['HTTPS to the world', { ipProtocol: 'tcp', fromPort: 443, toPort: 443, cidrIp: '0.0.0.0/0' }],
    ['HTTP to the world', { ipProtocol: 'tcp', fromPort: 80, toPort: 80, cidrIpv6: '::/0' }],
    ['SSH to an office', { ipProtocol: 'tcp', fromPort: 22, toPort: 22, cidrIp: '198.51.100.0/24' }],
    ['ping to the world', { ipProtocol: 'icmp', fromPort: 8, toPort: -1, cidrIp: '0.0.0.0/0' }],
  ])('%s may be open [network-open-port-guard]', (_, ingress) => {
    expect(inline(ingress)).not.toThrow();
    expect(apart(ingress)).not.toThrow();
  });
});

describe('security groups', () => {
  const addresses = (amount: number, six = false) =>
    Array.from({ length: amount }, (_, i) => ({
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
      ...(six ? { cidrIpv6: `2001:db8:${i.toString(16)}::/48` } : { cidrIp: `198.51.100.${i}/32` }),
    }));

  test('fails when a group has more rules than fit, counted by direction and family [network-sg-rule-quota]', () => {
    const group = (securityGroupIngress: object[], securityGroupEgress: object[] = [], rules?: NetworkRule[]) =>
      guarded(
        (stack) => groupOf(stack, vpcOf(stack), 'Group', { securityGroupIngress, securityGroupEgress } as never),
        rules,
      );
    expect(group([...addresses(60), ...addresses(60, true)], addresses(60))).not.toThrow();
    expect(group(addresses(70))).toThrow(
      'Stack/Group:\n  the group has 70 IPv4 rules for ingress; 60 fit (ruleQuota), so name groups instead of addresses, or raise the quota first',
    );
    expect(group([], addresses(61, true))).toThrow('the group has 61 IPv6 rules for egress; 60 fit');
    expect(group(addresses(70), [], [new SecurityGroupRules({ ruleQuota: 100 })])).not.toThrow();
  });

  test('rules written apart count, and a prefix list counts as its entries [network-sg-rule-quota, network-sg-prefix-list]', () => {
    const withList = (maxEntries: number) =>
      guarded((stack) => {
        const group = groupOf(stack, vpcOf(stack), 'Group', { securityGroupIngress: addresses(40) });
        const offices = new OfficeRanges(stack, 'Offices', {
          ranges: [{ cidr: '203.0.113.0/24', description: 'Berlin' }],
          maxEntries,
        });
        new ec2.CfnSecurityGroupIngress(stack, 'Rule', {
          groupId: group.attrGroupId,
          ipProtocol: 'tcp',
          fromPort: 443,
          toPort: 443,
          sourcePrefixListId: offices.prefixList.prefixListId,
        });
      });
    expect(withList(20)).not.toThrow();
    expect(withList(21)).toThrow('the group has 61 IPv4 rules for ingress; 60 fit');
  });

  test('fails when an interface has more groups than fit [network-sg-rule-quota]', () => {
    const host = (amount: number) =>
      guarded((stack) => {
        const vpc = vpcOf(stack);
        const groups = Array.from({ length: amount }, (_, i) => groupOf(stack, vpc, `Group${i}`).attrGroupId);
        new ec2.CfnInstance(stack, 'Host', { subnetId: subnetOf(stack, vpc).subnet.ref, securityGroupIds: groups });
      });
    expect(host(5)).not.toThrow();
    expect(host(6)).toThrow(
      'Stack/Host:\n  there are 6 security groups; an interface takes 5 (groupQuota), so merge some',
    );
  });

  test('fails when a rule names a group of another VPC, unless the two are peered [network-sg-same-vpc]', () => {
    const across = (peered: boolean, peerRegion?: string) =>
      guarded((stack) => {
        const [one, other] = [vpcOf(stack, 'One'), vpcOf(stack, 'Other', '10.17.0.0/16')];
        const stranger = groupOf(stack, other, 'Stranger');
        const rule = { ipProtocol: 'tcp', fromPort: 5432, toPort: 5432, sourceSecurityGroupId: stranger.attrGroupId };
        groupOf(stack, one, 'Database', { securityGroupIngress: [rule] });
        if (peered)
          new ec2.CfnVPCPeeringConnection(stack, 'Peering', {
            vpcId: other.ref,
            peerVpcId: one.ref,
            ...(peerRegion && { peerRegion }),
          });
      });
    expect(across(false)).toThrow(
      'Stack/Database:\n  a rule names Stack/Stranger, a group of another VPC; name addresses, or peer the two VPCs',
    );
    expect(across(true)).not.toThrow();
    expect(across(true, 'us-east-1')).toThrow('a rule names Stack/Stranger, a group of another VPC');
  });

  test.each<[string, (stack: Stack, vpc: ec2.CfnVPC, subnet: string) => unknown]>([
    ['an instance', (stack, _, subnetId) => new ec2.CfnInstance(stack, 'Thing', { subnetId })],
    ['a network interface', (stack, _, subnetId) => new ec2.CfnNetworkInterface(stack, 'Thing', { subnetId })],
    ['a load balancer', (stack, _, subnet) => new CfnLoadBalancer(stack, 'Thing', { subnets: [subnet] })],
    [
      'a launch template',
      (stack) => new ec2.CfnLaunchTemplate(stack, 'Thing', { launchTemplateData: { imageId: 'ami-1' } }),
    ],
    [
      'an interface endpoint',
      (stack, vpc) =>
        new ec2.CfnVPCEndpoint(stack, 'Thing', {
          vpcId: vpc.ref,
          serviceName: 'com.amazonaws.eu-west-1.sqs',
          vpcEndpointType: 'Interface',
        }),
    ],
  ])('fails when %s names no group and would get the default one [network-sg-default-lockdown]', (_, thing) => {
    expect(
      guarded((stack) => {
        const vpc = vpcOf(stack);
        thing(stack, vpc, subnetOf(stack, vpc).subnet.ref);
      }),
    ).toThrow('Stack/Thing:\n  there is no security group, so the default one of the VPC would be used; name one');
  });

  test('fails when the default group is named [network-sg-default-lockdown]', () => {
    expect(
      guarded((stack) => {
        const vpc = vpcOf(stack);
        const { subnet } = subnetOf(stack, vpc);
        new ec2.CfnInstance(stack, 'Host', { subnetId: subnet.ref, securityGroupIds: [vpc.attrDefaultSecurityGroup] });
      }),
    ).toThrow("Stack/Host:\n  the security group is the VPC's default one; name one of your own");
  });
});

describe('VPCs', () => {
  const vpcRules = [new VpcRules()];

  test('fails when a VPC uses the range of the default one, unless that is meant [network-default-vpc-guard]', () => {
    const build = (stack: Stack) => new ec2.CfnVPC(stack, 'Vpc', { cidrBlock: '172.31.0.0/16' });
    expect(guarded(build, vpcRules)).toThrow(
      'Stack/Vpc:\n  cidrBlock is 172.31.0.0/16, which overlaps 172.31.0.0/16, the range of every default VPC; choose another, such as 10.16.0.0/16, or set allowDefaultRange',
    );
    expect(guarded(build, [new VpcRules({ allowDefaultRange: true })])).not.toThrow();
  });

  test('fails when something is built on the default VPC [network-default-vpc-guard]', () => {
    const app = new App({
      context: {
        ...featureFlags,
        'vpc-provider:account=111122223333:filter.isDefault=true:region=eu-west-1:returnAsymmetricSubnets=true': {
          vpcId: 'vpc-0a1b2c3d',
          vpcCidrBlock: '172.31.0.0/16',
          ownerAccountId: '111122223333',
          availabilityZones: [],
          subnetGroups: [],
        },
      },
    });
    const stack = new Stack(app, 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
    expect(guarded((scope) => ec2.Vpc.fromLookup(scope, 'Default', { isDefault: true }), vpcRules, stack)).toThrow(
      'Stack/Default:\n  the imported VPC is 172.31.0.0/16, the default one of its Region; build on a VPC of your own, or set allowDefaultRange',
    );
  });

  test('fails when a tier stands in one zone, unless a reason says why [network-vpc-spans-azs]', () => {
    const build = (stack: Stack) => new ec2.Vpc(stack, 'Vpc', { maxAzs: 1, natGateways: 1 });
    expect(guarded(build, vpcRules)).toThrow(
      'Stack/Vpc:\n  tier Public stands in one zone and fails with it; use two or more, or say in singleZoneReason why one is enough\n  tier Private stands in one zone',
    );
    expect(guarded(build, [new VpcRules({ singleZoneReason: 'A build farm that may stop for a day' })])).not.toThrow();
  });

  test('fails when a subnet names a zone of another Region, which the CDK lets through [network-az-in-own-region]', () => {
    const stack = new Stack(new App({ context: featureFlags }), 'Stack', { env: { region: 'eu-west-1' } });
    expect(
      guarded(
        (scope) => new ec2.Vpc(scope, 'Vpc', { availabilityZones: ['us-east-1a', 'us-east-1b'], natGateways: 1 }),
        vpcRules,
        stack,
      ),
    ).toThrow('availabilityZone is us-east-1a, but the stack is in eu-west-1; name a zone such as eu-west-1a');
  });

  test('fails when a fixed address is one the subnet reserves, or outside it [network-subnet-reserved-addresses]', () => {
    const fixed = (privateIpAddress: string) =>
      guarded((stack) => {
        const vpc = vpcOf(stack);
        const { subnet } = subnetOf(stack, vpc);
        new ec2.CfnNetworkInterface(stack, 'Interface', {
          subnetId: subnet.ref,
          privateIpAddress,
          groupSet: [groupOf(stack, vpc).attrGroupId],
        });
      });
    expect(fixed('10.16.0.10')).not.toThrow();
    expect(fixed('10.16.0.3')).toThrow(
      'Stack/Interface:\n  privateIpAddress is 10.16.0.3, which 10.16.0.0/20 reserves (future use); choose one from 10.16.0.4 to 10.16.15.254',
    );
    expect(fixed('10.16.16.10')).toThrow('privateIpAddress is 10.16.16.10, outside its subnet 10.16.0.0/20');
  });

  test('fails when private names are used in a VPC that answers none [network-dns-attributes]', () => {
    const zone = (props: Partial<ec2.CfnVPCProps>) =>
      guarded((stack) => {
        const vpc = new ec2.CfnVPC(stack, 'Vpc', { cidrBlock: '10.16.0.0/16', ...props });
        new CfnHostedZone(stack, 'Zone', {
          name: 'internal.example.com',
          vpcs: [{ vpcId: vpc.ref, vpcRegion: 'eu-west-1' }],
        });
      });
    expect(zone({ enableDnsSupport: true, enableDnsHostnames: true })).not.toThrow();
    expect(zone({ enableDnsSupport: false, enableDnsHostnames: false })).toThrow(
      'Stack/Zone:\n  private names need enableDnsSupport and enableDnsHostnames on Stack/Vpc; they are false and false, so switch both on',
    );
    expect(zone({})).toThrow('they are true and false, so switch both on');
    expect(
      guarded((stack) => {
        const vpc = vpcOf(stack);
        new ec2.CfnVPCEndpoint(stack, 'Endpoint', {
          vpcId: vpc.ref,
          serviceName: 'com.amazonaws.eu-west-1.sqs',
          vpcEndpointType: 'Interface',
          privateDnsEnabled: true,
          securityGroupIds: [groupOf(stack, vpc).attrGroupId],
        });
      }),
    ).toThrow('Stack/Endpoint:\n  private names need enableDnsSupport and enableDnsHostnames on Stack/Vpc');
  });
});

describe('hosts', () => {
  const instance = (stack: Stack, userData: string) =>
    new ec2.CfnInstance(stack, 'Host', { userData: Fn.base64(userData), securityGroupIds: ['sg-1'] });
  const booting = (script: (stack: Stack) => string) =>
    guarded((stack) => instance(stack, `#!/bin/bash\n${script(stack)}\necho done`));
  const elasticIp = (stack: Stack) => new ec2.CfnEIP(stack, 'Address').ref;

  test.each([
    ['ip addr add 43.250.192.20/32 dev ens5', '43.250.192.20'],
    ['ip -4 address replace 43.250.192.20/32 dev ens5', '43.250.192.20'],
    ['ifconfig eth0:1 43.250.192.20 netmask 255.255.255.255', '43.250.192.20'],
    ['nmcli con mod "System eth0" ipv4.addresses "43.250.192.20/32"', '43.250.192.20'],
    ['echo "IPADDR=43.250.192.20" >> /etc/sysconfig/network-scripts/ifcfg-eth0', '43.250.192.20'],
    ['printf "[Network]\\nAddress=43.250.192.20/32" > /etc/systemd/network/10.network', '43.250.192.20'],
  ])('fails when user data gives an interface a public address: %s [network-igw-static-nat]', (line, address) => {
    expect(booting(() => line)).toThrow(
      `Stack/Host:\n  userData configures ${address} on an interface: "${line}"; the internet gateway translates public addresses and no system ever holds one, so leave it out`,
    );
  });

  test('fails when user data gives an interface an Elastic IP of the stack, in a launch template too [network-igw-static-nat]', () => {
    expect(booting((stack) => `ip addr add ${elasticIp(stack)}/32 dev ens5`)).toThrow(
      'Stack/Host:\n  userData configures <Address> on an interface: "ip addr add <Address>/32 dev ens5"',
    );
    expect(
      guarded(
        (stack) =>
          new ec2.CfnLaunchTemplate(stack, 'Template', {
            launchTemplateData: { userData: Fn.base64(`ip addr add ${elasticIp(stack)}/32 dev ens5`) },
          }),
      ),
    ).toThrow('Stack/Template:\n  userData configures <Address> on an interface');
  });

  test.each([
    ['a private address', () => 'ip addr add 10.16.16.21/20 dev ens5'],
    ['a public address that is only spoken to', () => 'curl https://43.250.192.20/ && ping 43.250.192.20'],
    ['an Elastic IP that is only told', (stack: Stack) => `echo ${elasticIp(stack)} > /etc/motd`],
    ['a public address in the name of a site', () => 'echo "server_name 43.250.192.20" > /etc/nginx/conf.d/a.conf'],
  ])('user data with %s passes [network-igw-static-nat]', (_, script) => {
    expect(booting(script)).not.toThrow();
  });

  test.each([
    ['written out', () => '-----BEGIN OPENSSH PRIVATE KEY-----'],
    ['fetched by CloudFormation', () => SecretValue.ssmSecure('/ec2/keypair/key-0123', '1').unsafeUnwrap()],
  ])('fails when user data or an output holds a private key %s [network-key-pair]', (_, key) => {
    const remedy =
      'holds a private key; it stays with its user, so let those who need it read it in Parameter Store (ShellKey readers)';
    expect(booting(key)).toThrow(`Stack/Host:\n  userData ${remedy}`);
    expect(guarded((stack) => new CfnOutput(stack, 'Key', { value: key() }))).toThrow(`Stack/Key:\n  value ${remedy}`);
  });

  test('an output may name the key pair and its parameter [network-key-pair]', () => {
    expect(
      guarded((stack) => {
        const key = new ec2.KeyPair(stack, 'Pair');
        new CfnOutput(stack, 'Key', { value: key.privateKey.parameterName });
        new CfnOutput(stack, 'Name', { value: key.keyPairName });
      }),
    ).not.toThrow();
  });
});
