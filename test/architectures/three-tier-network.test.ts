import { networkOf } from '../support/reachability';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Peer, Port } from 'aws-cdk-lib/aws-ec2';
import { context as featureFlags } from '../../cdk.json';
import { createApp } from '../../lib/app';
import {
  ThreeTierNetwork,
  type ThreeTierNetworkProps,
} from '../../lib/architectures/three-tier-network/three-tier-network-stack';
import { AddressPlan, defaultTiers } from '../../lib/constructs/network/address-plan';
import { contains as inside } from '../../lib/constructs/network/cidr';
import { evaluateNacl, resolveRoute, type AclEntry, type Route } from '../../lib/constructs/network/evaluate';
import { Ipv6Block } from '../../lib/constructs/network/ipv6-block';
import { NatStrategy } from '../../lib/constructs/network/nat-strategy';
import { profiles } from '../../lib/profile';
import { architecture, matchesItsSnapshots, type CfnTemplateResource } from '../support/architecture';
import { decide, type Decision } from '../support/decide';

const name = 'three-tier-network';
const sandbox = architecture(name);
const production = architecture(name, { profile: 'production' });

/** The stack as somebody makes it who changes a line of it. */
function changed(props: Partial<ThreeTierNetworkProps>): Template {
  const app = new App({ context: { ...featureFlags, 'aws:cdk:bundling-stacks': [] } });
  return Template.fromStack(new ThreeTierNetwork(app, name, { profile: profiles.sandbox, settings: {}, ...props }));
}

const all = (template: Template): Record<string, CfnTemplateResource> => template.toJSON().Resources;
const ofType = (template: Template, type: string) =>
  Object.entries(all(template)).filter(([, { Type }]) => Type === `AWS::EC2::${type}`);
const tagOf = (resource: CfnTemplateResource, key: string): string =>
  resource.Properties!.Tags.find(({ Key }: { Key: string }) => Key === key).Value;

/** The subnets as the plan's table has them: tier, zone, CIDR. */
const subnetRows = (template: Template) =>
  ofType(template, 'Subnet')
    .map(([, subnet]) => ({
      tier: tagOf(subnet, 'aws-cdk:subnet-name'),
      zone: String.fromCharCode(65 + subnet.Properties!.AvailabilityZone['Fn::Select'][0]),
      cidr: subnet.Properties!.CidrBlock as string,
    }))
    .sort((a, b) => a.zone.localeCompare(b.zone) || Number(a.cidr.split('.')[2]) - Number(b.cidr.split('.')[2]));

describe('the plan', () => {
  const readme = readFileSync(join(__dirname, '../../lib/architectures', name, 'README.md'), 'utf8');
  const rows = readme
    .split('## The plan')[1]
    .split('\n\n')[1]
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

  test('the table of the README is the plan, cell by cell [network-plan-report]', () => {
    const [heading, , ...body] = rows;
    expect([heading, ...body]).toEqual(new AddressPlan().toTable().map((row) => row.map(String)));
  });

  test('the subnets of the template are the rows of the table that have no free slot [network-plan-report, network-sixteen-subnet-plan, network-vpc-spans-azs]', () => {
    const used = rows.slice(2).filter((row) => row[4] === '0');
    expect(subnetRows(sandbox)).toEqual(used.map(([tier, zone, cidr]) => ({ tier, zone, cidr })));
    expect(subnetRows(production)).toEqual(subnetRows(sandbox));
  });

  test.each([
    ['a fourth zone', { zones: 4 }, 3],
    [
      'a tier in the reserved slots',
      { tiers: [{ name: 'cache', access: 'isolated' as const }, ...defaultTiers.slice(1)] },
      3,
    ],
  ])('%s moves nothing that exists [network-growth-safe-plan]', (_, plan, added) => {
    const [before, after] = [changed({}), changed({ plan })];
    for (const [id, resource] of Object.entries(all(before)))
      if (resource.Type !== 'AWS::EC2::VPCEndpoint') expect([id, all(after)[id]]).toEqual([id, resource]);
    expect(subnetRows(after)).toHaveLength(9 + added);
  });
});

