import { anything, tcp } from '../../support/reachability';
import { ref, Sketch } from './sketch';

const stop = (sketch: Sketch, from: string, to: string, traffic = anything) =>
  sketch.model().canReach(from, to, traffic).stoppedBy?.says;

/** VPCs A, B and C, each with a subnet and a host that everybody may reach. */
function vpcs(
  cidrs: Readonly<Record<string, string>> = { A: '10.0.0.0/16', B: '10.1.0.0/16', C: '10.2.0.0/16' },
): Sketch {
  const sketch = new Sketch();
  for (const [id, cidr] of Object.entries(cidrs))
    sketch
      .vpc(id, cidr)
      .subnet(`${id}1`, cidr.replace(/0\.0\/16$/, '1.0/24'))
      .table(`${id}Table`, [`${id}1`])
      .group(`Open${id}`, id, [['all', '0.0.0.0/0']])
      .host(`Host${id}`, `${id}1`, `Open${id}`);
  return sketch;
}

/** Joins two VPCs, with routes on both sides. */
const join = (sketch: Sketch, one: string, other: string, cidrs: readonly [string, string]) =>
  sketch
    .peering(`${one}${other}`, one, other)
    .route(`${one}Table`, cidrs[1], { VpcPeeringConnectionId: ref(`${one}${other}`) })
    .route(`${other}Table`, cidrs[0], { VpcPeeringConnectionId: ref(`${one}${other}`) });

