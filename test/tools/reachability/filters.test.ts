import { anything, icmp, tcp, udp } from '../../support/reachability';
import { plainVpc, ref, Sketch, att } from './sketch';

const stop = (sketch: Sketch, from: string, to: string, traffic = anything) =>
  sketch.model().canReach(from, to, traffic).stoppedBy?.says;

/** A client and a server in two subnets, each with a network ACL of its own. */
const flow = ['100 out allow tcp 443 to 10.0.2.0/24', '100 in allow tcp 1024-65535 from 10.0.2.0/24'];
const served = ['100 in allow tcp 443 from 10.0.1.0/24', '100 out allow tcp 1024-65535 to 10.0.1.0/24'];
const twoSubnets = (client: readonly string[] = flow, server: readonly string[] = served) =>
  new Sketch()
    .vpc('A', '10.0.0.0/16')
    .subnet('A1', '10.0.1.0/24')
    .subnet('A2', '10.0.2.0/24')
    .acl('ClientAcl', ['A1'], client)
    .acl('ServerAcl', ['A2'], server)
    .group('Open', 'A', [['all', '0.0.0.0/0']])
    .host('Client', 'A1', 'Open')
    .host('Server', 'A2', 'Open');

describe('network ACLs', () => {
  test('a connection needs four entries, and fails without any one of them [network-nacl-flow, network-nacl-stateless]', () => {
    expect(twoSubnets().model()).toReach('Client', 'Server', tcp(443));
    expect(twoSubnets().model()).not.toReach('Server', 'Client', anything);
    expect(stop(twoSubnets(flow.slice(1)), 'Client', 'Server', tcp(443))).toBe(
      'ClientAcl denies the request out of A1: no entry is about traffic to 10.0.2.0/24',
    );
    expect(stop(twoSubnets(flow, served.slice(1)), 'Client', 'Server', tcp(443))).toMatch(
      /^ServerAcl denies the request into A2/,
    );
    expect(stop(twoSubnets(flow, served.slice(0, 1)), 'Client', 'Server', tcp(443))).toMatch(
      /^ServerAcl denies the reply out of A2/,
    );
    expect(stop(twoSubnets(flow.slice(0, 1)), 'Client', 'Server', tcp(443))).toMatch(
      /^ClientAcl denies the reply into A1/,
    );
  });

  test('serving the internet needs the request in and the client ports out; without these the reply is dropped [network-nacl-stateless]', () => {
    const web = (entries: readonly string[]) => plainVpc().acl('WebAcl', ['A1'], entries);
    const both = ['100 in allow tcp 443 from 0.0.0.0/0', '100 out allow tcp 1024-65535 to 0.0.0.0/0'];
    expect(web(both).model()).toReach('internet', 'Front', tcp(443));
    const answer = web(both.slice(0, 1)).model().canReach('internet', 'Front', tcp(443));
    expect(answer).toMatchObject({ verdict: 'blocked', stoppedBy: { layer: 'network ACL', direction: 'reply' } });
  });

  test('when replies reach only some of the ports a client may have chosen, the answer is unknown, unless the clients are known', () => {
    const entries = ['100 in allow tcp 443 from 0.0.0.0/0', '100 out allow tcp 32768-60999 to 0.0.0.0/0'];
    const sketch = plainVpc().acl('WebAcl', ['A1'], entries);
    const answer = sketch.model().canReach('internet', 'Front', tcp(443));
    expect(answer.verdict).toBe('unknown');
    expect(answer.doubts).toEqual([
      'replies reach a client only on tcp 32768-60999, and which port the client has is its own choice',
    ]);
    expect(sketch.model({ clientPorts: [32_768, 60_999] })).toReach('internet', 'Front', tcp(443));
  });

  test('the lowest number decides, in whatever order the entries are written [network-nacl-order]', () => {
    const entries = [
      '50 in deny tcp 22 from 203.0.113.0/24',
      '100 in allow tcp 22 from 0.0.0.0/0',
      '100 out allow all to 0.0.0.0/0',
    ];
    for (const order of [entries, [...entries].reverse()]) {
      const network = plainVpc().acl('WebAcl', ['A1'], order).model();
      expect(network).not.toReach('203.0.113.9', 'Front', tcp(22));
      expect(network).toReach('198.51.100.9', 'Front', tcp(22));
    }
    const late = entries.map((entry) => entry.replace('50 in deny', '150 in deny'));
    expect(plainVpc().acl('WebAcl', ['A1'], late).model()).toReach('203.0.113.9', 'Front', tcp(22));
  });

  test('only an ACL can deny: a single address, whatever the groups say [network-nacl-deny-list]', () => {
    const sketch = plainVpc().acl(
      'WebAcl',
      ['A1'],
      ['10 in deny all from 203.0.113.7/32', '100 in allow all from 0.0.0.0/0', '100 out allow all to 0.0.0.0/0'],
    );
    expect(stop(sketch, '203.0.113.7', 'Front')).toBe(
      'entry 10 of WebAcl denies everything from 203.0.113.7/32, for the request into A1',
    );
    expect(sketch.model()).toHaveReachability([
      ['internet', 'Front', 'everything'],
      ['Front', 'Back', 'everything'],
      ['Front', 'internet', 'everything'],
      ['Back', 'Front', 'everything'],
      ['Back', 'internet', 'everything'],
    ]);
  });

  test('two hosts of one subnet ignore it [network-nacl-association]', () => {
    const sketch = twoSubnets([]).host('Neighbour', 'A1', 'Open');
    expect(sketch.model()).toReach('Client', 'Neighbour', anything);
    expect(
      sketch
        .model()
        .canReach('Client', 'Neighbour', tcp(80))
        .path.map(({ layer }) => layer),
    ).toEqual(['security group', 'route', 'security group', 'route']);
    expect(sketch.model()).not.toReach('Client', 'Server', anything);
  });

  test('it guards what has no group: a NAT gateway [network-nacl-deny-list]', () => {
    const allow = (ports: string) => [`100 in allow tcp ${ports} from 0.0.0.0/0`, '100 out allow all to 0.0.0.0/0'];
    expect(plainVpc().acl('NatAcl', ['A1'], allow('443-65535')).model()).toReach('Back', 'internet', tcp(443));
    expect(stop(plainVpc().acl('NatAcl', ['A1'], allow('80')), 'Back', 'internet', tcp(80))).toMatch(
      /^NatAcl denies the reply into A1|entry/,
    );
    expect(plainVpc().acl('NatAcl', ['A1'], allow('80')).model()).not.toReach('Back', 'internet', anything);
    const denied = ['10 in deny all from 10.0.2.0/24', ...allow('0-65535')];
    expect(stop(plainVpc().acl('NatAcl', ['A1'], denied), 'Back', 'internet')).toBe(
      'entry 10 of NatAcl denies everything from 10.0.2.0/24, for the request into A1',
    );
  });

  test('entries added to the default ACL count, and two ACLs on one subnet cannot be told apart', () => {
    const sketch = plainVpc().add('Deny', 'EC2::NetworkAclEntry', {
      NetworkAclId: att('A', 'DefaultNetworkAcl'),
      RuleNumber: 10,
      RuleAction: 'deny',
      Egress: false,
      Protocol: -1,
      CidrBlock: '0.0.0.0/0',
    });
    expect(sketch.model()).not.toReach('Front', 'Back', anything);
    const twice = twoSubnets().acl('Second', ['A2'], []);
    expect(twice.model().canReach('Client', 'Server', tcp(443))).toMatchObject({
      verdict: 'unknown',
      doubts: ['two network ACLs, ServerAcl and Second, are associated with A2'],
    });
  });
});

