import { anything, NetworkModel, tcp } from '../../support/reachability';
import type { ModelOptions } from '../../../tools/reachability/network-model';
import { att, plainVpc, ref, Sketch } from './sketch';

const parameter = (sketch: Sketch, name: string, Type = 'String', Default?: string) =>
  sketch.section('Parameters', {
    ...(sketch.sections.Parameters as object),
    [name]: { Type, ...(Default !== undefined && { Default }) },
  });

/** What is open about a connection. */
const doubts = (sketch: Sketch, from: string, to: string, traffic = tcp(22), options: ModelOptions = {}) => {
  const answer = sketch.model(options).canReach(from, to, traffic);
  return answer.verdict === 'unknown' ? answer.doubts : answer.verdict;
};

describe('what the template leaves open is unknown, with its reason', () => {
  const officeRule = (Default?: string) =>
    parameter(plainVpc(), 'Office', 'String', Default)
      .add('Jump', 'EC2::SecurityGroup', {
        VpcId: ref('A'),
        GroupDescription: 'x',
        SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: ref('Office') }],
      })
      .host('Bastion', 'A1', 'Jump');

  test('an address that is a parameter, until it is given or its default is wanted', () => {
    expect(doubts(officeRule(), 'internet', 'Bastion')).toEqual(['the parameter Office is chosen at deployment']);
    expect(doubts(officeRule(), 'internet', 'Bastion', tcp(23))).toBe('blocked');
    expect(doubts(officeRule(), 'internet', 'Bastion', tcp(22), { parameters: { Office: '0.0.0.0/0' } })).toBe(
      'reachable',
    );
    expect(doubts(officeRule(), 'internet', 'Bastion', tcp(22), { parameters: { Office: '198.51.100.0/24' } })).toBe(
      'blocked',
    );
    expect(doubts(officeRule('0.0.0.0/0'), 'internet', 'Bastion')).toEqual([
      'the parameter Office is chosen at deployment',
    ]);
    expect(doubts(officeRule('0.0.0.0/0'), 'internet', 'Bastion', tcp(22), { parameterDefaults: true })).toBe(
      'reachable',
    );
  });

  test('an unknown answer satisfies neither a statement nor its opposite', () => {
    const network = officeRule().model();
    expect(() => expect(network).toReach('internet', 'Bastion', tcp(22))).toThrow(
      'unknown: internet to Bastion on tcp 22: the parameter Office',
    );
    expect(() => expect(network).not.toReach('internet', 'Bastion', tcp(22))).toThrow(
      'unknown: internet to Bastion on tcp 22',
    );
    expect(() => expect(network).toHaveReachability([])).toThrow(
      'Not stated: internet reaches Bastion on perhaps tcp 22',
    );
  });

  test('a port that is a parameter', () => {
    const sketch = parameter(plainVpc(), 'Port', 'Number')
      .add('Group', 'EC2::SecurityGroup', {
        VpcId: ref('A'),
        GroupDescription: 'x',
        SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: ref('Port'), ToPort: ref('Port'), CidrIp: '0.0.0.0/0' }],
      })
      .host('Server', 'A1', 'Group');
    expect(doubts(sketch, 'internet', 'Server', tcp(80))).toEqual(['the parameter Port is chosen at deployment']);
    expect(sketch.model().canReach('internet', 'Server', 'udp 53').verdict).toBe('blocked');
    expect(doubts(sketch, 'internet', 'Server', tcp(80), { parameters: { Port: '80' } })).toBe('reachable');
  });

  test('a VPC, subnets and groups that are parameters: only what cannot be whatever they are is certain', () => {
    const sketch = new Sketch();
    parameter(sketch, 'VpcId', 'AWS::EC2::VPC::Id');
    parameter(sketch, 'Subnets', 'List<AWS::EC2::Subnet::Id>');
    sketch
      .group('Web', 'VpcId', [['tcp 80', '0.0.0.0/0']])
      .group('Data', 'VpcId', [['tcp 5432', 'Web']], [])
      .host('Server', 'x', 'Web', { SubnetId: { 'Fn::Select': [0, ref('Subnets')] } })
      .host('Store', 'x', 'Data', { SubnetId: { 'Fn::Select': [1, ref('Subnets')] } })
      .host('Neighbour', 'x', 'Data', { SubnetId: { 'Fn::Select': [0, ref('Subnets')] } });
    expect(doubts(sketch, 'internet', 'Server', tcp(80))).toEqual(
      expect.arrayContaining(['the parameter Subnets is chosen at deployment']),
    );
    expect(doubts(sketch, 'internet', 'Server', tcp(81))).toBe('blocked');
    expect(doubts(sketch, 'internet', 'Store', tcp(5432))).toBe('blocked');
    expect(doubts(sketch, 'Store', 'Server', tcp(80))).toBe('blocked');
    expect(doubts(sketch, 'Server', 'Store', tcp(5432))).toEqual(['the parameter Subnets is chosen at deployment']);
    // In one subnet neither a route nor a network ACL stands between two hosts.
    expect(doubts(sketch, 'Server', 'Neighbour', tcp(5432))).toBe('reachable');
  });

  test('a list of subnets as a whole: two hosts may be in one of them or in two', () => {
    const sketch = parameter(new Sketch(), 'Subnets', 'List<AWS::EC2::Subnet::Id>');
    parameter(sketch, 'VpcId')
      .group('Members', 'VpcId', [['tcp 80', 'Members']])
      .add('Template', 'EC2::LaunchTemplate', { LaunchTemplateData: { SecurityGroupIds: [ref('Members')] } })
      .add('Fleet', 'AutoScaling::AutoScalingGroup', {
        VPCZoneIdentifier: ref('Subnets'),
        LaunchTemplate: { LaunchTemplateId: ref('Template'), Version: '1' },
      });
    expect(doubts(sketch, 'Fleet', 'Fleet', tcp(80))).toEqual(['the parameter Subnets is chosen at deployment']);
    expect(doubts(sketch, 'Fleet', 'Fleet', tcp(81))).toBe('blocked');
  });

  test('groups, tables and ACLs named by their ids only', () => {
    const sketch = plainVpc()
      .host('Elsewhere', 'A1', undefined, { SecurityGroupIds: ['sg-0123'] })
      .subnet('A3', '10.0.3.0/24')
      .add('Association', 'EC2::SubnetNetworkAclAssociation', { SubnetId: ref('A3'), NetworkAclId: 'acl-0123' })
      .host('Filtered', 'A3', 'Open')
      .group('Named', 'A', [['tcp 22', 'Open']])
      .add('Extra', 'EC2::SecurityGroupIngress', {
        GroupId: ref('Named'),
        IpProtocol: 'tcp',
        FromPort: 23,
        ToPort: 23,
        SourceSecurityGroupId: 'sg-0123',
      })
      .host('Server', 'A2', 'Named');
    expect(doubts(sketch, 'internet', 'Elsewhere')).toEqual([
      'the rules of the security group sg-0123 are not in the templates',
    ]);
    expect(doubts(sketch, 'Front', 'Filtered')).toEqual(['the network ACL acl-0123 is not described in the templates']);
    expect(doubts(sketch, 'Elsewhere', 'Server', tcp(23))).toEqual([
      'the rules of the security group sg-0123 are not in the templates',
    ]);
    expect(doubts(sketch, 'Front', 'Server', tcp(23))).toBe('blocked');
  });

  test('a group that a parameter names may be any other, but for those of its own template', () => {
    const named = (template: Sketch) =>
      parameter(template, 'Client')
        .add('Guarded', 'EC2::SecurityGroup', {
          VpcId: ref('A'),
          GroupDescription: 'x',
          SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, SourceSecurityGroupId: ref('Client') }],
        })
        .host('Server', 'A1', 'Guarded')
        .host('Elsewhere', 'A1', undefined, { SecurityGroupIds: ['sg-0123'] });
    const network = named(plainVpc()).model();
    expect(network.canReach('Front', 'Server', tcp(22)).verdict).toBe('blocked');
    expect(network.canReach('Elsewhere', 'Server', tcp(22))).toMatchObject({
      verdict: 'unknown',
      doubts: expect.arrayContaining([expect.stringContaining('is decided at deployment')]),
    });
    expect(network.table().map(({ from, to }) => `${from} ${to}`)).toContain('Elsewhere Server');
    expect(network.table().map(({ from, to }) => `${from} ${to}`)).not.toContain('Front Server');
  });

  test('a rule that is added to a group of another template is known, the others are not', () => {
    const sketch = plainVpc()
      .add('In', 'EC2::SecurityGroupIngress', {
        GroupId: 'sg-0123',
        IpProtocol: 'tcp',
        FromPort: 22,
        ToPort: 22,
        CidrIp: '0.0.0.0/0',
      })
      .host('Elsewhere', 'A1', undefined, { SecurityGroupIds: ['sg-0123'] });
    expect(doubts(sketch, 'internet', 'Elsewhere')).toBe('reachable');
    expect(doubts(sketch, 'internet', 'Elsewhere', tcp(23))).toEqual([
      'the rules of the security group sg-0123 are not in the templates',
    ]);
  });

  test('a hub of somebody else', () => {
    const sketch = plainVpc().route('PrivateTable', '10.200.0.0/16', { TransitGatewayId: 'tgw-0123' });
    expect(doubts(sketch, 'Back', '10.200.1.1')).toEqual([
      'the transit gateway tgw-0123 is not described in the templates',
    ]);
    expect(doubts(sketch, '10.200.1.1', 'Back')).toEqual([
      'the transit gateway tgw-0123 is not described in the templates',
    ]);
    expect(doubts(sketch, '10.201.1.1', 'Back')).toBe('blocked');
  });

  test('a route whose destination is open may win or lose; the local route it cannot beat', () => {
    const sketch = parameter(plainVpc(), 'Partner').add('Odd', 'EC2::Route', {
      RouteTableId: ref('PublicTable'),
      DestinationCidrBlock: ref('Partner'),
      TransitGatewayId: 'tgw-0123',
    });
    expect(doubts(sketch, 'Front', 'internet')).toEqual(
      expect.arrayContaining(['the parameter Partner is chosen at deployment']),
    );
    expect(doubts(sketch, 'Front', 'Back')).toBe('reachable');
  });
});

