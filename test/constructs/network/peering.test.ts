import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { context as featureFlags } from '../../../cdk.json';
import { resolveRoute } from '../../../lib/constructs/network/evaluate';
import { guardNetwork } from '../../../lib/constructs/network/guard-network';
import { Peering, type PeeringProps, type RemoteNetwork } from '../../../lib/constructs/network/peering';
import { PeeringAcceptanceRole } from '../../../lib/constructs/network/peering-acceptance-role';
import { PeeringNames } from '../../../lib/constructs/network/peering-names';
import { PeeringRoutes } from '../../../lib/constructs/network/peering-routes';
import { TierSecurityGroup } from '../../../lib/constructs/network/tier-security-group';
import { testStack } from '../../support/app';
import { closedNetwork } from '../../support/networks';
import { NetworkModel, tcp } from '../../support/reachability';

/** Where every peer route of a template leads: the subnet, and the block. */
const peerRoutes = (template: Template) =>
  Object.entries(template.findResources('AWS::EC2::Route'))
    .filter(([, { Properties }]) => Properties.VpcPeeringConnectionId)
    .map(([, { Properties }]) => [
      /^(.*?)(?:Vpc)?applicationSubnet(\d)/.exec(Properties.RouteTableId.Ref)!.slice(1).join(''),
      Properties.DestinationCidrBlock,
    ])
    .sort();

const pair = (
  props: Partial<PeeringProps> = {},
  { stack = testStack(), one = '10.16.0.0/16', other = '10.17.0.0/16' } = {},
) => {
  const [shop, billing] = [closedNetwork(stack, 'Shop', one), closedNetwork(stack, 'Billing', other)];
  const peering = new Peering(stack, 'Peering', {
    requester: { vpc: shop.vpc },
    accepter: { vpc: billing.vpc },
    ...props,
  });
  return { stack, shop, billing, peering };
};

describe('a peering', () => {
  test('is one connection, with a route to the other block in every table of both sides [network-peering]', () => {
    const { stack } = pair();
    guardNetwork(stack);
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::EC2::VPCPeeringConnection', 1);
    template.hasResourceProperties('AWS::EC2::VPCPeeringConnection', {
      PeerRegion: Match.absent(),
      PeerOwnerId: Match.absent(),
      PeerRoleArn: Match.absent(),
    });
    expect(peerRoutes(template)).toEqual([
      ['Billing1', '10.16.0.0/16'],
      ['Billing2', '10.16.0.0/16'],
      ['Shop1', '10.17.0.0/16'],
      ['Shop2', '10.17.0.0/16'],
    ]);
  });

  test('leads to secondary blocks too, and only from the chosen tables [network-peering]', () => {
    const stack = testStack();
    const shop = closedNetwork(stack, 'Shop', '10.16.0.0/16', { secondaryCidrs: ['100.64.0.0/16'] });
    const billing = closedNetwork(stack, 'Billing', '10.17.0.0/16');
    new Peering(stack, 'Peering', {
      requester: { vpc: shop.vpc, subnets: [{ subnets: [shop.vpc.isolatedSubnets[1]] }] },
      accepter: { vpc: billing.vpc },
    });
    expect(peerRoutes(Template.fromStack(stack))).toEqual([
      ['Billing1', '10.16.0.0/16'],
      ['Billing1', '100.64.0.0/16'],
      ['Billing2', '10.16.0.0/16'],
      ['Billing2', '100.64.0.0/16'],
      ['Shop2', '10.17.0.0/16'],
    ]);
  });

  test('fails when a VPC is peered with itself [network-peering]', () => {
    const stack = testStack();
    const { vpc } = closedNetwork(stack, 'Shop', '10.16.0.0/16');
    expect(() => new Peering(stack, 'Peering', { requester: { vpc }, accepter: { vpc } })).toThrow(
      'Stack/Peering:\n  requester and accepter are both Stack/Shop/Vpc; a peering joins two VPCs, so name another one',
    );
  });

  test.each([
    ['equal', '10.16.0.0/16', '10.16.0.0/16'],
    ['nested', '10.16.0.0/16', '10.16.128.0/20'],
    ['nested the other way', '10.16.16.0/20', '10.16.0.0/16'],
  ])('fails when the blocks are %s [network-peering-overlap]', (_, one, other) => {
    expect(() => pair({}, { one, other })).toThrow(
      `Stack/Shop/Vpc has ${one} and Stack/Billing/Vpc has ${other}, which overlap, so they cannot be peered; take ranges from a RangeRegistry, or offer what is needed by a PrivateService, to which addresses do not matter`,
    );
  });

  test('fails when only secondary blocks overlap, so that two networks share a part [network-peering-overlap]', () => {
    const stack = testStack();
    const shop = closedNetwork(stack, 'Shop', '10.16.0.0/16', { secondaryCidrs: ['10.18.0.0/16'] });
    const billing = closedNetwork(stack, 'Billing', '10.17.0.0/16', { secondaryCidrs: ['10.18.64.0/18'] });
    expect(
      () => new Peering(stack, 'Peering', { requester: { vpc: shop.vpc }, accepter: { vpc: billing.vpc } }),
    ).toThrow('Stack/Shop/Vpc has 10.18.0.0/16 and Stack/Billing/Vpc has 10.18.64.0/18, which overlap');
  });

  test('adjacent blocks may be peered [network-peering-overlap]', () => {
    expect(() => pair({}, { one: '10.16.0.0/17', other: '10.16.128.0/17' })).not.toThrow();
  });
});