describe('ping', () => {
  const withAcls = (reply: boolean) =>
    twoSubnets(
      ['100 out allow icmp 8 to 0.0.0.0/0', ...(reply ? ['100 in allow icmp 0 from 0.0.0.0/0'] : [])],
      ['100 in allow icmp 8 from 0.0.0.0/0', '100 out allow icmp 0 to 0.0.0.0/0'],
    );

  test('needs the request in a group, and request and reply in an ACL [network-icmp-ping]', () => {
    const sketch = plainVpc()
      .group('Pinged', 'A', [['icmp 8', '0.0.0.0/0']])
      .host('Target', 'A2', 'Pinged');
    expect(sketch.model()).toReach('Front', 'Target', icmp());
    expect(sketch.model()).not.toReach('Front', 'Target', icmp(13));
    expect(sketch.model()).not.toReach('Front', 'Target', tcp());
    expect(withAcls(true).model()).toReach('Client', 'Server', icmp());
    expect(withAcls(false).model()).not.toReach('Client', 'Server', icmp());
    expect(stop(withAcls(false), 'Client', 'Server', icmp())).toMatch(/^ClientAcl denies the reply into A1/);
  });

  test('is another thing than ports', () => {
    const sketch = plainVpc()
      .group('Web', 'A', [
        ['tcp 80', '0.0.0.0/0'],
        ['udp 53', '0.0.0.0/0'],
      ])
      .host('Target', 'A2', 'Web');
    expect(sketch.model()).not.toReach('Front', 'Target', icmp());
    expect(sketch.model()).toReach('Front', 'Target', udp(53));
    expect(sketch.model()).not.toReach('Front', 'Target', udp(80));
  });
});