describe('peering', () => {
  const ab = () => join(vpcs(), 'A', 'B', ['10.0.0.0/16', '10.1.0.0/16']);
  const abc = () => join(ab(), 'B', 'C', ['10.1.0.0/16', '10.2.0.0/16']);

  test('joins two VPCs when both have a route to the other', () => {
    expect(ab().model()).toReach('HostA', 'HostB', tcp(80));
    expect(ab().model()).toReach('HostB', 'HostA', tcp(80));
  });

  test('without a route back, the reply never returns', () => {
    const sketch = vpcs()
      .peering('AB', 'A', 'B')
      .route('ATable', '10.1.0.0/16', { VpcPeeringConnectionId: ref('AB') });
    expect(sketch.model().canReach('HostA', 'HostB', tcp(80)).stoppedBy).toMatchObject({
      layer: 'route',
      direction: 'reply',
      says: 'BTable has no route back to HostA at 10.0.1.0/24',
    });
  });

  test('is not transitive: with A to B and B to C, A does not reach C, even with a route through B', () => {
    expect(abc().model()).toReach('HostA', 'HostB', anything);
    expect(abc().model()).toReach('HostB', 'HostC', anything);
    expect(abc().model()).not.toReach('HostA', 'HostC', anything);
    const routed = abc()
      .route('ATable', '10.2.0.0/16', { VpcPeeringConnectionId: ref('AB') })
      .route('CTable', '10.0.0.0/16', { VpcPeeringConnectionId: ref('BC') });
    expect(stop(routed, 'HostA', 'HostC')).toBe(
      'the peering AB leads to addresses of B only; its gateways, its endpoints and its other peers cannot be borrowed',
    );
  });

  test('lends neither an internet gateway nor a NAT gateway', () => {
    const sketch = ab()
      .igw('Igw', 'B')
      .subnet('B2', '10.1.2.0/24')
      .nat('Nat', 'B2')
      .table('NatTable', ['B2'], { '0.0.0.0/0': { GatewayId: ref('Igw') } })
      .route('BTable', '0.0.0.0/0', { NatGatewayId: ref('Nat') })
      .route('ATable', '0.0.0.0/0', { VpcPeeringConnectionId: ref('AB') });
    expect(sketch.model()).toReach('HostB', 'internet', tcp(443));
    expect(sketch.model()).not.toReach('HostA', 'internet', anything);
  });

  test('lends no gateway endpoint: a peer does not inherit the route to S3 [network-gateway-endpoint-scope]', () => {
    const sketch = ab().add('S3', 'EC2::VPCEndpoint', {
      VpcId: ref('B'),
      ServiceName: { 'Fn::Join': ['', ['com.amazonaws.', { Ref: 'AWS::Region' }, '.s3']] },
      VpcEndpointType: 'Gateway',
      RouteTableIds: [ref('BTable')],
    });
    expect(sketch.model()).toReach('HostB', 's3', tcp(443));
    expect(sketch.model()).not.toReach('HostA', 's3', anything);
    expect(stop(sketch, 'HostA', 's3')).toBe('ATable has no route to s3');
  });

  test('joins no VPCs with overlapping blocks, secondary ones included', () => {
    const equal = join(vpcs({ A: '10.0.0.0/16', B: '10.0.0.0/16' }), 'A', 'B', ['10.0.0.0/16', '10.0.0.0/16']);
    expect(stop(equal, 'HostA', 'HostB')).toBe('10.0.1.0/24 belongs to A itself, so the packet never leaves it');
    const secondary = ab().add('More', 'EC2::VPCCidrBlock', { VpcId: ref('B'), CidrBlock: '10.0.128.0/17' });
    expect(stop(secondary, 'HostA', 'HostB')).toBe('the peering AB cannot exist: its VPCs have overlapping addresses');
  });

  test('a group of the other side may be named in one Region, not across Regions [network-sg-same-vpc]', () => {
    const sketch = () =>
      ab()
        .group('Named', 'B', [['tcp 80', 'OpenA']])
        .host('Server', 'B1', 'Named');
    expect(sketch().model()).toReach('HostA', 'Server', tcp(80));
    const regions = sketch().peering('AB', 'A', 'B', { PeerRegion: 'us-east-1' });
    expect(regions.model()).toReach('HostA', 'HostB', tcp(80));
    expect(regions.model()).not.toReach('HostA', 'Server', anything);
  });

  test('a group of a VPC that nothing joins names nobody [network-sg-same-vpc]', () => {
    const sketch = vpcs()
      .group('Named', 'B', [['all', 'OpenA']])
      .host('Server', 'B1', 'Named')
      .host('Neighbour', 'B1', 'OpenB');
    expect(sketch.model()).not.toReach('Neighbour', 'Server', anything);
    expect(sketch.model()).not.toReach('HostA', 'Server', anything);
  });

  test('of two peers with the same addresses, routes to single subnets choose one each', () => {
    const sketch = vpcs({ A: '10.0.0.0/16', B: '10.1.0.0/16', C: '10.1.0.0/16' })
      .subnet('A2', '10.0.2.0/24')
      .group('Ask', 'A', [])
      .host('AskB', 'A1', 'Ask')
      .host('AskC', 'A2', 'Ask')
      .peering('AB', 'A', 'B')
      .peering('AC', 'A', 'C')
      .route('ATable', '10.1.1.0/24', { VpcPeeringConnectionId: ref('AB') })
      .table('A2Table', ['A2'], { '10.1.0.0/16': { VpcPeeringConnectionId: ref('AC') } })
      .route('BTable', '10.0.1.0/24', { VpcPeeringConnectionId: ref('AB') })
      .route('CTable', '10.0.2.0/24', { VpcPeeringConnectionId: ref('AC') });
    const network = sketch.model();
    expect(network).toReach('AskB', 'HostB', tcp(80));
    expect(network).not.toReach('AskB', 'HostC', anything);
    expect(network).toReach('AskC', 'HostC', tcp(80));
    expect(network).not.toReach('AskC', 'HostB', anything);
  });

  test('what lies beyond a peering into a VPC of somebody else is unknown', () => {
    const sketch = vpcs()
      .add('Far', 'EC2::VPCPeeringConnection', { VpcId: ref('A'), PeerVpcId: 'vpc-0123456789' })
      .route('ATable', '10.50.0.0/16', { VpcPeeringConnectionId: ref('Far') });
    expect(sketch.model().canReach('HostA', '10.50.3.4', tcp(80))).toMatchObject({
      verdict: 'unknown',
      doubts: expect.arrayContaining(['the VPC vpc-0123456789 is not described in the templates']),
    });
    expect(sketch.model().canReach('10.50.3.4', 'HostA', tcp(80)).verdict).toBe('unknown');
  });
});

