import { anything, icmp, tcp } from '../../support/reachability';
import { plainVpc, ref, Sketch } from './sketch';

/** What stops a packet, in words. */
const stop = (sketch: Sketch, from: string, to: string, traffic = anything) =>
  sketch.model().canReach(from, to, traffic).stoppedBy?.says;

describe('a VPC by itself', () => {
  const closed = () => new Sketch().vpc('A', '10.0.0.0/16').subnet('A1', '10.0.1.0/24').subnet('A2', '10.0.2.0/24');

  test('lets nothing in or out until there are a gateway and a route [network-vpc-closed-by-default, network-reachability-model]', () => {
    const network = closed().model();
    for (const subnet of ['A1', 'A2']) {
      expect(network).not.toReach('internet', subnet, anything);
      expect(network).not.toReach(subnet, 'internet', anything);
    }
    expect(stop(closed(), 'internet', 'A1')).toBe(
      'A has no internet gateway, so there is no route into it from the internet',
    );
    expect(stop(closed(), 'A1', 'internet')).toMatch(/^the main route table of A has no route to the internet/);
    expect(stop(closed().igw('Igw', 'A'), 'internet', 'A1')).toMatch(
      /^the main route table of A has no route back to the internet/,
    );
  });

  test('joins all its subnets by the local route and the default ACL, so that only groups separate them [network-subnets-interconnected]', () => {
    const sketch = closed()
      .group('Shut', 'A', [])
      .group('Client', 'A', [])
      .host('One', 'A1', 'Client')
      .host('Two', 'A2', 'Shut');
    expect(sketch.model()).toReach('A1', 'A2', anything);
    expect(sketch.model()).toReach('A2', 'A1', anything);
    const answer = sketch.model().canReach('One', 'Two', anything);
    expect(answer).toMatchObject({ verdict: 'blocked', stoppedBy: { layer: 'security group', at: 'Two' } });
  });

  test('routes a subnet without an association by its main table, which has the local route only', () => {
    const sketch = plainVpc().without('PublicTableOfA1');
    expect(sketch.model()).not.toReach('Front', 'internet', anything);
    expect(sketch.model()).toReach('Front', 'Back', tcp(80));
    expect(stop(sketch, 'Front', 'internet')).toMatch(/^the main route table of A has no route to the internet/);
  });
});

