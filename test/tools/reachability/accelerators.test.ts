import { anything, tcp, udp } from '../../support/reachability';
import { att, ref, Sketch } from './sketch';

type Properties = Readonly<Record<string, unknown>>;

/** A balancer whose subnet has no route to the internet gateway, and an accelerator that leads to it. */
function accelerated(endpoint: Properties = {}, balancer: Properties = {}, who = '0.0.0.0/0'): Sketch {
  return new Sketch()
    .vpc('A', '10.0.0.0/16')
    .subnet('A1', '10.0.1.0/24')
    .table('Table', ['A1'])
    .igw('Igw', 'A')
    .group('Doors', 'A', [['tcp 1-9000', who]])
    .add('Entry', 'ElasticLoadBalancingV2::LoadBalancer', {
      Type: 'network',
      Scheme: 'internal',
      Subnets: [ref('A1')],
      SecurityGroups: [ref('Doors')],
      ...balancer,
    })
    .add('Pages', 'ElasticLoadBalancingV2::Listener', { LoadBalancerArn: ref('Entry'), Protocol: 'TCP', Port: 443 })
    .add('Lines', 'ElasticLoadBalancingV2::Listener', { LoadBalancerArn: ref('Entry'), Protocol: 'TCP', Port: 7000 })
    .add('World', 'GlobalAccelerator::Accelerator', { Name: 'world' })
    .add('Listener', 'GlobalAccelerator::Listener', {
      AcceleratorArn: ref('World'),
      Protocol: 'TCP',
      PortRanges: [{ FromPort: 443, ToPort: 444 }],
    })
    .add('Group', 'GlobalAccelerator::EndpointGroup', {
      ListenerArn: ref('Listener'),
      EndpointConfigurations: [{ EndpointId: ref('Entry'), ClientIPPreservationEnabled: true, ...endpoint }],
    });
}

/** The same with a property of a resource changed. */
function changed(sketch: Sketch, id: string, properties: Properties): Sketch {
  const one = sketch.resources[id];
  sketch.resources[id] = { ...one, Properties: { ...one.Properties, ...properties } };
  return sketch;
}

const stop = (sketch: Sketch, to = 'Entry', traffic = anything) =>
  sketch.model().canReach('internet', to, traffic).stoppedBy?.says;