describe('names', () => {
  test('public host names resolve to private addresses on both sides, asked for after acceptance and of this connection only [network-peering-dns]', () => {
    const { stack } = pair({ privateNames: true });
    const template = Template.fromStack(stack);
    const [connection] = Object.keys(template.findResources('AWS::EC2::VPCPeeringConnection'));
    const [options] = Object.values(template.findResources('Custom::VpcPeeringOptions'));
    const callOf = (allowed: boolean) => ({
      service: 'EC2',
      action: 'modifyVpcPeeringConnectionOptions',
      parameters: {
        VpcPeeringConnectionId: connection,
        RequesterPeeringConnectionOptions: { AllowDnsResolutionFromRemoteVpc: allowed },
        AccepterPeeringConnectionOptions: { AllowDnsResolutionFromRemoteVpc: allowed },
      },
    });
    expect(textOf(options.Properties.Create)).toMatchObject(callOf(true));
    expect(textOf(options.Properties.Update)).toMatchObject(callOf(true));
    expect(textOf(options.Properties.Delete)).toMatchObject(callOf(false));
    // The connection is complete only when it was accepted, and the reference makes the call wait for it.
    expect(JSON.stringify(options.Properties.Create)).toContain(JSON.stringify({ Ref: connection }));
    const statements = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement as { Resource: object }[],
    );
    // Beside its own log, which every function writes.
    expect(statements.filter(({ Resource }) => !JSON.stringify(Resource).includes('Logs'))).toEqual([
      {
        Action: 'ec2:ModifyVpcPeeringConnectionOptions',
        Effect: 'Allow',
        Resource: {
          'Fn::Join': [
            '',
            [
              'arn:',
              { Ref: 'AWS::Partition' },
              ':ec2:',
              { Ref: 'AWS::Region' },
              ':',
              { Ref: 'AWS::AccountId' },
              ':vpc-peering-connection/',
              { Ref: connection },
            ],
          ],
        },
      },
    ]);
  });

  test('are as they were unless asked for, and of a remote peer only the own side is asked [network-peering-dns]', () => {
    Template.fromStack(pair().stack).resourceCountIs('Custom::VpcPeeringOptions', 0);
    const { stack } = abroad({ region: 'us-east-1' }, { privateNames: true });
    const [options] = Object.values(Template.fromStack(stack).findResources('Custom::VpcPeeringOptions'));
    expect(Object.keys(textOf(options.Properties.Create).parameters as object)).toEqual([
      'VpcPeeringConnectionId',
      'RequesterPeeringConnectionOptions',
    ]);
  });

  test('fails when a side has no names, or no side is named [network-peering-dns]', () => {
    const stack = testStack();
    const nameless = new Vpc(stack, 'Nameless', { natGateways: 0, enableDnsHostnames: false });
    const billing = closedNetwork(stack, 'Billing', '10.17.0.0/16');
    expect(
      () =>
        new Peering(stack, 'Peering', {
          requester: { vpc: billing.vpc },
          accepter: { vpc: nameless },
          privateNames: true,
        }),
    ).toThrow('privateNames needs enableDnsSupport and enableDnsHostnames on Stack/Nameless; switch both on');
    expect(() => new PeeringNames(stack, 'Names', { peeringId: 'pcx-0123456789abcdef0', sides: [] })).toThrow(
      'sides are none; name requester, accepter or both',
    );
  });
});