describe('public and private subnets', () => {
  test('a VPC with a public and a private subnet has exactly these paths', () => {
    expect(plainVpc().model()).toHaveReachability([
      ['internet', 'Front', 'everything'],
      ['Front', 'Back', 'everything'],
      ['Front', 'internet', 'everything'],
      ['Back', 'Front', 'everything'],
      ['Back', 'internet', 'everything'],
    ]);
  });

  test('a NAT gateway carries requests out and admits none', () => {
    const sketch = plainVpc();
    sketch.add('Eip', 'EC2::EIP', { InstanceId: ref('Back') });
    expect(sketch.model()).toReach('Back', 'internet', tcp(443));
    expect(sketch.model()).not.toReach('internet', 'Back', anything);
    expect(stop(sketch, 'internet', 'Back')).toBe('the NAT gateway Nat knows no such connection and drops the reply');
  });

  test.each([
    [true, { GatewayId: ref('Igw') }, true],
    [false, { GatewayId: ref('Igw') }, true],
    [true, { NatGatewayId: ref('Nat') }, false],
    [false, { NatGatewayId: ref('Nat') }, false],
  ])(
    'a subnet is public by its route, whatever its flag for public addresses says: flag %p, route %j, public %p [network-subnet-auto-assign]',
    (MapPublicIpOnLaunch, route, isPublic) => {
      const sketch = plainVpc()
        .subnet('A3', '10.0.3.0/24', { MapPublicIpOnLaunch })
        .table('Table3', ['A3'], { '0.0.0.0/0': route });
      if (isPublic) expect(sketch.model()).toReach('internet', 'A3', anything);
      else expect(sketch.model()).not.toReach('internet', 'A3', anything);
    },
  );

  /** How a machine says whether it wants a public address, in the four ways there are. */
  const machines: Readonly<Record<string, (sketch: Sketch, own: object) => Sketch>> = {
    'an instance by its own interface': (sketch, own) =>
      sketch.host('Machine', 'A3', undefined, {
        SubnetId: undefined,
        NetworkInterfaces: [{ DeviceIndex: '0', SubnetId: ref('A3'), GroupSet: [ref('Open')], ...own }],
      }),
    'an instance by its launch template': (sketch, own) =>
      sketch
        .add('Template', 'EC2::LaunchTemplate', {
          LaunchTemplateData: { NetworkInterfaces: [{ DeviceIndex: 0, Groups: [ref('Open')], ...own }] },
        })
        .host('Machine', 'A3', undefined, { LaunchTemplate: { LaunchTemplateId: ref('Template'), Version: '1' } }),
    'a fleet by its launch template': (sketch, own) =>
      sketch
        .add('Template', 'EC2::LaunchTemplate', {
          LaunchTemplateData: { NetworkInterfaces: [{ DeviceIndex: 0, Groups: [ref('Open')], ...own }] },
        })
        .add('Machine', 'AutoScaling::AutoScalingGroup', {
          VPCZoneIdentifier: [ref('A3')],
          LaunchTemplate: { LaunchTemplateId: ref('Template'), Version: '1' },
        }),
    'a fleet by its launch configuration': (sketch, own) =>
      sketch
        .add('Configuration', 'AutoScaling::LaunchConfiguration', { SecurityGroups: [ref('Open')], ...own })
        .add('Machine', 'AutoScaling::AutoScalingGroup', {
          VPCZoneIdentifier: [ref('A3')],
          LaunchConfigurationName: ref('Configuration'),
        }),
  };
  const wishes = [true, false].flatMap((flag) => [
    { flag, own: undefined, isPublic: flag },
    { flag, own: true, isPublic: true },
    { flag, own: false, isPublic: false },
  ]);

  describe.each(Object.keys(machines))('%s', (kind) => {
    test.each(wishes)(
      'has a public address as it asks itself, else as its subnet does: subnet $flag, machine $own, public $isPublic [network-subnet-auto-assign]',
      ({ flag, own, isPublic }) => {
        const standing = (route: object) =>
          machines[kind](
            plainVpc()
              .subnet('A3', '10.0.3.0/24', { MapPublicIpOnLaunch: flag })
              .table('Table3', ['A3'], { '0.0.0.0/0': { ...route } }),
            { ...(own !== undefined && { AssociatePublicIpAddress: own }) },
          ).model();
        const open = standing({ GatewayId: ref('Igw') });
        if (isPublic) expect(open).toReach('internet', 'Machine', tcp(443));
        else expect(open).not.toReach('internet', 'Machine', anything);
        expect(standing({ NatGatewayId: ref('Nat') })).not.toReach('internet', 'Machine', anything);
      },
    );
  });

  test('a jump host is found by the office alone, and is the only way to a private host [network-bastion]', () => {
    const sketch = plainVpc()
      .subnet('A3', '10.0.3.0/24')
      .table('Table3', ['A3'])
      .group('Jump', 'A', [['tcp 22', '198.51.100.7/32']], [['tcp 22', 'Inner']])
      .group('Inner', 'A', [['tcp 22', 'Jump']])
      .host('Bastion', 'A1', 'Jump')
      .host('Private', 'A3', 'Inner');
    const network = sketch.model();
    expect(network).toReach('198.51.100.7', 'Bastion', tcp(22));
    expect(network).not.toReach('198.51.100.8', 'Bastion', anything);
    expect(network).not.toReach('198.51.100.7', 'Private', anything);
    expect(network).toReach('Bastion', 'Private', tcp(22));
    expect(network).not.toReach('Front', 'Private', anything);
    expect(network).not.toReach('Private', 'internet', anything);
    expect(network).not.toReach('Private', 'Bastion', anything);
  });

  test('a host without a public address cannot use the internet gateway, and nothing of the internet finds it', () => {
    const sketch = plainVpc().host('Bare', 'A1', 'Open', {
      SubnetId: undefined,
      SecurityGroupIds: undefined,
      NetworkInterfaces: [
        { DeviceIndex: '0', SubnetId: ref('A1'), AssociatePublicIpAddress: false, GroupSet: [ref('Open')] },
      ],
    });
    expect(stop(sketch, 'Bare', 'internet')).toBe('Bare has no public address, so the internet gateway Igw drops it');
    expect(stop(sketch, 'internet', 'Bare')).toBe('Bare has no public address');
  });

  test('an Elastic IP is a public address, on an instance and on an interface of its own', () => {
    const sketch = plainVpc()
      .subnet('A3', '10.0.3.0/24')
      .table('Table3', ['A3'], { '0.0.0.0/0': { GatewayId: ref('Igw') } })
      .host('Plain', 'A3', 'Open')
      .host('Fixed', 'A3', 'Open')
      .add('Eip', 'EC2::EIP')
      .add('EipOfFixed', 'EC2::EIPAssociation', { InstanceId: ref('Fixed'), AllocationId: 'eipalloc-2' })
      .add('Floating', 'EC2::NetworkInterface', { SubnetId: ref('A3'), GroupSet: [ref('Open')] })
      .add('EipOfFloating', 'EC2::EIPAssociation', { NetworkInterfaceId: ref('Floating'), AllocationId: 'eipalloc-3' });
    expect(sketch.model()).not.toReach('internet', 'Plain', anything);
    expect(sketch.model()).toReach('internet', 'Fixed', tcp(22));
    expect(sketch.model()).toReach('internet', 'Floating', tcp(22));
  });

  test('two interfaces of one machine serve it together, each by its own group', () => {
    const sketch = plainVpc()
      .group('Management', 'A', [['tcp 22', '0.0.0.0/0']])
      .group('Data', 'A', [['tcp 80', '0.0.0.0/0']])
      .add('ManagementCard', 'EC2::NetworkInterface', { SubnetId: ref('A1'), GroupSet: [ref('Management')] })
      .add('Address', 'EC2::EIPAssociation', { NetworkInterfaceId: ref('ManagementCard'), AllocationId: 'eipalloc-2' })
      .add('Server', 'EC2::Instance', { SubnetId: ref('A2'), SecurityGroupIds: [ref('Data')] })
      .add('Attachment', 'EC2::NetworkInterfaceAttachment', {
        DeviceIndex: '1',
        InstanceId: ref('Server'),
        NetworkInterfaceId: ref('ManagementCard'),
      });
    const network = sketch.model();
    expect(network).toReach('internet', 'Server', tcp(22));
    expect(network).not.toReach('internet', 'Server', tcp(80));
    expect(network).toReach('Front', 'ManagementCard', tcp(22));
    expect(network).not.toReach('Front', 'ManagementCard', tcp(80));
    expect(network.elements).not.toContain('ManagementCard');
  });
});