describe('conditions', () => {
  const conditional = (condition: unknown) =>
    parameter(plainVpc(), 'Stage')
      .section('Conditions', { Wanted: condition })
      .group('Web', 'A', [])
      .add(
        'Rule',
        'EC2::SecurityGroupIngress',
        { GroupId: ref('Web'), IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '0.0.0.0/0' },
        { Condition: 'Wanted' },
      )
      .host('Server', 'A1', 'Web');

  test.each([
    [{ 'Fn::Equals': ['a', 'a'] }, 'reachable'],
    [{ 'Fn::Not': [{ 'Fn::Equals': ['a', 'a'] }] }, 'blocked'],
    [{ 'Fn::Or': [{ 'Fn::Equals': ['a', 'a'] }, { 'Fn::Equals': [ref('Stage'), 'prod'] }] }, 'reachable'],
    [{ 'Fn::And': [{ 'Fn::Equals': ['a', 'b'] }, { 'Fn::Equals': [ref('Stage'), 'prod'] }] }, 'blocked'],
    [{ 'Fn::Equals': [ref('Stage'), ref('Stage')] }, 'reachable'],
    [{ 'Fn::Equals': [ref('Stage'), 'prod'] }, ['the condition Wanted is decided at deployment']],
    [{ 'Fn::Equals': [ref('AWS::Region'), 'eu-west-1'] }, ['the condition Wanted is decided at deployment']],
  ])('a rule under the condition %j: %j', (condition, expected) => {
    expect(doubts(conditional(condition), 'internet', 'Server')).toEqual(expected);
  });

  test('are decided by parameters and the Region when these are given', () => {
    const byStage = conditional({ 'Fn::Equals': [ref('Stage'), 'prod'] });
    expect(doubts(byStage, 'internet', 'Server', tcp(22), { parameters: { Stage: 'prod' } })).toBe('reachable');
    expect(doubts(byStage, 'internet', 'Server', tcp(22), { parameters: { Stage: 'dev' } })).toBe('blocked');
    const byRegion = conditional({ 'Fn::Equals': [ref('AWS::Region'), 'eu-west-1'] });
    expect(doubts(byRegion, 'internet', 'Server', tcp(22), { region: 'eu-west-1' })).toBe('reachable');
    expect(doubts(byRegion, 'internet', 'Server', tcp(22), { region: 'us-east-1' })).toBe('blocked');
  });

  test('an element under an open condition may not be there at all', () => {
    const sketch = conditional({ 'Fn::Equals': [ref('Stage'), 'prod'] }).add(
      'Extra',
      'EC2::Instance',
      { SubnetId: ref('A1'), SecurityGroupIds: [att('Open', 'GroupId')] },
      { Condition: 'Wanted' },
    );
    expect(doubts(sketch, 'internet', 'Extra')).toEqual(['the condition Wanted is decided at deployment']);
    expect(() => doubts(sketch, 'internet', 'Extra', tcp(22), { parameters: { Stage: 'dev' } })).toThrow(
      'the network has no "Extra"',
    );
  });

  test('a gateway, a route and a deny under an open condition leave the answer open', () => {
    const sketch = () => conditional({ 'Fn::Equals': [ref('Stage'), 'prod'] });
    const open = ['the condition Wanted is decided at deployment'];
    const under = (id: string) => {
      const one = sketch();
      one.resources[id] = { ...one.resources[id], Condition: 'Wanted' };
      return one;
    };
    expect(doubts(under('IgwAttachment'), 'internet', 'Front')).toEqual(open);
    const route = Object.keys(sketch().resources).find((id) => id.startsWith('PublicTableTo'))!;
    expect(doubts(under(route), 'internet', 'Front')).toEqual(open);
    const denied = sketch().acl(
      'Acl',
      ['A1'],
      ['10 in deny tcp 22 from 0.0.0.0/0', '20 in allow all from 0.0.0.0/0', '20 out allow all to 0.0.0.0/0'],
    );
    denied.resources.Aclin10 = { ...denied.resources.Aclin10, Condition: 'Wanted' };
    expect(doubts(denied, 'internet', 'Front')).toEqual(open);
    expect(doubts(denied, 'internet', 'Front', tcp(23))).toBe('reachable');
  });

  test('a property chosen by an open condition is open, unless both choices are one', () => {
    const choice = (one: string, other: string) =>
      conditional({ 'Fn::Equals': [ref('Stage'), 'prod'] }).add('Either', 'EC2::SecurityGroupIngress', {
        GroupId: ref('Web'),
        IpProtocol: 'tcp',
        FromPort: 80,
        ToPort: 80,
        CidrIp: { 'Fn::If': ['Wanted', one, other] },
      });
    expect(doubts(choice('0.0.0.0/0', '0.0.0.0/0'), 'internet', 'Server', tcp(80))).toBe('reachable');
    expect(doubts(choice('0.0.0.0/0', '10.0.0.0/8'), 'internet', 'Server', tcp(80))).toEqual([
      'the condition Wanted is decided at deployment',
    ]);
  });
});