describe('security groups', () => {
  /** Load balancer, application and database, each group naming the one before. */
  const chain = () =>
    plainVpc()
      .group('WebGroup', 'A', [['tcp 443', '0.0.0.0/0']], [['tcp 8080', 'AppGroup']])
      .group(
        'AppGroup',
        'A',
        [
          ['tcp 8080', 'WebGroup'],
          ['tcp 7000', 'AppGroup'],
        ],
        [
          ['tcp 5432', 'DataGroup'],
          ['tcp 7000', 'AppGroup'],
        ],
      )
      .group('DataGroup', 'A', [['tcp 5432', 'AppGroup']], [])
      .host('Web', 'A1', 'WebGroup')
      .host('App', 'A2', 'AppGroup')
      .host('Peer', 'A2', 'AppGroup')
      .host('Data', 'A2', 'DataGroup');

  test('a rule that names a group admits its members and nobody else [network-sg-reference, network-three-tiers]', () => {
    const network = chain().model();
    expect(network).toReach('internet', 'Web', tcp(443));
    expect(network).toReach('Web', 'App', tcp(8080));
    expect(network).toReach('App', 'Data', tcp(5432));
    expect(network).not.toReach('internet', 'App', anything);
    expect(network).not.toReach('internet', 'Data', anything);
    expect(network).not.toReach('Web', 'Data', anything);
    expect(network).not.toReach('Front', 'App', anything);
    expect(network).not.toReach('Data', 'internet', anything);
    expect(stop(chain(), 'Front', 'App', tcp(8080))).toBe('the security group of App admits tcp 8080 only from Web');
    expect(stop(chain(), 'Web', 'Data', tcp(5432))).toBe(
      'the security group of Web lets out only tcp 8080 to App, Peer',
    );
  });

  test('a rule that names its own group lets members talk to each other [network-sg-reference]', () => {
    expect(chain().model()).toReach('App', 'Peer', tcp(7000));
    expect(chain().model()).not.toReach('Web', 'Peer', tcp(7000));
    const fleet = chain()
      .add('Template', 'EC2::LaunchTemplate', { LaunchTemplateData: { SecurityGroupIds: [ref('AppGroup')] } })
      .add('Fleet', 'AutoScaling::AutoScalingGroup', {
        VPCZoneIdentifier: [ref('A2')],
        LaunchTemplate: { LaunchTemplateId: ref('Template'), Version: '1' },
      });
    expect(fleet.model()).toReach('Fleet', 'Fleet', tcp(7000));
  });

  test('the reply needs no rule: groups remember connections, ACLs do not [network-filter-order]', () => {
    const answer = chain().model().canReach('Web', 'App', tcp(8080));
    const reply = answer.path.filter(({ direction }) => direction === 'reply').map(({ layer }) => layer);
    expect(reply).toContain('network ACL');
    expect(reply).not.toContain('security group');
  });

  test('a request meets the route, then the ACL, then the group, and each may be the one that denies [network-filter-order]', () => {
    const request = chain()
      .model()
      .canReach('internet', 'Web', tcp(443))
      .path.filter(({ direction }) => direction === 'request');
    expect(request.map(({ layer }) => layer)).toEqual(['gateway', 'network ACL', 'security group']);
    const layer = (sketch: Sketch, from = 'internet') =>
      sketch.model().canReach(from, 'Web', tcp(443)).stoppedBy?.layer;
    expect(layer(chain().without('IgwAttachment'))).toBe('gateway');
    expect(layer(chain().acl('Deny', ['A1'], ['100 out allow all to 0.0.0.0/0']))).toBe('network ACL');
    expect(layer(chain().group('WebGroup', 'A', []))).toBe('security group');
    expect(layer(chain().without('PublicTableOfA1'))).toBe('route');
  });

  test('groups add up, inline rules with rules of their own', () => {
    const sketch = plainVpc()
      .group('One', 'A', [['tcp 80', '0.0.0.0/0']])
      .group('Two', 'A', [])
      .ingress('Two', 'tcp 81', '10.0.1.0/24')
      .host('Server', 'A2', undefined, { SecurityGroupIds: [ref('One'), ref('Two')] });
    expect(sketch.model()).toReach('Front', 'Server', tcp(80, 81));
    expect(sketch.model()).not.toReach('Front', 'Server', tcp(82));
  });

  test('a group without a rule outwards lets everything out, and one rule of its own ends that', () => {
    const sketch = plainVpc().group('Quiet', 'A', []).host('Sender', 'A1', 'Quiet');
    expect(sketch.model()).toReach('Sender', 'internet', anything);
    sketch.add('Only', 'EC2::SecurityGroupEgress', {
      GroupId: ref('Quiet'),
      IpProtocol: 'tcp',
      FromPort: 443,
      ToPort: 443,
      CidrIp: '0.0.0.0/0',
    });
    expect(sketch.model()).toReach('Sender', 'internet', tcp(443));
    expect(sketch.model()).not.toReach('Sender', 'internet', tcp(80));
  });

  test('without a group a host is in the default one, whose members talk to each other until it is emptied', () => {
    const sketch = plainVpc().host('One', 'A1', undefined).host('Two', 'A2', undefined);
    expect(sketch.model()).toReach('One', 'Two', anything);
    expect(sketch.model()).not.toReach('Front', 'Two', anything);
    sketch.add('Emptied', 'Custom::VpcRestrictDefaultSG', { DefaultSecurityGroupId: att('A', 'DefaultSecurityGroup') });
    expect(sketch.model()).not.toReach('One', 'Two', anything);
    expect(sketch.model()).not.toReach('One', 'internet', anything);
  });

  test('a managed prefix list stands for its ranges; one that the template does not hold is not guessed', () => {
    const sketch = plainVpc()
      .add('Offices', 'EC2::PrefixList', {
        AddressFamily: 'IPv4',
        Entries: [{ Cidr: '198.51.100.0/24' }, { Cidr: '203.0.113.0/24' }],
      })
      .group('FromOffices', 'A', [['tcp 22', 'pl:Offices']])
      .group('FromCdn', 'A', [['tcp 80', 'pl-3b927c52']])
      .host('Jump', 'A1', 'FromOffices')
      .host('Origin', 'A1', 'FromCdn');
    const network = sketch.model();
    expect(network).toReach('198.51.100.20', 'Jump', tcp(22));
    expect(network).toReach('203.0.113.20', 'Jump', tcp(22));
    expect(network).not.toReach('internet', 'Jump', anything);
    expect(network.canReach('internet', 'Origin', tcp(80))).toMatchObject({
      verdict: 'unknown',
      doubts: ['the ranges of the prefix list pl-3b927c52 are not in the templates'],
    });
    expect(network).not.toReach('internet', 'Origin', tcp(81));
  });

  test('a rule for a part of a subnet may or may not be for a host in it, unless its address is written down', () => {
    const sketch = plainVpc()
      .group('Half', 'A', [['tcp 80', '10.0.1.0/25']])
      .host('Server', 'A2', 'Half')
      .host('Low', 'A1', 'Open', { PrivateIpAddress: '10.0.1.10' })
      .host('High', 'A1', 'Open', { PrivateIpAddress: '10.0.1.200' });
    const network = sketch.model();
    expect(network.canReach('Front', 'Server', tcp(80))).toMatchObject({
      verdict: 'unknown',
      doubts: ['10.0.1.0/25 holds only a part of 10.0.1.0/24'],
    });
    expect(network).toReach('Low', 'Server', tcp(80));
    expect(network).not.toReach('High', 'Server', tcp(80));
  });

  test('a range the rules single out has a line of its own; the internet is what nobody singled out', () => {
    const sketch = plainVpc()
      .group('Jump', 'A', [['tcp 22', '198.51.100.7/32']], [])
      .host('Bastion', 'A1', 'Jump');
    const network = sketch.model();
    expect(network).not.toReach('internet', 'Bastion', tcp(22));
    expect(network).toReach('198.51.100.7', 'Bastion', tcp(22));
    expect(
      network
        .table()
        .filter(({ to }) => to === 'Bastion')
        .map(({ from }) => from),
    ).toEqual(['198.51.100.7/32']);
  });

  test('the whole internet in halves is still the internet', () => {
    const sketch = plainVpc()
      .group('Halves', 'A', [
        ['tcp 22', '0.0.0.0/1'],
        ['tcp 22', '128.0.0.0/1'],
      ])
      .group('OneHalf', 'A', [['tcp 22', '0.0.0.0/1']])
      .host('Both', 'A1', 'Halves')
      .host('Half', 'A1', 'OneHalf');
    expect(sketch.model()).toReach('internet', 'Both', tcp(22));
    const answer = sketch.model().canReach('internet', 'Half', tcp(22));
    expect(answer).toMatchObject({ verdict: 'reachable', isPartial: true });
  });
});