describe('who reaches whom', () => {
  const hosts = { web: '10.16.112.10', application: '10.16.160.10', database: '10.16.16.10' } as const;
  type Tier = keyof typeof hosts;
  type End = Tier | 'internet';
  const outside = '198.51.100.7';
  const addressOf = (end: End): string => (end === 'internet' ? outside : hosts[end]);
  const groups = { web: 'GroupsBalancerGroup', application: 'GroupsApplicationGroup', database: 'GroupsDatabaseGroup' };

  /** The routes of a host's subnet, with the local one that is always there. */
  function routesOf(template: Template, tier: Tier): Route[] {
    const [subnet] = ofType(template, 'Subnet').find(([, { Properties }]) =>
      inside(Properties!.CidrBlock, hosts[tier]),
    )!;
    const [, association] = ofType(template, 'SubnetRouteTableAssociation').find(
      ([, { Properties }]) => Properties!.SubnetId.Ref === subnet,
    )!;
    const written = ofType(template, 'Route')
      .filter(([, { Properties }]) => Properties!.RouteTableId.Ref === association.Properties!.RouteTableId.Ref)
      .map(([, { Properties: p }]) => ({
        destination: p!.DestinationCidrBlock ?? p!.DestinationIpv6CidrBlock,
        target: Object.keys(p!).find((key) => /Id$/.test(key) && key !== 'RouteTableId')!,
      }));
    return [{ destination: '10.16.0.0/16', target: 'local', origin: 'local' }, ...written];
  }

  function entriesOf(template: Template, tier: Tier, egress: boolean): AclEntry[] {
    return ofType(template, 'NetworkAclEntry')
      .map(([, { Properties }]) => Properties!)
      .filter((p) => p.Egress === egress && p.NetworkAclId.Ref.toLowerCase().startsWith(`firewalls${tier}`))
      .map((p) => ({
        number: p.RuleNumber,
        action: p.RuleAction,
        protocol: p.Protocol,
        cidr: p.CidrBlock ?? p.Ipv6CidrBlock,
        ports: [p.PortRange.From, p.PortRange.To] as const,
      }));
  }

  /** Whether a group's rules admit the other end, or let it out; `internet` is any address outside. */
  function groupAllows(
    template: Template,
    tier: Tier,
    direction: 'Ingress' | 'Egress',
    other: End,
    port: number,
  ): boolean {
    const [[id, group]] = ofType(template, 'SecurityGroup').filter(([one]) => one.startsWith(groups[tier]));
    const apart = ofType(template, `SecurityGroup${direction}`)
      .map(([, { Properties }]) => Properties!)
      .filter((rule) => rule.GroupId['Fn::GetAtt'][0] === id);
    return [...(group.Properties![`SecurityGroup${direction}`] ?? []), ...apart].some((rule) => {
      const peer = rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId;
      const named = peer !== undefined && other !== 'internet' && peer['Fn::GetAtt'][0].startsWith(groups[other]);
      const addressed = rule.CidrIp !== undefined && inside(rule.CidrIp, addressOf(other));
      return rule.FromPort <= port && port <= rule.ToPort && (named || addressed);
    });
  }

  /** The first layer that stops a TCP connection, or `open`. */
  function connect(template: Template, from: End, to: End, port: number): string {
    const packet = (end: End, at: number) => ({ address: addressOf(end), protocol: 6, port: at });
    const [reply, routes] = [40_022, (tier: Tier, end: End) => resolveRoute(routesOf(template, tier), addressOf(end))];
    if (from !== 'internet') {
      if (!routes(from, to)) return 'no route out';
      if (!groupAllows(template, from, 'Egress', to, port)) return 'group of the client';
      if (!evaluateNacl(entriesOf(template, from, true), packet(to, port)).allowed) return 'ACL of the client';
      if (!evaluateNacl(entriesOf(template, from, false), packet(to, reply)).allowed) return 'ACL on the reply';
    }
    if (to !== 'internet') {
      if (from === 'internet' && routes(to, from)?.target !== 'GatewayId') return 'no route in';
      if (!evaluateNacl(entriesOf(template, to, false), packet(from, port)).allowed) return 'ACL of the server';
      if (!groupAllows(template, to, 'Ingress', from, port)) return 'group of the server';
      if (!evaluateNacl(entriesOf(template, to, true), packet(from, reply)).allowed) return 'ACL on the reply';
    }
    return 'open';
  }

  test.each<[End, End, number, string]>([
    ['internet', 'web', 443, 'open'],
    ['internet', 'web', 80, 'open'],
    ['internet', 'web', 22, 'ACL of the server'],
    ['internet', 'application', 8080, 'no route in'],
    ['internet', 'database', 5432, 'no route in'],
    ['web', 'application', 8080, 'open'],
    ['web', 'application', 22, 'group of the client'],
    ['web', 'database', 5432, 'group of the client'],
    ['web', 'internet', 443, 'group of the client'],
    ['application', 'database', 5432, 'open'],
    ['application', 'database', 3306, 'group of the client'],
    ['application', 'internet', 443, 'open'],
    ['application', 'internet', 25, 'group of the client'],
    ['application', 'web', 8080, 'group of the client'],
    ['database', 'internet', 443, 'no route out'],
    ['database', 'application', 8080, 'group of the client'],
  ])('%s to %s on %d: %s [network-three-tiers, network-sg-reference, network-nacl-flow]', (from, to, port, verdict) => {
    expect(connect(sandbox, from, to, port)).toBe(verdict);
    expect(connect(production, from, to, port)).toBe(verdict);
  });

  test('without its groups the database tier would still admit nobody but the application tier [network-nacl-flow]', () => {
    const admits = (client: End, port: number) =>
      evaluateNacl(entriesOf(sandbox, 'database', false), { address: addressOf(client), protocol: 6, port }).allowed;
    expect([
      admits('application', 5432),
      admits('web', 5432),
      admits('internet', 5432),
      admits('application', 22),
    ]).toEqual([true, false, false, false]);
  });

  test('what a NAT gateway forwards passes the web tier both ways [network-nat-single]', () => {
    const hop = (egress: boolean, end: End, port: number) =>
      evaluateNacl(entriesOf(sandbox, 'web', egress), { address: addressOf(end), protocol: 6, port }).allowed;
    expect([
      hop(false, 'application', 443),
      hop(true, 'internet', 443),
      hop(false, 'internet', 40_022),
      hop(true, 'application', 40_022),
    ]).toEqual([true, true, true, true]);
  });

  test('between tiers no rule of a group names an address [network-sg-reference]', () => {
    const [web, ...inner] = Object.values(groups).map(
      (prefix) => ofType(sandbox, 'SecurityGroup').find(([id]) => id.startsWith(prefix))![1].Properties!,
    );
    expect(web.SecurityGroupIngress).toHaveLength(4);
    for (const group of inner) expect(group).not.toHaveProperty('SecurityGroupIngress');
    const apart = ofType(sandbox, 'SecurityGroupIngress').map(([, { Properties }]) => Properties!);
    expect(apart).toHaveLength(2);
    for (const rule of apart) expect(rule).not.toHaveProperty('CidrIp');
  });
});