describe('addresses that are given at deployment', () => {
  test('blocks cut from one parameter are still apart from each other, and inside it', () => {
    const cut = (index: number) => ({ 'Fn::Select': [index, { 'Fn::Cidr': [att('A', 'CidrBlock'), 4, 8] }] });
    const sketch = parameter(new Sketch(), 'Range')
      .vpc('A', ref('Range'))
      .subnet('A1', cut(0))
      .subnet('A2', cut(1))
      .subnet('A3', cut(2))
      .add('FromFirst', 'EC2::SecurityGroup', {
        VpcId: ref('A'),
        GroupDescription: 'x',
        SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, CidrIp: cut(0) }],
      })
      .add('FromAll', 'EC2::SecurityGroup', {
        VpcId: ref('A'),
        GroupDescription: 'x',
        SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, CidrIp: ref('Range') }],
      })
      .host('One', 'A1', 'FromAll')
      .host('Two', 'A2', 'FromAll')
      .host('Server', 'A3', 'FromFirst');
    const network = sketch.model();
    expect(network).toReach('One', 'Server', tcp(80));
    expect(network).not.toReach('Two', 'Server', anything);
    expect(network).toReach('Two', 'One', tcp(80));
  });

  test('a block from an address pool behaves the same', () => {
    const sketch = new Sketch()
      .add('A', 'EC2::VPC', { Ipv4IpamPoolId: 'ipam-pool-1', Ipv4NetmaskLength: 20 })
      .subnet('A1', { 'Fn::Select': [0, { 'Fn::Cidr': [att('A', 'CidrBlock'), 4, 8] }] })
      .subnet('A2', { 'Fn::Select': [1, { 'Fn::Cidr': [att('A', 'CidrBlock'), 4, 8] }] })
      .add('Group', 'EC2::SecurityGroup', {
        VpcId: ref('A'),
        GroupDescription: 'x',
        SecurityGroupIngress: [{ IpProtocol: '-1', CidrIp: att('A', 'CidrBlock') }],
      })
      .host('One', 'A1', 'Group')
      .host('Two', 'A2', 'Group');
    expect(sketch.model()).toReach('One', 'Two', tcp(80));
    expect(sketch.model()).not.toReach('internet', 'One', anything);
  });
});

test('a malformed template is refused with all its faults in one error', () => {
  const sketch = plainVpc()
    .group('Bad', 'A', [['tcp 80', '10.0.0.300/16']])
    .add('Odd', 'EC2::SecurityGroupIngress', { GroupId: ref('Bad'), IpProtocol: 'tpc', CidrIp: '10.0.0.0/8' })
    .subnet('A9', '10.0.9.0/99');
  expect(() => sketch.model()).toThrow(
    [
      'The template has 3 faults:',
      'sketch.A9: CidrBlock: the block is 10.0.9.0/99; write a prefix from 0 to 32 behind one slash',
      'sketch.Bad: SecurityGroupIngress: CidrIp: the block is 10.0.0.300/16; write octets from 0 to 255, not 300',
      'sketch.Odd: IpProtocol is tpc; write tcp, udp, icmp, icmpv6, a number or -1',
    ].join('\n  '),
  );
  expect(() => NetworkModel.fromTemplates(plainVpc().vpc('A', { 'Fn::Join': 'x' }).template)).toThrow(
    'Fn::Join cannot be evaluated: its arguments are "x"',
  );
});