describe('the choice of a route', () => {
  test('the longest prefix wins, in whatever order routes are written [network-route-choice]', () => {
    const sketch = (first: string, second: string) =>
      plainVpc()
        .subnet('A3', '10.0.3.0/24', { MapPublicIpOnLaunch: true })
        .table('Table3', ['A3'])
        .route('Table3', first, first.endsWith('/0') ? { GatewayId: ref('Igw') } : { NatGatewayId: ref('Gone') })
        .route('Table3', second, second.endsWith('/0') ? { GatewayId: ref('Igw') } : { NatGatewayId: ref('Gone') })
        .add('Gone', 'EC2::InternetGateway')
        .host('Sender', 'A3', 'Open');
    for (const [first, second] of [
      ['0.0.0.0/0', '203.0.113.0/24'],
      ['203.0.113.0/24', '0.0.0.0/0'],
    ] as const) {
      expect(sketch(first, second).model()).toReach('Sender', '198.51.100.1', tcp(443));
      expect(sketch(first, second).model().canReach('Sender', '203.0.113.9', tcp(443)).verdict).toBe('unknown');
    }
  });

  test('a route without a living target drops what it is for', () => {
    const sketch = plainVpc()
      .add('Other', 'EC2::InternetGateway')
      .subnet('A3', '10.0.3.0/24', { MapPublicIpOnLaunch: true })
      .table('Table3', ['A3'], { '0.0.0.0/0': { GatewayId: ref('Other') } })
      .subnet('A4', '10.0.4.0/24', { MapPublicIpOnLaunch: true })
      .table('Table4', ['A4'], { '0.0.0.0/0': {} })
      .host('One', 'A3', 'Open')
      .host('Two', 'A4', 'Open');
    expect(stop(sketch, 'One', 'internet')).toBe('the route leads to Other, which is not attached to A');
    expect(stop(sketch, 'Two', 'internet')).toBe('the route names no target');
  });

  test('a route more specific than local sends traffic inside the VPC through a middlebox, both ways [network-route-choice]', () => {
    const box = (properties: Readonly<Record<string, unknown>>) =>
      plainVpc()
        .subnet('A3', '10.0.3.0/24')
        .group('Watch', 'A', [['all', '10.0.0.0/16']])
        .host('Watcher', 'A3', 'Watch', properties)
        .route('PublicTable', '10.0.2.0/24', { InstanceId: ref('Watcher') })
        .route('PrivateTable', '10.0.1.0/24', { InstanceId: ref('Watcher') });
    const answer = box({ SourceDestCheck: false }).model().canReach('Front', 'Back', tcp(80));
    expect(answer.verdict).toBe('reachable');
    expect(
      answer.path.filter(({ at, layer }) => at === 'Watcher' && layer === 'element').map(({ direction }) => direction),
    ).toEqual(['request', 'reply']);
    expect(stop(box({}), 'Front', 'Back')).toBe(
      'Watcher drops what is not addressed to it: its source/destination check is on',
    );
  });

  test('behind a middlebox, rules that name groups recognise nobody', () => {
    const sketch = plainVpc()
      .subnet('A3', '10.0.3.0/24')
      .host('Watcher', 'A3', 'Open', { SourceDestCheck: false })
      .group('Client', 'A', [['all', '0.0.0.0/0']])
      .group('Server', 'A', [['tcp 80', 'Client']])
      .host('Asker', 'A1', 'Client')
      .host('Answerer', 'A2', 'Server');
    expect(sketch.model()).toReach('Asker', 'Answerer', tcp(80));
    sketch.route('PublicTable', '10.0.2.0/24', { InstanceId: ref('Watcher') });
    expect(sketch.model()).not.toReach('Asker', 'Answerer', tcp(80));
  });

  test('a gateway with a table of its own sends what comes in through an inspection endpoint, and the reply goes the same way', () => {
    const sketch = new Sketch()
      .vpc('A', '10.0.0.0/16')
      .igw('Igw', 'A')
      .subnet('A1', '10.0.1.0/24', { MapPublicIpOnLaunch: true })
      .subnet('A2', '10.0.2.0/24')
      .add('Inspection', 'EC2::VPCEndpoint', {
        VpcId: ref('A'),
        VpcEndpointType: 'GatewayLoadBalancer',
        ServiceName: 'com.amazonaws.vpce.eu-west-1.vpce-svc-1',
        SubnetIds: [ref('A2')],
      })
      .table('EdgeTable', [])
      .add('EdgeTable', 'EC2::RouteTable', { VpcId: ref('A') })
      .route('EdgeTable', '10.0.1.0/24', { VpcEndpointId: ref('Inspection') })
      .add('Edge', 'EC2::GatewayRouteTableAssociation', { GatewayId: ref('Igw'), RouteTableId: ref('EdgeTable') })
      .table('AppTable', ['A1'], { '0.0.0.0/0': { VpcEndpointId: ref('Inspection') } })
      .table('InspectionTable', ['A2'], { '0.0.0.0/0': { GatewayId: ref('Igw') } })
      .group('Open', 'A', [['tcp 443', '0.0.0.0/0']])
      .host('App', 'A1', 'Open');
    const answer = sketch.model().canReach('internet', 'App', tcp(443));
    expect(answer.verdict).toBe('reachable');
    expect(answer.path.filter(({ at }) => at === 'Inspection').map(({ direction }) => direction)).toEqual([
      'request',
      'reply',
    ]);
  });

  test('a NAT host forwards under its own address, if its group and its check let it', () => {
    const sketch = (group: string, check: boolean) =>
      plainVpc()
        .without('Nat')
        .without('PrivateTable')
        .without('PrivateTableOfA2')
        .group('FromPrivate', 'A', [['all', '10.0.2.0/24']])
        .group('Shut', 'A', [])
        .host('NatHost', 'A1', group, { SourceDestCheck: check })
        .table('HostTable', ['A2'], { '0.0.0.0/0': { InstanceId: ref('NatHost') } });
    const clean = (one: Sketch) => {
      for (const id of Object.keys(one.resources)) if (id.startsWith('PrivateTableTo')) one.without(id);
      return one;
    };
    expect(clean(sketch('FromPrivate', false)).model()).toReach('Back', 'internet', tcp(443));
    expect(clean(sketch('Shut', false)).model()).not.toReach('Back', 'internet', anything);
    expect(clean(sketch('FromPrivate', true)).model()).not.toReach('Back', 'internet', anything);
  });

  test('a packet that is sent round in circles is stopped', () => {
    const sketch = plainVpc()
      .subnet('A3', '10.0.3.0/24')
      .host('Ping', 'A2', 'Open', { SourceDestCheck: false })
      .host('Pong', 'A3', 'Open', { SourceDestCheck: false })
      .table('Table3', ['A3'], { '203.0.113.0/24': { InstanceId: ref('Ping') } })
      .route('PrivateTable', '203.0.113.0/24', { InstanceId: ref('Pong') });
    expect(stop(sketch, 'Back', '203.0.113.1')).toBe('the packet goes round in circles');
  });
});