describe('NAT', () => {
  const strategies: Record<string, NatStrategy> = {
    none: NatStrategy.none(),
    instance: NatStrategy.instance({ acceptZoneDependency: true }),
    single: NatStrategy.single({ acceptZoneDependency: true }),
    perZone: NatStrategy.perZone(),
    regional: NatStrategy.regional(),
  };

  test.each(Object.keys(strategies))(
    'the parts and routes that %s brings are the ones last reviewed [network-nat-strategy]',
    (strategy) => {
      const template = changed({ nat: strategies[strategy] });
      const paid = ['NatGateway', 'EIP', 'Instance'].flatMap((type) => ofType(template, type));
      const routes = ofType(template, 'Route').filter(([id]) => id.includes('application'));
      const brief = ([id, { Type, Properties }]: [string, CfnTemplateResource]) => {
        const { UserData, Tags, ...rest } = Properties!;
        return [id, Type, rest];
      };
      expect([...paid, ...routes].map(brief)).toMatchSnapshot();
    },
  );

  test('a sandbox shares one gateway, production has one in each zone [network-nat-single, network-nat-per-az]', () => {
    sandbox.resourceCountIs('AWS::EC2::NatGateway', 1);
    production.resourceCountIs('AWS::EC2::NatGateway', 3);
  });

  test('fails when production would depend on one zone, unless that is accepted [network-nat-single]', () => {
    const inProduction = (nat: NatStrategy) => () => changed({ profile: profiles.production, nat });
    expect(inProduction(NatStrategy.single())).toThrow(
      'three-tier-network:\n  nat is single in production. One NAT gateway serves 3 zones, and egress of all of them fails with its zone; write NatStrategy.perZone() or regional(), or accept it with acceptZoneDependency',
    );
    expect(inProduction(NatStrategy.instance())).toThrow('nat is instance in production. One NAT host serves 3 zones');
    expect(inProduction(strategies.single)).not.toThrow();
    expect(inProduction(strategies.regional)).not.toThrow();
  });

  test('flows through the web tier stand only where NAT passes it, and the others keep their numbers', () => {
    const numbers = (nat: NatStrategy) =>
      ofType(changed({ nat }), 'NetworkAclEntry')
        .map(([id]) => id)
        .filter((id) => id.startsWith('FirewallsWeb'));
    const [through, around] = [numbers(strategies.single), numbers(strategies.regional)];
    expect(around).toEqual(through.slice(0, around.length));
    expect(through.length).toBeGreaterThan(around.length);
  });
});

