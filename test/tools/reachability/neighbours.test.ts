import fc from 'fast-check';
import { Neighbours } from '../../../tools/reachability/evaluate/neighbours';
import { Reach } from '../../../tools/reachability/evaluate/reach';
import { trafficOf } from '../../../tools/reachability/table';
import { ref, Sketch } from './sketch';

const letters = ['A', 'B', 'C', 'D'] as const;
type Letter = (typeof letters)[number];

/** Four VPCs with a host and a balancer each that admit everyone, and nothing between them. */
function apart(): Sketch {
  const sketch = new Sketch();
  for (const [i, id] of letters.entries())
    sketch
      .vpc(id, `10.${i}.0.0/16`)
      .add(`${id}V6`, 'EC2::VPCCidrBlock', { VpcId: ref(id), AmazonProvidedIpv6CidrBlock: true })
      .subnet(`${id}1`, `10.${i}.1.0/24`, {
        Ipv6CidrBlock: {
          'Fn::Select': [0, { 'Fn::Cidr': [{ 'Fn::Select': [0, { 'Fn::GetAtt': [id, 'Ipv6CidrBlocks'] }] }, 8, '64'] }],
        },
      })
      .table(`${id}Table`, [`${id}1`])
      .group(`Open${id}`, id, [
        ['all', '0.0.0.0/0'],
        ['all', '::/0'],
      ])
      .host(`Host${id}`, `${id}1`, `Open${id}`);
  return sketch;
}

/** Ways in which something may lead from one VPC to another, by themselves or together. */
const features: Readonly<Record<string, (sketch: Sketch, one: Letter, other: Letter) => Sketch>> = {
  peering: (sketch, one, other) =>
    sketch
      .peering(`Peering${one}${other}`, one, other)
      .route(`${one}Table`, `10.${letters.indexOf(other)}.0.0/16`, {
        VpcPeeringConnectionId: ref(`Peering${one}${other}`),
      })
      .route(`${other}Table`, `10.${letters.indexOf(one)}.0.0/16`, {
        VpcPeeringConnectionId: ref(`Peering${one}${other}`),
      }),
  hub: (sketch, one, other) => {
    sketch.add('Hub', 'EC2::TransitGateway');
    for (const id of [one, other])
      sketch
        .add(`${id}Attachment`, 'EC2::TransitGatewayVpcAttachment', {
          TransitGatewayId: ref('Hub'),
          VpcId: ref(id),
          SubnetIds: [ref(`${id}1`)],
        })
        .route(`${id}Table`, '10.0.0.0/8', { TransitGatewayId: ref('Hub') });
    return sketch;
  },
  'a hub of somebody else': (sketch, ...both) =>
    both.reduce((on, id) => on.route(`${id}Table`, '10.0.0.0/8', { TransitGatewayId: `tgw-${id}` }), sketch),
  'a gateway that is not in the template': (sketch, ...both) =>
    both.reduce((on, id) => on.route(`${id}Table`, '10.0.0.0/8', { LocalGatewayId: 'lgw-1' }), sketch),
  'a host of somebody else': (sketch, one) =>
    sketch
      .section('Parameters', { Subnet: { Type: 'String' }, Group: { Type: 'String' } })
      .host(`Foreign${one}`, `${one}1`, undefined, { SubnetId: ref('Subnet'), SecurityGroupIds: [ref('Group')] }),
  'IPv6 over the internet': (sketch, one, other) => {
    for (const id of [one, other])
      if (!(`${id}Igw` in sketch.resources))
        sketch.igw(`${id}Igw`, id).route(`${id}Table`, '::/0', { GatewayId: ref(`${id}Igw`) });
    for (const id of [one, other]) sketch.host(`Host${id}`, `${id}1`, `Open${id}`, { Ipv6AddressCount: 1 });
    return sketch;
  },
  PrivateLink: (sketch, one, other) =>
    sketch
      .add(`Balancer${one}`, 'ElasticLoadBalancingV2::LoadBalancer', {
        Type: 'network',
        Scheme: 'internal',
        Subnets: [ref(`${one}1`)],
      })
      .add(`Targets${one}`, 'ElasticLoadBalancingV2::TargetGroup', {
        Protocol: 'TCP',
        Port: 80,
        TargetType: 'instance',
        Targets: [{ Id: ref(`Host${one}`) }],
      })
      .add(`Listener${one}`, 'ElasticLoadBalancingV2::Listener', {
        LoadBalancerArn: ref(`Balancer${one}`),
        Protocol: 'TCP',
        Port: 443,
        DefaultActions: [{ Type: 'forward', TargetGroupArn: ref(`Targets${one}`) }],
      })
      .add(`Service${one}`, 'EC2::VPCEndpointService', { NetworkLoadBalancerArns: [ref(`Balancer${one}`)] })
      .add(`Door${one}${other}`, 'EC2::VPCEndpoint', {
        VpcId: ref(other),
        VpcEndpointType: 'Interface',
        ServiceName: { 'Fn::Join': ['', ['com.amazonaws.vpce.', ref('AWS::Region'), '.', ref(`Service${one}`)]] },
        SubnetIds: [ref(`${other}1`)],
        SecurityGroupIds: [ref(`Open${other}`)],
      }),
};

const rowsOf = (sketch: Sketch): string[] =>
  sketch
    .model()
    .table()
    .map((row) => `${row.from} to ${row.to}: ${trafficOf(row)} by ${row.by}`);

/** The same without leaving anybody out. */
function allRows(sketch: Sketch): string[] {
  const spy = jest.spyOn(Neighbours.prototype, 'of').mockImplementation(function (this: Neighbours) {
    return this.senders;
  });
  try {
    return rowsOf(sketch);
  } finally {
    spy.mockRestore();
  }
}

afterEach(() => jest.restoreAllMocks());

const letter = fc.constantFrom(...letters);
const pair = fc.tuple(letter, letter).filter(([one, other]) => one !== other);

test.each(Object.keys(features))('%s: who is left out could not have reached anybody', (name) => {
  const sketch = features[name](apart(), 'A', 'B');
  expect(rowsOf(sketch)).toEqual(allRows(sketch));
  const between = rowsOf(sketch).filter((row) => /A to \S*B:|B to \S*A:/.test(row));
  if (name !== 'a host of somebody else') expect(between).not.toEqual([]);
});

test('several of them together too', () => {
  const drawn = fc.array(fc.tuple(fc.constantFrom(...Object.keys(features)), pair), { maxLength: 4 });
  fc.assert(
    fc.property(drawn, (some) => {
      const sketch = some.reduce((on, [name, [one, other]]) => features[name](on, one, other), apart());
      expect(rowsOf(sketch)).toEqual(allRows(sketch));
    }),
    { numRuns: 60 },
  );
});

test('a table of networks that nothing joins tries as many pairs for each as for one', () => {
  const tried = (count: number): number => {
    const sketch = new Sketch();
    for (let i = 0; i < count; i++)
      sketch
        .vpc(`V${i}x`, '10.0.0.0/16')
        .add(`Subnet${i}`, 'EC2::Subnet', { VpcId: ref(`V${i}x`), CidrBlock: '10.0.1.0/24' })
        .group(`Open${i}`, `V${i}x`, [['all', '0.0.0.0/0']])
        .host(`One${i}`, `Subnet${i}`, `Open${i}`)
        .host(`Two${i}`, `Subnet${i}`, `Open${i}`);
    const spy = jest.spyOn(Reach.prototype, 'pairs');
    sketch.model().table();
    const calls = spy.mock.calls.length;
    spy.mockRestore();
    return calls;
  };
  expect(tried(12)).toBe(12 * tried(1));
});