describe('IPv6', () => {
  const dual = () =>
    new Sketch()
      .vpc('A', '10.0.0.0/16')
      .add('Block6', 'EC2::VPCCidrBlock', { VpcId: ref('A'), AmazonProvidedIpv6CidrBlock: true })
      .igw('Igw', 'A')
      .add('Eigw', 'EC2::EgressOnlyInternetGateway', { VpcId: ref('A') })
      .subnet('A1', '10.0.1.0/24', { Ipv6CidrBlock: part(0), AssignIpv6AddressOnCreation: true })
      .subnet('A2', '10.0.2.0/24', { Ipv6CidrBlock: part(1), AssignIpv6AddressOnCreation: true })
      .table('PublicTable', ['A1'], { '::/0': { GatewayId: ref('Igw') } })
      .table('PrivateTable', ['A2'], { '::/0': { EgressOnlyInternetGatewayId: ref('Eigw') } })
      .group('Open', 'A', [
        ['all', '::/0'],
        ['all', '0.0.0.0/0'],
      ])
      .host('Front', 'A1', 'Open')
      .host('Back', 'A2', 'Open');
  const part = (index: number) => ({
    'Fn::Select': [index, { 'Fn::Cidr': [{ 'Fn::Select': [0, { 'Fn::GetAtt': ['A', 'Ipv6CidrBlocks'] }] }, 16, '64'] }],
  });

  test('an egress-only gateway carries connections out and admits none [network-ipv6-egress-only]', () => {
    expect(dual().model()).toReach('Back', 'internet6', tcp(443));
    expect(dual().model()).not.toReach('internet6', 'Back', anything);
    expect(stop(dual(), 'internet6', 'Back')).toBe(
      'the egress-only gateway Eigw knows no connection that was begun outside',
    );
  });

  test('an egress-only gateway of another VPC carries nothing', () => {
    const sketch = dual()
      .vpc('B', '10.1.0.0/16')
      .add('Eigw', 'EC2::EgressOnlyInternetGateway', { VpcId: ref('B') });
    expect(stop(sketch, 'Back', 'internet6')).toBe('the egress-only gateway Eigw belongs to another VPC');
  });

  test('an internet gateway carries IPv6 both ways, without a public address being put in place', () => {
    expect(dual().model()).toReach('internet6', 'Front', tcp(443));
    expect(dual().model()).toReach('Front', 'internet6', tcp(443));
    expect(dual().model()).not.toReach('internet', 'Front', anything);
  });

  test('one pair of hosts reaches each other over either protocol, each filtered by its own rules', () => {
    const sketch = dual()
      .group('Six', 'A', [['tcp 80', '::/0']])
      .host('New', 'A2', 'Six');
    expect(sketch.model()).toReach('Front', 'New', tcp(80));
    expect(sketch.model()).not.toReach('Front', 'New', tcp(81));
    expect(sketch.model()).toReach('Front', 'Back', icmp());
  });

  test('a host of an IPv6-only subnet reaches IPv4 through DNS64 and a NAT gateway, and not without', () => {
    const only = (EnableDns64: boolean) =>
      dual()
        .nat('Nat', 'A1')
        .route('PublicTable', '0.0.0.0/0', { GatewayId: ref('Igw') })
        .add('A3', 'EC2::Subnet', {
          VpcId: ref('A'),
          Ipv6Native: true,
          EnableDns64,
          Ipv6CidrBlock: part(2),
          AvailabilityZone: 'eu-west-1a',
        })
        .table('Table3', ['A3'], { '64:ff9b::/96': { NatGatewayId: ref('Nat') } })
        .host('Modern', 'A3', 'Open');
    expect(only(true).model()).toReach('Modern', 'internet', tcp(443));
    expect(only(false).model()).not.toReach('Modern', 'internet', anything);
    expect(only(true).model()).not.toReach('internet', 'Modern', anything);
    expect(stop(only(false), 'Modern', 'internet')).toBe('Modern has no IPv4 address');
  });

  test('two VPCs with blocks from Amazon are known to be apart', () => {
    const sketch = dual()
      .vpc('B', '10.1.0.0/16')
      .add('BlockB', 'EC2::VPCCidrBlock', { VpcId: ref('B'), AmazonProvidedIpv6CidrBlock: true })
      .subnet('B1', '10.1.1.0/24', {
        Ipv6CidrBlock: {
          'Fn::Select': [
            0,
            { 'Fn::Cidr': [{ 'Fn::Select': [0, { 'Fn::GetAtt': ['B', 'Ipv6CidrBlocks'] }] }, 4, '64'] },
          ],
        },
        AssignIpv6AddressOnCreation: true,
      })
      .group('OpenB', 'B', [['all', '::/0']])
      .host('Far', 'B1', 'OpenB');
    expect(sketch.model().canReach('Front', 'Far', anything).verdict).toBe('blocked');
  });
});