describe('transit gateways', () => {
  /** A, B and C on one hub, each with routes to all the others. */
  const star = (hub: Readonly<Record<string, unknown>> = {}) => {
    const sketch = vpcs().add('Hub', 'EC2::TransitGateway', hub);
    for (const id of ['A', 'B', 'C'])
      sketch
        .add(`${id}Attachment`, 'EC2::TransitGatewayVpcAttachment', {
          TransitGatewayId: ref('Hub'),
          VpcId: ref(id),
          SubnetIds: [ref(`${id}1`)],
        })
        .route(`${id}Table`, '10.0.0.0/8', { TransitGatewayId: ref('Hub') });
    return sketch;
  };
  const table = (sketch: Sketch, id: string, associated: readonly string[], propagated: readonly string[]) => {
    sketch.add(id, 'EC2::TransitGatewayRouteTable', { TransitGatewayId: ref('Hub') });
    for (const one of associated)
      sketch.add(`${id}For${one}`, 'EC2::TransitGatewayRouteTableAssociation', {
        TransitGatewayAttachmentId: ref(`${one}Attachment`),
        TransitGatewayRouteTableId: ref(id),
      });
    for (const one of propagated)
      sketch.add(`${id}From${one}`, 'EC2::TransitGatewayRouteTablePropagation', {
        TransitGatewayAttachmentId: ref(`${one}Attachment`),
        TransitGatewayRouteTableId: ref(id),
      });
    return sketch;
  };
  const closed = { DefaultRouteTableAssociation: 'disable', DefaultRouteTablePropagation: 'disable' };

  test('every spoke reaches every other through the hub', () => {
    const network = star().model();
    for (const [from, to] of [
      ['A', 'B'],
      ['B', 'A'],
      ['A', 'C'],
      ['C', 'B'],
    ])
      expect(network).toReach(`Host${from}`, `Host${to}`, tcp(80));
  });

  test('a VPC without an attachment, a table without an association and a black hole stop the packet', () => {
    expect(stop(star().without('BAttachment'), 'HostB', 'HostA')).toBe('B is not attached to the transit gateway Hub');
    expect(stop(star(closed), 'HostA', 'HostB')).toBe(
      'the attachment AAttachment is associated with no route table of Hub',
    );
    const blackhole = star().add('Hole', 'EC2::TransitGatewayRoute', {});
    table(blackhole, 'Own', ['A'], ['B']).add('Hole', 'EC2::TransitGatewayRoute', {
      TransitGatewayRouteTableId: ref('Own'),
      DestinationCidrBlock: '10.1.0.0/16',
      Blackhole: true,
    });
    expect(stop(blackhole, 'HostA', 'HostB')).toBe('Own drops what is for 10.1.0.0/16: the route is a black hole');
  });

  test('tables separate segments that share a third', () => {
    const sketch = star(closed);
    table(sketch, 'Prod', ['A'], ['C']);
    table(sketch, 'Dev', ['B'], ['C']);
    table(sketch, 'Shared', ['C'], ['A', 'B']);
    const network = sketch.model();
    expect(network).not.toReach('HostA', 'HostB', anything);
    expect(network).not.toReach('HostB', 'HostA', anything);
    for (const spoke of ['A', 'B']) {
      expect(network).toReach(`Host${spoke}`, 'HostC', tcp(80));
      expect(network).toReach('HostC', `Host${spoke}`, tcp(80));
    }
  });

  test('a spoke leaves for the internet through the NAT gateway of another VPC, and nothing comes in', () => {
    const sketch = star()
      .igw('Igw', 'C')
      .subnet('C2', '10.2.2.0/24')
      .nat('Nat', 'C2')
      .table('NatTable', ['C2'], {
        '0.0.0.0/0': { GatewayId: ref('Igw') },
        '10.0.0.0/8': { TransitGatewayId: ref('Hub') },
      })
      .route('CTable', '0.0.0.0/0', { NatGatewayId: ref('Nat') })
      .route('ATable', '0.0.0.0/0', { TransitGatewayId: ref('Hub') });
    table(sketch, 'Own', ['A'], ['C']).add('Out', 'EC2::TransitGatewayRoute', {
      TransitGatewayRouteTableId: ref('Own'),
      DestinationCidrBlock: '0.0.0.0/0',
      TransitGatewayAttachmentId: ref('CAttachment'),
    });
    expect(sketch.model()).toReach('HostA', 'internet', tcp(443));
    expect(sketch.model()).not.toReach('internet', 'HostA', anything);
    expect(sketch.model()).not.toReach('HostB', 'internet', anything);
    const lost = sketch.without(Object.keys(sketch.resources).find((id) => id.startsWith('NatTableTo10x0x0x0'))!);
    expect(stop(lost, 'HostA', 'internet')).toBe(
      'the reply leaves by the internet gateway Igw, under an address the request was not sent to',
    );
  });

  test('what two VPCs send each other for ever is stopped, and is no way', () => {
    const sketch = star(closed);
    table(sketch, 'Own', ['A', 'B', 'C'], []).add('Round', 'EC2::TransitGatewayRoute', {
      TransitGatewayRouteTableId: ref('Own'),
      DestinationCidrBlock: '10.2.0.0/16',
      TransitGatewayAttachmentId: ref('BAttachment'),
    });
    expect(stop(sketch, 'HostA', 'HostC')).toBe('the packet goes round in circles');
  });

  test('many spokes whose blocks are all open are answered at once', () => {
    const sketch = new Sketch()
      .section('Parameters', Object.fromEntries([...'ABCDEFGH'].map((id) => [`Cidr${id}`, { Type: 'String' }])))
      .add('Hub', 'EC2::TransitGateway');
    for (const id of 'ABCDEFGH')
      sketch
        .vpc(id, ref(`Cidr${id}`))
        .subnet(`${id}1`, ref(`Cidr${id}`))
        .table(`${id}Table`, [`${id}1`], { '10.0.0.0/8': { TransitGatewayId: ref('Hub') } })
        .group(`Open${id}`, id, [['all', '0.0.0.0/0']])
        .host(`Host${id}`, `${id}1`, `Open${id}`)
        .add(`${id}Attachment`, 'EC2::TransitGatewayVpcAttachment', {
          TransitGatewayId: ref('Hub'),
          VpcId: ref(id),
          SubnetIds: [ref(`${id}1`)],
        });
    expect(sketch.model().canReach('HostA', 'HostH', tcp(80)).verdict).toBe('unknown');
  });

  /** A and B have the same block, and a second one each that clashes with nothing; only those are known to the hub. */
  const twins = () => {
    const sketch = vpcs({ A: '10.0.0.0/16', B: '10.0.0.0/16' }).add('Hub', 'EC2::TransitGateway', closed);
    for (const [id, second, other] of [
      ['A', '100.64.0.0/16', '100.65.0.0/16'],
      ['B', '100.65.0.0/16', '100.64.0.0/16'],
    ] as const) {
      sketch
        .add(`${id}Second`, 'EC2::VPCCidrBlock', { VpcId: ref(id), CidrBlock: second })
        .subnet(`${id}2`, second.replace('0.0/16', '1.0/24'))
        .table(`${id}OuterTable`, [`${id}2`], { [other]: { TransitGatewayId: ref('Hub') } })
        .host(`Server${id}`, `${id}2`, `Open${id}`)
        .add(`${id}Attachment`, 'EC2::TransitGatewayVpcAttachment', {
          TransitGatewayId: ref('Hub'),
          VpcId: ref(id),
          SubnetIds: [ref(`${id}2`)],
        });
      table(sketch, `${id}Own`, [id], []).add(`${id}Route`, 'EC2::TransitGatewayRoute', {
        TransitGatewayRouteTableId: ref(`${id}Own`),
        DestinationCidrBlock: other,
        TransitGatewayAttachmentId: ref(`${id === 'A' ? 'B' : 'A'}Attachment`),
      });
    }
    return sketch;
  };

  test('a private NAT gateway in a second block lets hosts with clashing addresses ask, and nobody ask them [network-overlap-solutions]', () => {
    const sketch = twins()
      .nat('Nat', 'A2', { ConnectivityType: 'private', AllocationId: undefined })
      .route('ATable', '100.65.0.0/16', { NatGatewayId: ref('Nat') });
    const network = sketch.model();
    expect(network).toReach('HostA', 'ServerB', tcp(443));
    expect(network.canReach('HostA', 'ServerB', tcp(443)).path.map(({ says }) => says)).toContain(
      "the NAT gateway Nat puts its own address in place of the sender's",
    );
    expect(network).not.toReach('ServerB', 'HostA', anything);
    expect(network).not.toReach('HostA', 'HostB', anything);
    expect(network).toReach('ServerA', 'ServerB', tcp(443));
    expect(network).toReach('ServerB', 'ServerA', tcp(443));
  });

  test('without it the reply goes to the host of the other VPC that has the same address [network-overlap-solutions]', () => {
    const sketch = twins().route('ATable', '100.65.0.0/16', { TransitGatewayId: ref('Hub') });
    expect(sketch.model().canReach('HostA', 'ServerB', tcp(443))).toMatchObject({ verdict: 'blocked' });
  });

  test('a private NAT gateway leads nobody to the internet, having no public address [network-overlap-solutions]', () => {
    const sketch = twins()
      .igw('Igw', 'A')
      .nat('Nat', 'A2', { ConnectivityType: 'private', AllocationId: undefined })
      .route('AOuterTable', '0.0.0.0/0', { GatewayId: ref('Igw') })
      .route('ATable', '0.0.0.0/0', { NatGatewayId: ref('Nat') });
    expect(stop(sketch, 'HostA', 'internet')).toBe(
      'Nat has no public address (it is a private NAT gateway), so the internet gateway Igw drops it',
    );
    expect(sketch.without('Nat').nat('Nat', 'A2').model()).toReach('HostA', 'internet', tcp(443));
  });

  test('groups of other spokes may be named only when the hub is told so', () => {
    const named = (hub: Readonly<Record<string, unknown>>) =>
      star(hub)
        .group('Named', 'B', [['tcp 80', 'OpenA']])
        .host('Server', 'B1', 'Named');
    expect(named({ SecurityGroupReferencingSupport: 'enable' }).model()).toReach('HostA', 'Server', tcp(80));
    expect(named({}).model()).not.toReach('HostA', 'Server', anything);
  });

  test('it does not make a peering behind it transitive', () => {
    const sketch = join(star().without('CAttachment'), 'B', 'C', ['10.1.0.0/16', '10.2.0.0/16']);
    table(sketch, 'Own', ['A'], ['B']).add('Beyond', 'EC2::TransitGatewayRoute', {
      TransitGatewayRouteTableId: ref('Own'),
      DestinationCidrBlock: '10.2.0.0/16',
      TransitGatewayAttachmentId: ref('BAttachment'),
    });
    expect(stop(sketch, 'HostA', 'HostC')).toBe(
      'the peering BC carries only what begins in B; peering is not transitive',
    );
  });

  test('it serves the zones it has an interface in, and the ACL of that subnet counts', () => {
    const elsewhere = star()
      .subnet('A2', '10.0.2.0/24', { AvailabilityZone: 'eu-west-1b' })
      .table('Far', ['A2'], { '10.0.0.0/8': { TransitGatewayId: ref('Hub') } });
    elsewhere.host('Remote', 'A2', 'OpenA');
    expect(stop(elsewhere, 'Remote', 'HostB')).toBe('the transit gateway Hub has no interface in the zone of A2');
    const own = star()
      .subnet('A2', '10.0.2.0/24')
      .table('Far', ['A2'], { '10.0.0.0/8': { TransitGatewayId: ref('Hub') } });
    own
      .host('Near', 'A2', 'OpenA')
      .acl('HubAcl', ['A1'], ['100 in allow tcp 443 from 0.0.0.0/0', '100 out allow all to 0.0.0.0/0']);
    expect(own.model()).toReach('Near', 'HostB', tcp(443));
    expect(own.model()).not.toReach('Near', 'HostB', tcp(80));
  });

  test('hubs of two Regions join by a peering whose routes are written on both sides', () => {
    const sketch = vpcs({ A: '10.0.0.0/16', B: '10.1.0.0/16' })
      .add('Hub', 'EC2::TransitGateway', closed)
      .add('FarHub', 'EC2::TransitGateway', closed);
    for (const [id, hub] of [
      ['A', 'Hub'],
      ['B', 'FarHub'],
    ] as const)
      sketch
        .add(`${id}Attachment`, 'EC2::TransitGatewayVpcAttachment', {
          TransitGatewayId: ref(hub),
          VpcId: ref(id),
          SubnetIds: [ref(`${id}1`)],
        })
        .route(`${id}Table`, '10.0.0.0/8', { TransitGatewayId: ref(hub) })
        .add(`${hub}Table`, 'EC2::TransitGatewayRouteTable', { TransitGatewayId: ref(hub) })
        .add(`${hub}From`, 'EC2::TransitGatewayRouteTablePropagation', {
          TransitGatewayAttachmentId: ref(`${id}Attachment`),
          TransitGatewayRouteTableId: ref(`${hub}Table`),
        })
        .add(`${hub}Own`, 'EC2::TransitGatewayRouteTableAssociation', {
          TransitGatewayAttachmentId: ref(`${id}Attachment`),
          TransitGatewayRouteTableId: ref(`${hub}Table`),
        })
        .add(`${hub}Far`, 'EC2::TransitGatewayRoute', {
          TransitGatewayRouteTableId: ref(`${hub}Table`),
          DestinationCidrBlock: id === 'A' ? '10.1.0.0/16' : '10.0.0.0/16',
          TransitGatewayAttachmentId: ref('Bridge'),
        });
    sketch.add('Bridge', 'EC2::TransitGatewayPeeringAttachment', {
      TransitGatewayId: ref('Hub'),
      PeerTransitGatewayId: ref('FarHub'),
    });
    expect(stop(sketch, 'HostA', 'HostB')).toMatch(/associated with no route table/);
    sketch.add('FarIn', 'EC2::TransitGatewayRouteTableAssociation', {
      TransitGatewayAttachmentId: ref('Bridge'),
      TransitGatewayRouteTableId: ref('HubTable'),
    });
    expect(sketch.model()).not.toReach('HostA', 'HostB', tcp(80));
    sketch.add('NearIn', 'EC2::TransitGatewayRouteTableAssociation', {
      TransitGatewayAttachmentId: ref('Bridge'),
      TransitGatewayRouteTableId: ref('FarHubTable'),
    });
    expect(sketch.model()).toReach('HostA', 'HostB', tcp(80));
    expect(sketch.model()).toReach('HostB', 'HostA', tcp(80));
  });
});