describe('security groups across a peering', () => {
  const groups = ({ stack, shop, billing }: ReturnType<typeof pair>) => ({
    caller: new TierSecurityGroup(stack, 'Caller', { vpc: shop.vpc, description: 'Caller' }).securityGroup,
    answerer: new TierSecurityGroup(stack, 'Answerer', { vpc: billing.vpc, description: 'Answerer' }).securityGroup,
  });

  test('name each other in one Region, once the connection is there [network-peering-sg]', () => {
    const made = pair();
    const { caller, answerer } = groups(made);
    made.peering.allow(caller, answerer, 8080);
    guardNetwork(made.stack);
    const template = Template.fromStack(made.stack);
    const [connection] = Object.keys(template.findResources('AWS::EC2::VPCPeeringConnection'));
    const idOf = (name: string) => ({ 'Fn::GetAtt': [Match.stringLikeRegexp(`^${name}`), 'GroupId'] });
    template.hasResource('AWS::EC2::SecurityGroupIngress', {
      Properties: {
        IpProtocol: 'tcp',
        FromPort: 8080,
        ToPort: 8080,
        GroupId: idOf('Answerer'),
        SourceSecurityGroupId: idOf('Caller'),
        SourceSecurityGroupOwnerId: Match.absent(),
      },
      DependsOn: [connection],
    });
    template.hasResource('AWS::EC2::SecurityGroupEgress', {
      Properties: { GroupId: idOf('Caller'), DestinationSecurityGroupId: idOf('Answerer') },
      DependsOn: [connection],
    });
  });

  test('of another account are named with their owner, and let out to by address [network-peering-sg, network-peering-accounts]', () => {
    const { stack, peering, shop } = abroad({
      account: '222233334444',
      acceptanceRoleArn: 'arn:aws:iam::222233334444:role/accept',
    });
    const own = new TierSecurityGroup(stack, 'Own', { vpc: shop.vpc, description: 'Own' }).securityGroup;
    peering.allow('sg-0123456789abcdef0', own, 8080);
    peering.allow(own, 'sg-0123456789abcdef0', 5432);
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      SourceSecurityGroupId: 'sg-0123456789abcdef0',
      SourceSecurityGroupOwnerId: '222233334444',
    });
    template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', {
      CidrIp: '10.17.0.0/16',
      FromPort: 5432,
      DestinationSecurityGroupId: Match.absent(),
    });
  });

  test('fails when a group of another Region is named, and proposes the addresses [network-peering-sg]', () => {
    const { stack, peering, shop } = abroad({ region: 'us-east-1' });
    const own = new SecurityGroup(stack, 'Own', { vpc: shop.vpc });
    expect(() => peering.allow('sg-0123456789abcdef0', own, 443)).toThrow(
      "Stack/Peering:\n  a rule would name sg-0123456789abcdef0 of us-east-1; across Regions groups are not known, so admit addresses: allowFromCidr('10.17.0.0/16')",
    );
  });

  test('fails when a group is no group, or none is of this app [network-peering-sg]', () => {
    const made = pair();
    const { caller } = groups(made);
    expect(() => made.peering.allow(caller, 'web', 443)).toThrow(
      'a group is web; give the id of a group on the remote side, such as sg-0123456789abcdef0, or a group of this app',
    );
    expect(() => made.peering.allow('sg-0123456789abcdef0', 'sg-0123456789abcdef1', 443)).toThrow(
      'are both given by id; the rules of this side need a group of this app',
    );
    expect(() => made.peering.allow(caller, caller, 0)).toThrow('port is 0; give a whole number from 1 to 65535');
  });
});