describe('IPv6', () => {
  const dual = changed({ ipv6: Ipv6Block.amazonProvided(), nat: NatStrategy.perZone() });

  test('every subnet gets its /64, the web tier is reached and the application tier leaves [network-ipv6-block, network-ipv6-egress-only]', () => {
    expect(ofType(dual, 'Subnet').map(([, { Properties }]) => Properties!.Ipv6CidrBlock['Fn::Select'][0])).toEqual([
      1, 5, 9, 2, 6, 10, 3, 7, 11,
    ]);
    const six = ofType(dual, 'Route').filter(([, { Properties }]) => Properties!.DestinationIpv6CidrBlock === '::/0');
    expect(six.filter(([, { Properties }]) => Properties!.GatewayId)).toHaveLength(3);
    expect(six.filter(([, { Properties }]) => Properties!.EgressOnlyInternetGatewayId)).toHaveLength(3);
  });

  test('its ACLs open the same ports to both families, and without it to none of IPv6', () => {
    const open = (template: Template) =>
      ofType(template, 'NetworkAclEntry').filter(([, { Properties }]) => Properties!.Ipv6CidrBlock).length;
    expect([open(dual), open(sandbox)]).toEqual([8, 0]);
  });
});

describe('what surrounds it', () => {
  const packages = 'arn:<AWS::Partition>:s3:::al2023-repos-<AWS::Region>-de612dc2/core/1.rpm';
  const table = (account: string) => `arn:<AWS::Partition>:dynamodb:<AWS::Region>:${account}:table/orders`;

  test('S3 and DynamoDB are reached by route from the application tier [network-gateway-endpoint]', () => {
    const endpoints = ofType(sandbox, 'VPCEndpoint').map(([, { Properties }]) => Properties!);
    expect(endpoints).toHaveLength(2);
    for (const { RouteTableIds, VpcEndpointType } of endpoints) {
      expect(VpcEndpointType).toBe('Gateway');
      expect(RouteTableIds).toHaveLength(3);
      for (const { Ref } of RouteTableIds) expect(Ref).toMatch(/applicationSubnet\dRouteTable/);
    }
  });

  test.each<[string, string, string, string, Decision]>([
    ['own bucket', 'S3', 's3:PutObject', 'arn:aws:s3:::reports/1', 'allow'],
    ['bucket of another account', 'S3', 's3:PutObject', 'arn:aws:s3:::elsewhere/1', 'implicit deny'],
    ['package of the operating system', 'S3', 's3:GetObject', packages, 'allow'],
    ['change to such a package', 'S3', 's3:PutObject', packages, 'implicit deny'],
    ['own table', 'DynamoDb', 'dynamodb:PutItem', table('<AWS::AccountId>'), 'allow'],
    ['table of another account', 'DynamoDb', 'dynamodb:PutItem', table('999999999999'), 'implicit deny'],
  ])(
    'through the endpoint, %s: %s %s %s gives %s [network-endpoint-policy]',
    (what, endpoint, action, resource, decision) => {
      const [, { Properties }] = ofType(sandbox, 'VPCEndpoint').find(([id]) => id.startsWith(`Network${endpoint}`))!;
      const owner = what.startsWith('own') ? '<AWS::AccountId>' : '999999999999';
      const request = { principal: { AWS: 'somebody' }, action, resource, context: { 'aws:ResourceAccount': owner } };
      expect(decide(Properties!.PolicyDocument, request)).toBe(decision);
    },
  );

  test('flow logs go to a log group in a sandbox and to a bucket for a year in production [network-flow-log-levels, network-flow-log-destinations]', () => {
    const log = { ResourceType: 'VPC', TrafficType: 'ALL' };
    sandbox.hasResourceProperties('AWS::EC2::FlowLog', { ...log, LogDestinationType: 'cloud-watch-logs' });
    production.hasResourceProperties('AWS::EC2::FlowLog', { ...log, LogDestinationType: 's3' });
    production.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: { Rules: [{ ExpirationInDays: 365 }] },
    });
  });

  test('the default group is emptied, names are on, hardware is shared [network-sg-default-lockdown, network-dns-attributes, network-tenancy]', () => {
    sandbox.resourceCountIs('Custom::VpcRestrictDefaultSG', 1);
    sandbox.hasResourceProperties('AWS::EC2::VPC', {
      EnableDnsSupport: true,
      EnableDnsHostnames: true,
      InstanceTenancy: 'default',
    });
  });

  test('the outputs name what others need, and no address where there is none [network-resolver-address]', () => {
    const outputs = sandbox.toJSON().Outputs as Record<string, { Value: unknown }>;
    expect(Object.keys(outputs)).toEqual([
      'VpcId',
      'Resolver',
      'WebSubnets',
      'ApplicationSubnets',
      'DatabaseSubnets',
      'BalancerGroup',
      'ApplicationGroup',
      'DatabaseGroup',
      'EgressAddresses',
      'FlowLogs',
    ]);
    expect(outputs.Resolver.Value).toBe('10.16.0.2');
    expect(changed({ nat: NatStrategy.none() }).toJSON().Outputs).not.toHaveProperty('EgressAddresses');
  });

  test('fails when something with an open administrative port is added to the stack [network-open-port-guard]', () => {
    const app = createApp({ only: [name] }, { gates: false, context: { 'aws:cdk:bundling-stacks': [] } });
    const stack = app.node.findChild(name) as ThreeTierNetwork;
    stack.groups.application.securityGroup.addIngressRule(Peer.anyIpv4(), Port.tcp(22), 'For a moment');
    expect(() => app.synth()).toThrow(
      'three-tier-network/Groups/Application/Group/Resource:\n  ingress opens 22 (SSH) to 0.0.0.0/0; admit known addresses, or use Session Manager, which needs no open port',
    );
  });
});