describe('the office', () => {
  const site = (more: object = {}) =>
    vpcs({ A: '10.0.0.0/16' })
      .add('Vgw', 'EC2::VPNGateway', { Type: 'ipsec.1' })
      .add('VgwAttachment', 'EC2::VPCGatewayAttachment', { VpcId: ref('A'), VpnGatewayId: ref('Vgw') })
      .add('Office', 'EC2::CustomerGateway', { IpAddress: '203.0.113.1', BgpAsn: 65_000, Type: 'ipsec.1' })
      .add('Vpn', 'EC2::VPNConnection', {
        VpnGatewayId: ref('Vgw'),
        CustomerGatewayId: ref('Office'),
        Type: 'ipsec.1',
        StaticRoutesOnly: true,
        ...more,
      })
      .add('VpnRoute', 'EC2::VPNConnectionRoute', {
        VpnConnectionId: ref('Vpn'),
        DestinationCidrBlock: '192.168.10.0/24',
      });

  test('reaches a VPC where a route leads back to it, written or learnt', () => {
    const written = site().route('ATable', '192.168.10.0/24', { GatewayId: ref('Vgw') });
    const learnt = site().add('Learning', 'EC2::VPNGatewayRoutePropagation', {
      VpnGatewayId: ref('Vgw'),
      RouteTableIds: [ref('ATable')],
    });
    for (const sketch of [written, learnt]) {
      expect(sketch.model()).toReach('192.168.10.0/24', 'HostA', tcp(22));
      expect(sketch.model()).toReach('HostA', '192.168.10.7', tcp(443));
      expect(
        sketch
          .model()
          .table()
          .map(({ from, to }) => `${from} ${to}`),
      ).toEqual(['192.168.10.0/24 HostA', 'HostA 192.168.10.0/24']);
    }
    expect(site().model()).not.toReach('192.168.10.0/24', 'HostA', anything);
  });

  test('what BGP will announce is unknown', () => {
    const sketch = site({ StaticRoutesOnly: false }).add('Learning', 'EC2::VPNGatewayRoutePropagation', {
      VpnGatewayId: ref('Vgw'),
      RouteTableIds: [ref('ATable')],
    });
    expect(sketch.model().canReach('HostA', '172.16.0.1', tcp(443))).toMatchObject({
      verdict: 'unknown',
      doubts: expect.arrayContaining(['the routes Vgw learns are known only at deployment']),
    });
    expect(sketch.model().canReach('172.16.0.1', 'HostA', tcp(443)).verdict).toBe('unknown');
  });

  test('a static route beats one that was learnt, at equal length [network-route-choice]', () => {
    const sketch = site()
      .add('Learning', 'EC2::VPNGatewayRoutePropagation', { VpnGatewayId: ref('Vgw'), RouteTableIds: [ref('ATable')] })
      .route('ATable', '192.168.10.0/24', {});
    expect(stop(sketch, 'HostA', '192.168.10.7')).toBe('the route names no target');
  });

  test('borrows no gateway endpoint of the VPC [network-gateway-endpoint-scope]', () => {
    const sketch = site()
      .route('ATable', '192.168.10.0/24', { GatewayId: ref('Vgw') })
      .add('S3', 'EC2::VPCEndpoint', {
        VpcId: ref('A'),
        ServiceName: 'com.amazonaws.eu-west-1.s3',
        RouteTableIds: [ref('ATable')],
      });
    expect(sketch.model()).toReach('HostA', 's3', tcp(443));
    expect(sketch.model()).not.toReach('192.168.10.0/24', 's3', anything);
  });

  test('ends on a hub and then serves every spoke', () => {
    const sketch = vpcs().add('Hub', 'EC2::TransitGateway');
    for (const id of ['A', 'B'])
      sketch
        .add(`${id}Attachment`, 'EC2::TransitGatewayVpcAttachment', {
          TransitGatewayId: ref('Hub'),
          VpcId: ref(id),
          SubnetIds: [ref(`${id}1`)],
        })
        .route(`${id}Table`, '192.168.0.0/16', { TransitGatewayId: ref('Hub') });
    sketch
      .add('Vpn', 'EC2::VPNConnection', {
        TransitGatewayId: ref('Hub'),
        CustomerGatewayId: 'cgw-1',
        StaticRoutesOnly: true,
      })
      .add('VpnRoute', 'EC2::VPNConnectionRoute', {
        VpnConnectionId: ref('Vpn'),
        DestinationCidrBlock: '192.168.10.0/24',
      });
    for (const id of ['A', 'B']) {
      expect(sketch.model()).toReach('192.168.10.0/24', `Host${id}`, tcp(22));
      expect(sketch.model()).toReach(`Host${id}`, '192.168.10.5', tcp(443));
    }
    expect(sketch.model()).not.toReach('192.168.10.0/24', 'HostC', anything);
  });
});