describe('a peer elsewhere', () => {
  test('in another Region is asked from one stack, and each stack routes its own VPC [network-peering-regions]', () => {
    const app = new App({ context: { ...featureFlags, 'aws:cdk:bundling-stacks': [] } });
    const stackIn = (id: string, region: string) =>
      new Stack(app, id, { env: { region, account: '111122223333' }, crossRegionReferences: true });
    const [near, far, farRoutes] = [
      stackIn('Near', 'eu-west-1'),
      stackIn('Far', 'us-east-1'),
      stackIn('FarRoutes', 'us-east-1'),
    ];
    const zones = (region: string) => ({ availabilityZones: [`${region}a`, `${region}b`] });
    const shop = closedNetwork(near, 'Shop', '10.16.0.0/16', zones('eu-west-1'));
    const billing = closedNetwork(far, 'Billing', '10.17.0.0/16', zones('us-east-1'));
    expect(() => new Peering(near, 'Stray', { requester: { vpc: shop.vpc }, accepter: { vpc: billing.vpc } })).toThrow(
      'accepter is Far/Billing/Vpc in us-east-1, while the stack is in eu-west-1; give its vpcId, cidrs and region, and put PeeringRoutes into a stack of us-east-1',
    );
    near.node.tryRemoveChild('Stray');
    const peering = new Peering(near, 'Peering', {
      requester: { vpc: shop.vpc },
      accepter: { vpcId: billing.vpc.vpcId, cidrs: ['10.17.0.0/16'], region: 'us-east-1' },
    });
    new PeeringRoutes(farRoutes, 'Back', {
      vpc: billing.vpc,
      peeringId: peering.peeringId,
      peer: { name: 'Shop', cidrs: peering.requesterCidrs },
    });
    const [nearTemplate, farTemplate] = [near, farRoutes].map((stack) => Template.fromStack(stack));
    nearTemplate.hasResourceProperties('AWS::EC2::VPCPeeringConnection', { PeerRegion: 'us-east-1' });
    farTemplate.resourceCountIs('AWS::EC2::VPCPeeringConnection', 0);
    const destinations = (template: Template) =>
      Object.values(template.findResources('AWS::EC2::Route')).map(({ Properties }) => Properties.DestinationCidrBlock);
    expect(destinations(nearTemplate)).toEqual(['10.17.0.0/16', '10.17.0.0/16']);
    expect(destinations(farTemplate)).toEqual(['10.16.0.0/16', '10.16.0.0/16']);
  });

  test('in another account is accepted by a role of that account [network-peering-accounts]', () => {
    const { stack } = abroad({ account: '222233334444', acceptanceRoleArn: 'arn:aws:iam::222233334444:role/accept' });
    Template.fromStack(stack).hasResourceProperties('AWS::EC2::VPCPeeringConnection', {
      PeerOwnerId: '222233334444',
      PeerRoleArn: 'arn:aws:iam::222233334444:role/accept',
      PeerRegion: Match.absent(),
    });
  });

  test.each<[string, Partial<RemoteNetwork>, string]>([
    [
      'account comes without role',
      { account: '222233334444' },
      'accepter is of account 222233334444 without acceptanceRoleArn; name the role there by which CloudFormation accepts, as PeeringAcceptanceRole makes it',
    ],
    [
      'role comes without account',
      { acceptanceRoleArn: 'arn:aws:iam::222233334444:role/accept' },
      'accepter has acceptanceRoleArn arn:aws:iam::222233334444:role/accept without account; name the account too',
    ],
    [
      'role is of a third account',
      { account: '222233334444', acceptanceRoleArn: 'arn:aws:iam::999999999999:role/accept' },
      'acceptanceRoleArn is a role of 999999999999, but the VPC belongs to 222233334444; name a role of 222233334444',
    ],
    [
      'role is no role',
      { account: '222233334444', acceptanceRoleArn: 'accept' },
      'acceptanceRoleArn is accept; write arn:aws:iam::222233334444:role/ and its name',
    ],
    [
      'account is no account',
      { account: '2222', acceptanceRoleArn: 'arn:aws:iam::222233334444:role/accept' },
      'accepter is of account 2222; write its 12 digits',
    ],
    ['VPC has no blocks', { cidrs: [] }, 'has no cidrs; name all its IPv4 blocks, which routes lead to'],
    ['VPC is no VPC', { vpcId: 'billing' }, 'accepter has vpcId billing; give an id such as vpc-0123456789abcdef0'],
    ['blocks are not canonical', { cidrs: ['10.17.5.0/16'] }, 'write 10.17.0.0/16'],
  ])('fails when the %s [network-peering-accounts]', (_, remote, message) => {
    expect(() => abroad(remote)).toThrow(message);
  });

  test('lets one account accept for one VPC, and nothing else [network-peering-accounts]', () => {
    const stack = new Stack(testStack().node.root, 'Peer', { env: { account: '222233334444' } });
    const { vpc } = closedNetwork(stack, 'Billing', '10.17.0.0/16');
    new PeeringAcceptanceRole(stack, 'Acceptance', { vpc, requesterAccount: '111122223333' });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Action: 'sts:AssumeRole',
            Effect: 'Allow',
            Principal: { AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::111122223333:root']] } },
          },
        ],
      },
    });
    const [{ Properties }] = Object.values(template.findResources('AWS::IAM::Policy'));
    const statements = Properties.PolicyDocument.Statement as { Action: string; Condition?: Record<string, unknown> }[];
    expect(statements.map(({ Action }) => Action)).toEqual([
      'ec2:AcceptVpcPeeringConnection',
      'ec2:AcceptVpcPeeringConnection',
    ]);
    expect(JSON.stringify(statements[0])).toContain('222233334444:vpc/');
    expect(Object.keys(statements[1].Condition!)).toEqual(['ArnEquals', 'ArnLike']);
    expect(JSON.stringify(statements[1].Condition!.ArnLike)).toContain(':ec2:*:111122223333:vpc/*');
  });

  test('fails when whom to trust is not one other account [network-peering-accounts]', () => {
    const stack = new Stack(testStack().node.root, 'Peer', { env: { account: '222233334444' } });
    const { vpc } = closedNetwork(stack, 'Billing', '10.17.0.0/16');
    const role = (id: string, requesterAccount: string, requesterVpcId?: string) => () =>
      new PeeringAcceptanceRole(stack, id, { vpc, requesterAccount, ...(requesterVpcId && { requesterVpcId }) });
    expect(role('A', '*')).toThrow('requesterAccount is *; write the 12 digits of one account');
    expect(role('B', '222233334444')).toThrow('the account of the VPC itself, which needs no role; leave it out');
    expect(role('C', '111122223333', 'shop')).toThrow(
      'requesterVpcId is shop; give an id such as vpc-0123456789abcdef0',
    );
  });
});