describe('who reaches whom between the tiers, as far as routes and ACLs alone let them', () => {
  test.each(['sandbox', 'production'] as const)('in %s, exactly this', (profile) => {
    const network = networkOf(name, { profile });
    expect(network).toHaveReachability([
      // Nothing stands in the tiers yet, so no group narrows this. The high ports are replies to what a tier asked for: an
      // ACL cannot tell those from requests, the groups can (see above).
      ['internet', 'web', 'tcp 80, 443, 1024-65535'],
      ['web', 'application', 'tcp 1024-65535'],
      ['application', 'web', 'tcp 443, 1024-65535'],
      ['application', 'database', 'tcp 5432'],
      ['database', 'application', 'perhaps tcp 1024-65535'],
      ['application', 'internet', 'tcp 443'],
      ['application', 's3', 'tcp 443'],
      ['application', 'dynamodb', 'tcp 443'],
      ['web', 'internet', 'tcp 443, 1024-65535'],
      ['web', 's3', 'tcp 443, 1024-65535'],
      ['web', 'dynamodb', 'tcp 443, 1024-65535'],
    ]);
    for (const tier of ['application', 'database']) expect(network).not.toReach('internet', tier);
    expect(network).not.toReach('database', 'internet');
    expect(network).not.toReach('web', 'database');
  });
});

describe('templates', () => {
  matchesItsSnapshots(name);
});