describe('endpoints', () => {
  const isolated = () =>
    vpcs({ A: '10.0.0.0/16' })
      .group('Doors', 'A', [['tcp 443', 'OpenA']], [])
      .add('S3', 'EC2::VPCEndpoint', {
        VpcId: ref('A'),
        ServiceName: 'com.amazonaws.eu-west-1.s3',
        VpcEndpointType: 'Gateway',
        RouteTableIds: [ref('ATable')],
      })
      .add('Secrets', 'EC2::VPCEndpoint', {
        VpcId: ref('A'),
        ServiceName: 'com.amazonaws.eu-west-1.secretsmanager',
        VpcEndpointType: 'Interface',
        SubnetIds: [ref('A1')],
        SecurityGroupIds: [ref('Doors')],
      });

  test('a VPC without any way to the internet uses AWS services through endpoints alone', () => {
    expect(isolated().model()).toHaveReachability([
      ['HostA', 'Secrets', 'tcp 443'],
      ['HostA', 's3', 'everything'],
    ]);
    expect(isolated().model()).not.toReach('HostA', 'internet', anything);
    expect(isolated().model()).toReach('HostA', 'secretsmanager', tcp(443));
  });

  test('an endpoint begins no connections', () => {
    expect(stop(isolated(), 'Secrets', 'HostA')).toBe('Secrets begins no connections, being an endpoint');
  });

  /** Two VPCs on the same block; the one offers a service, the other uses it. */
  const privateLink = (consumer = '10.0.0.0/16') =>
    vpcs({ A: '10.0.0.0/16', B: consumer })
      .add('Balancer', 'ElasticLoadBalancingV2::LoadBalancer', {
        Type: 'network',
        Scheme: 'internal',
        Subnets: [ref('A1')],
      })
      .add('Targets', 'ElasticLoadBalancingV2::TargetGroup', {
        Protocol: 'TCP',
        Port: 8080,
        TargetType: 'instance',
        Targets: [{ Id: ref('HostA') }],
      })
      .add('Listener', 'ElasticLoadBalancingV2::Listener', {
        LoadBalancerArn: ref('Balancer'),
        Protocol: 'TCP',
        Port: 443,
        DefaultActions: [{ Type: 'forward', TargetGroupArn: ref('Targets') }],
      })
      .add('Service', 'EC2::VPCEndpointService', { NetworkLoadBalancerArns: [ref('Balancer')] })
      .group('Doors', 'B', [['tcp 443', '10.0.0.0/8']], [])
      .add('Door', 'EC2::VPCEndpoint', {
        VpcId: ref('B'),
        VpcEndpointType: 'Interface',
        ServiceName: { 'Fn::Join': ['', ['com.amazonaws.vpce.', ref('AWS::Region'), '.', ref('Service')]] },
        SubnetIds: [ref('B1')],
        SecurityGroupIds: [ref('Doors')],
      });

  test('PrivateLink leads from the consumer to the service, even on equal addresses, and never back', () => {
    const network = privateLink().model();
    expect(network).toReach('HostB', 'Balancer', tcp(443));
    expect(network).not.toReach('HostB', 'Balancer', tcp(444));
    for (const provider of ['HostA', 'Balancer', 'Door']) expect(network).not.toReach(provider, 'HostB', anything);
    expect(network).not.toReach('HostB', 'HostA', anything);
    expect(network.canReach('HostB', 'Balancer', tcp(443)).path.map(({ says }) => says)).toContain(
      'the endpoint Door leads to Balancer',
    );
  });

  test('a balancer with a group of its own surely admits an endpoint only where it admits everyone', () => {
    const guarded = (who: string, enforced = 'on') => {
      const sketch = privateLink().group('Balancers', 'A', [['tcp 443', who]], []);
      sketch.resources.Balancer = {
        ...sketch.resources.Balancer,
        Properties: {
          ...sketch.resources.Balancer.Properties,
          SecurityGroups: [ref('Balancers')],
          EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: enforced,
        },
      };
      return sketch.model().canReach('HostB', 'Balancer', tcp(443));
    };
    expect(guarded('0.0.0.0/0').verdict).toBe('reachable');
    expect(guarded('10.0.0.0/8')).toMatchObject({
      verdict: 'unknown',
      doubts: ['the address under which Door shows its clients is not in the templates'],
    });
    expect(guarded('OpenA').verdict).toBe('blocked');
    expect(guarded('OpenA', 'off').verdict).toBe('reachable');
  });

  test('an endpoint whose group does not admit the consumer is no way to the service', () => {
    const sketch = privateLink().group('Doors', 'B', [], []);
    expect(sketch.model()).not.toReach('HostB', 'Balancer', anything);
  });
});