describe('two peers with the same addresses', () => {
  /** Both peers are 10.17.0.0/16: all of one is routed to, and of the other only the subnet that is needed. */
  const clash = () => {
    const stack = testStack();
    const shop = closedNetwork(stack, 'Shop', '10.16.0.0/16');
    const [one, other] = ['One', 'Other'].map((id) => closedNetwork(stack, id, '10.17.0.0/16'));
    const wanted = other.cidrs('application')[1];
    new Peering(stack, 'ToOne', { requester: { vpc: shop.vpc }, accepter: { vpc: one.vpc } });
    new Peering(stack, 'ToOther', { requester: { vpc: shop.vpc, routeOnly: [wanted] }, accepter: { vpc: other.vpc } });
    return { stack, shop, wanted };
  };

  test('the longer prefix of routeOnly chooses the right peer for each subnet [network-overlap-solutions]', () => {
    const { stack, wanted } = clash();
    expect(wanted).toBe('10.17.128.0/18');
    guardNetwork(stack);
    const template = Template.fromStack(stack);
    const table = Object.values(template.findResources('AWS::EC2::Route'))
      .filter(({ Properties }) => /ShopVpcapplicationSubnet1/.test(Properties.RouteTableId.Ref as string))
      .map(({ Properties }) => ({
        destination: Properties.DestinationCidrBlock as string,
        target: Properties.VpcPeeringConnectionId.Ref as string,
      }));
    expect(table).toHaveLength(2);
    expect(resolveRoute(table, '10.17.128.20')?.target).toMatch(/^ToOther/);
    expect(resolveRoute(table, '10.17.0.20')?.target).toMatch(/^ToOne/);
  });

  test('and packets get there, and back [network-overlap-solutions]', () => {
    const { stack } = clash();
    const network = NetworkModel.fromTemplates(Template.fromStack(stack).toJSON());
    const subnet = (name: string, zone: number) =>
      network.network.subnets.find((one) => new RegExp(`^${name}Vpcapplication\\w+${zone}Subnet`).test(one.name))!.name;
    expect(network).toReach(subnet('Shop', 1), subnet('Other', 2), tcp(443));
    expect(network).toReach(subnet('Shop', 1), subnet('One', 1), tcp(443));
    expect(network).not.toReach(subnet('Shop', 1), subnet('Other', 1), tcp(443));
    expect(network).not.toReach(subnet('Shop', 1), subnet('One', 2), tcp(443));
  });

  test('fails when routeOnly is empty, or asks for more than the peer has [network-overlap-solutions, network-peering-no-edge]', () => {
    const asked = (routeOnly: string[]) => () => {
      const stack = testStack();
      const shop = closedNetwork(stack, 'Shop', '10.16.0.0/16');
      const other = closedNetwork(stack, 'Other', '10.17.0.0/16');
      new Peering(stack, 'Peering', { requester: { vpc: shop.vpc, routeOnly }, accepter: { vpc: other.vpc } });
    };
    expect(asked([])).toThrow(
      'routeOnly is empty, so nothing of Stack/Other/Vpc would be reached; name blocks of 10.17.0.0/16, or leave it out',
    );
    for (const beyond of ['0.0.0.0/0', '10.0.0.0/8', '10.18.0.0/24'])
      expect(asked([beyond])).toThrow(
        `Stack/Peering/FromRequester:\n  routeOnly is ${beyond}, outside Stack/Other/Vpc (10.17.0.0/16); a peering leads neither to the peer's internet gateway, NAT, endpoints and VPN, nor to a third network, so name a block of the peer, and peer with the third network itself`,
      );
  });
});

/** A peering with a VPC that is not of this app. */
function abroad(remote: Partial<RemoteNetwork>, props: Partial<PeeringProps> = {}) {
  const stack = testStack();
  const shop = closedNetwork(stack, 'Shop', '10.16.0.0/16');
  const peering = new Peering(stack, 'Peering', {
    requester: { vpc: shop.vpc },
    accepter: { vpcId: 'vpc-0123456789abcdef0', cidrs: ['10.17.0.0/16'], ...remote },
    ...props,
  });
  return { stack, shop, peering };
}

/** A call of a custom resource, with the logical ids in place of references. */
function textOf(call: unknown): { readonly parameters: unknown } {
  if (typeof call === 'string') return JSON.parse(call) as never;
  const [, parts] = (call as { 'Fn::Join': [string, (string | { Ref: string })[]] })['Fn::Join'];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : part.Ref)).join('')) as never;
}