describe('an accelerator', () => {
  test('brings the internet to an internal balancer, on the ports of its listeners', () => {
    const network = accelerated().model();
    expect(network).toHaveReachability([['internet', 'Entry', tcp(443)]]);
    expect(network.table()[0].by).toBe('accelerator');
    expect(network.canReach('internet', 'Entry', tcp(443)).path.map(({ says }) => says)).toEqual([
      'the accelerator World takes tcp 443-444 to Entry',
      'the security group of Entry admits tcp 1-9000 from 0.0.0.0/0',
      'Entry has listeners for tcp 443, 7000 only',
      'entry 100 of the default network ACL of A allows everything to 0.0.0.0/0, for the reply out of A1',
    ]);
    expect(stop(accelerated(), 'Entry', tcp(7000))).toBe('the accelerator World takes tcp 443-444 to Entry');
  });

  test('several listeners of it are one way, each with its protocol', () => {
    const sketch = accelerated()
      .group('Doors', 'A', [['all', '0.0.0.0/0']])
      .add('Echo', 'ElasticLoadBalancingV2::Listener', { LoadBalancerArn: ref('Entry'), Protocol: 'UDP', Port: 7 })
      .add('Datagrams', 'GlobalAccelerator::Listener', {
        AcceleratorArn: att('World', 'AcceleratorArn'),
        Protocol: 'UDP',
        PortRanges: [{ FromPort: 7, ToPort: 7 }],
      })
      .add('Other', 'GlobalAccelerator::EndpointGroup', {
        ListenerArn: att('Datagrams', 'ListenerArn'),
        EndpointConfigurations: [{ EndpointId: ref('Entry'), ClientIPPreservationEnabled: true }],
      });
    expect(sketch.model()).toHaveReachability([['internet', 'Entry', 'tcp 443; udp 7']]);
    expect(sketch.model()).not.toReach('internet', 'Entry', udp(443));
  });

  test('leads to the port of the endpoint that stands for the one of the listener', () => {
    const PortOverrides = [{ ListenerPort: 443, EndpointPort: 7000 }];
    const sketch = changed(accelerated(), 'Group', { PortOverrides });
    expect(sketch.model()).toHaveReachability([['internet', 'Entry', tcp(7000)]]);
  });

  test('shows clients under their own addresses, so that groups tell them apart', () => {
    const office = accelerated({}, {}, '198.51.100.0/24');
    expect(office.model()).toHaveReachability([['198.51.100.0/24', 'Entry', tcp(443)]]);
    expect(stop(office, 'Entry', tcp(443))).toBe(
      'the security group of Entry admits tcp 443 only from 198.51.100.0/24',
    );
  });

  test('needs an internet gateway in the network, though no route to it', () => {
    const none = accelerated().without('IgwAttachment');
    expect(stop(none)).toBe('A has no internet gateway, and without one no accelerator leads into it');
    expect(none.model().table()).toEqual([]);
  });

  test('is blocked with the internet, where the account does that', () => {
    const blocked = accelerated().add('Block', 'EC2::VPCBlockPublicAccessOptions', {
      InternetGatewayBlockMode: 'block-ingress',
    });
    expect(stop(blocked)).toBe('the account blocks connections from the internet into A');
  });

  test('passes the network ACL by on its way in, and replies meet it on their way out', () => {
    const acl = (...entries: string[]) => accelerated().acl('Acl', ['A1'], entries).model();
    expect(acl('100 out allow tcp 1024-65535 to 0.0.0.0/0')).toReach('internet', 'Entry', tcp(443));
    expect(acl('100 in allow all from 0.0.0.0/0')).not.toReach('internet', 'Entry', anything);
  });

  test('that is switched off leads nowhere, and one that may not exist perhaps', () => {
    expect(stop(changed(accelerated(), 'World', { Enabled: false }))).toBe(
      'Entry has no public address (it is an internal load balancer)',
    );
    const sketch = accelerated()
      .section('Parameters', { Far: { Type: 'String' } })
      .section('Conditions', { IsFar: { 'Fn::Equals': [ref('Far'), 'yes'] } });
    sketch.resources.World = { ...sketch.resources.World, Condition: 'IsFar' };
    expect(sketch.model()).toHaveReachability([['internet', 'Entry', 'perhaps tcp 443']]);
  });

  test('of which the templates hold the endpoints alone leads to any port, perhaps', () => {
    const sketch = changed(accelerated(), 'Group', { ListenerArn: 'arn:aws:globalaccelerator::1:listener' });
    expect(sketch.model().canReach('internet', 'Entry', tcp(7000))).toMatchObject({
      verdict: 'unknown',
      doubts: ['the listener of Group is not in the templates'],
    });
  });

  test('has no IPv6 unless it is told', () => {
    const dual = () =>
      changed(accelerated({}, { IpAddressType: 'dualstack' }, '::/0'), 'A1', { Ipv6CidrBlock: '2600:1f18::/64' });
    expect(dual().model().table()).toEqual([]);
    const both = changed(dual(), 'World', { IpAddressType: 'DUAL_STACK' });
    expect(both.model()).toHaveReachability([['internet6', 'Entry', tcp(443)]]);
  });
});

describe('whether an endpoint sees its clients', () => {
  const application = { Type: 'application' };
  const open = { Scheme: 'internet-facing' };
  /** A balancer in a public subnet. */
  const inPublic = (endpoint: Properties, balancer: Properties, who?: string) =>
    accelerated(endpoint, { ...open, ...balancer }, who).route('Table', '0.0.0.0/0', { GatewayId: ref('Igw') });
  const untold = { ClientIPPreservationEnabled: undefined };

  test('internal Application Load Balancers and instances always do', () => {
    const told = { ClientIPPreservationEnabled: false };
    expect(accelerated(told, application).model()).toReach('internet', 'Entry', tcp(443));
    const instance = accelerated({ ...told, EndpointId: ref('Host') }).host('Host', 'A1', 'Doors');
    expect(instance.model()).toReach('internet', 'Host', tcp(443));
    expect(instance.model()).not.toReach('internet', 'Host', tcp(445));
  });

  test('Network Load Balancers do where they are told to, and those with private addresses are not reached otherwise', () => {
    expect(stop(accelerated(untold))).toBe('Entry has no public address (it is an internal load balancer)');
    expect(stop(accelerated({}, { SecurityGroups: undefined }))).toBe(
      'Entry has no public address (it is an internal load balancer)',
    );
  });

  test('where they do not, the accelerator comes under addresses of its own, which only a rule for everybody surely admits', () => {
    const told = { ClientIPPreservationEnabled: false };
    const office = (endpoint: Properties, balancer: Properties) =>
      inPublic(endpoint, balancer, '198.51.100.0/24').model().canReach('internet', 'Entry', tcp(443));
    for (const one of [{}, application])
      expect(office(told, one)).toMatchObject({
        verdict: 'unknown',
        doubts: ['the public address of World is given at deployment'],
      });
    expect(office(untold, application).verdict).toBe('blocked');
    const everybody = inPublic(told, {}).model();
    expect(everybody.table()).toMatchObject([
      { from: 'internet', to: 'Entry', by: 'accelerator, internet gateway, or internet gateway' },
    ]);
  });
});
