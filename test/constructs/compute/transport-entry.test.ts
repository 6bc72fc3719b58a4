import { Stack } from 'aws-cdk-lib';
import { Peer } from 'aws-cdk-lib/aws-ec2';
import {
  NetworkLoadBalancer,
  NetworkTargetGroup,
  Protocol,
  SslPolicy,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Template } from 'aws-cdk-lib/assertions';
import { EntryAddresses } from '../../../lib/constructs/compute/entry-addresses';
import { EntryPort } from '../../../lib/constructs/compute/entry-port';
import { Exposure } from '../../../lib/constructs/compute/exposure';
import { PoolMembers } from '../../../lib/constructs/compute/pool-members';
import { TransportEntry, type TransportEntryProps } from '../../../lib/constructs/compute/transport-entry';
import { TransportHealth } from '../../../lib/constructs/compute/transport-health';
import type { TransportPoolProps } from '../../../lib/constructs/compute/transport-pool';
import { LogBucket } from '../../../lib/constructs/storage/log-bucket';
import { NetworkModel } from '../../support/reachability';
import { all, Door, isPrivate, isPublic, only, pairs, refusedPool, tcp } from './door';
import { Parts } from './parts';

const listeners = (template: Template) => all(template, 'ElasticLoadBalancingV2::Listener').map(([, one]) => one);
const attributes = (template: Template) =>
  pairs(only(template, 'ElasticLoadBalancingV2::LoadBalancer').LoadBalancerAttributes);
const refused =
  (ports: (door: Door) => EntryPort[], props: (door: Door) => Partial<TransportEntryProps> = () => ({})) =>
  () => {
    const door = new Door();
    return door.entry(ports(door), props(door));
  };

describe('addresses', () => {
  test('each zone has a node with an Elastic IP of its own, which waits for the way to the internet [compute-nlb-core]', () => {
    const door = new Door();
    const { addresses } = door.entry(tcp(door), { addresses: EntryAddresses.elastic() });
    const { template } = door;
    const ids = all(template, 'EC2::EIP')
      .map(([id]) => id)
      .filter((id) => id.startsWith('Door'));
    expect(ids).toHaveLength(2);
    expect(addresses.map((address) => door.stack.resolve(address))).toEqual(ids.map((id) => ({ Ref: id })));
    const balancer = only(template, 'ElasticLoadBalancingV2::LoadBalancer');
    const subnets = door.parts.vpc.publicSubnets.map(({ subnetId }) => door.stack.resolve(subnetId));
    expect(balancer).toMatchObject({ Type: 'network', Scheme: 'internet-facing' });
    expect(balancer.Subnets).toBeUndefined();
    expect(balancer.SubnetMappings).toEqual(
      subnets.map((SubnetId, i) => ({ SubnetId, AllocationId: { 'Fn::GetAtt': [ids[i], 'AllocationId'] } })),
    );
    for (const id of [...ids, ...Object.keys(template.findResources('AWS::ElasticLoadBalancingV2::LoadBalancer'))])
      expect(template.toJSON().Resources[id].DependsOn).toContainEqual(expect.stringMatching(/DefaultRoute/));
  });

  test('addresses that were there before stay when the stack goes [compute-nlb-core]', () => {
    const door = new Door();
    const owned = ['eipalloc-0123456789abcdef0', 'eipalloc-0123456789abcdef1'];
    door.entry(tcp(door), { addresses: EntryAddresses.owned(owned) });
    const { template } = door;
    const { SubnetMappings } = only(template, 'ElasticLoadBalancingV2::LoadBalancer');
    expect(SubnetMappings.map(({ AllocationId }: any) => AllocationId)).toEqual(owned);
    // The one of the NAT gateway.
    expect(all(template, 'EC2::EIP').filter(([id]) => id.startsWith('Door'))).toEqual([]);
  });

  test('without more, AWS chooses one for each zone [compute-nlb-core]', () => {
    const door = new Door();
    door.entry(tcp(door));
    const { Subnets, SubnetMappings } = only(door.template, 'ElasticLoadBalancingV2::LoadBalancer');
    expect([Subnets.length, SubnetMappings]).toEqual([2, undefined]);
  });

  test.each([true, false])(
    'whether nodes serve other zones is always written: %s [compute-nlb-core, compute-cross-zone]',
    (crossZone) => {
      const door = new Door();
      door.entry(tcp(door), { crossZone });
      expect(attributes(door.template)['load_balancing.cross_zone.enabled']).toBe(`${crossZone}`);
    },
  );

  test.each<[string, (door: Door) => Partial<TransportEntryProps>, string]>([
    [
      'fewer addresses than zones',
      () => ({ addresses: EntryAddresses.owned(['eipalloc-0123456789abcdef0']) }),
      'addresses are 1 for 2 zones; give one for each',
    ],
    [
      'one address twice',
      () => ({ addresses: EntryAddresses.owned(['eipalloc-0123456789abcdef0', 'eipalloc-0123456789abcdef0']) }),
      'addresses name one twice; a node takes one of its own',
    ],
    [
      'an address instead of its allocation',
      () => ({ addresses: EntryAddresses.owned(['192.0.2.1', 'eipalloc-0123456789abcdef0']) }),
      'addresses have 192.0.2.1; give the allocation id of an Elastic IP, such as eipalloc-0123456789abcdef0',
    ],
    [
      'public addresses of something private',
      () => ({
        subnets: isPrivate,
        exposure: Exposure.internal([Peer.ipv4('10.0.0.0/16')]),
        addresses: EntryAddresses.elastic(),
      }),
      'addresses are Elastic IPs, which are public, and the exposure is not; take Exposure.internet(), or EntryAddresses.assigned()',
    ],
    [
      'public nodes in private subnets',
      () => ({ subnets: isPrivate }),
      'subnets have no route to an internet gateway but the exposure is the internet; give public subnets, or Exposure.internal(…)',
    ],
    [
      'one zone',
      ({ parts }) => ({ subnets: { subnets: [parts.vpc.publicSubnets[0]] } }),
      'subnets are in 1 zone; a load balancer needs one subnet in each of two or more',
    ],
    [
      'an exposure that is for others',
      () => ({ subnets: isPrivate, exposure: Exposure.vpcOrigin() }),
      'exposure is for a distribution, whose origin inside a network speaks HTTP; take an AppLoadBalancer',
    ],
  ])('fails when given %s [compute-nlb-core]', (_, props, fault) => {
    expect(refused(tcp, props)).toThrow(`Stack/Door:\n  ${fault}`);
  });

  test('the CDK refuses a listener and a pool of HTTP by itself, and so does the pool, with what to take instead [compute-nlb-core]', () => {
    const { stack, parts } = new Door();
    const balancer = new NetworkLoadBalancer(stack, 'Balancer', { vpc: parts.vpc });
    const bare = new NetworkTargetGroup(stack, 'Bare', { vpc: parts.vpc, port: 80 });
    expect(() =>
      balancer.addListener('Http', { port: 80, protocol: Protocol.HTTP, defaultTargetGroups: [bare] }),
    ).toThrow('The protocol must be one of TCP, TLS, UDP, TCP_UDP. Found HTTP');
    expect(refusedPool({ protocol: Protocol.HTTP })).toThrow(
      'Stack/Orders:\n  protocol is HTTP, which a Network Load Balancer does not read; take TCP, UDP, TCP_UDP or TLS, or an AppLoadBalancer',
    );
  });
});

describe('ports', () => {
  test('two applications are two ports, each with a pool of its own: 4569 and 6708 [compute-nlb-ports]', () => {
    const door = new Door();
    const tallies = door.pool('Tallies', { port: 6708 });
    door.entry([...tcp(door), EntryPort.tcp(6708, tallies)]);
    const { template } = door;
    const group = (id: string) => all(template, 'ElasticLoadBalancingV2::TargetGroup').find(([key]) => key === id)![1];
    expect(
      listeners(template).map(({ Port, Protocol: protocol, DefaultActions: [action] }) => [
        Port,
        protocol,
        action.Type,
        group(action.TargetGroupArn.Ref).Port,
      ]),
    ).toEqual([
      [4569, 'TCP', 'forward', 4569],
      [6708, 'TCP', 'forward', 6708],
    ]);
  });

  test('several ports may lead to one pool, whose alarms and ways are made once [compute-nlb-ports]', () => {
    const door = new Door();
    const pool = door.pool();
    door.entry([EntryPort.tcp(4569, pool), EntryPort.tcp(80, pool)], { alarms: door.parts.alarms });
    const { template } = door;
    expect(
      new Set(listeners(template).map(({ DefaultActions: [{ TargetGroupArn }] }) => TargetGroupArn.Ref)).size,
    ).toBe(1);
    expect(all(template, 'CloudWatch::Alarm').map(([, one]) => [one.MetricName, one.Threshold])).toEqual([
      ['UnHealthyHostCount', 1],
      ['HealthyHostCount', 1],
    ]);
  });

  const waitsFor = (stack: Stack, group: RegExp) =>
    Object.entries(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'))
      .filter(([, { DependsOn = [] }]) => DependsOn.some((id: string) => group.test(id)))
      .map(([id]) => id.replace(/[0-9A-F]{8}$/, ''));

  test('the alarm of an empty pool is made when its group is there, or a first deployment would raise it', () => {
    const door = new Door();
    const pool = door.pool();
    door.entry([EntryPort.tcp(4569, pool)], { alarms: door.parts.alarms });
    door.parts.fleet({ transports: [pool] });
    new TransportEntry(door.stack, 'Later', {
      vpc: door.parts.vpc,
      subnets: isPublic,
      crossZone: true,
      ports: [EntryPort.tcp(80, pool)],
      alarms: door.parts.alarms,
    });
    expect(waitsFor(door.stack, /^FleetGroupASG/)).toEqual(['DoorOrdersGone', 'LaterOrdersGone']);
  });

  test('it waits for no group of another stack, which waits for the pool', () => {
    const door = new Door();
    const pool = door.pool();
    door.entry([EntryPort.tcp(4569, pool)], { alarms: door.parts.alarms });
    const { group } = new Parts(new Stack(door.stack.node.root, 'Other')).fleet();
    pool.filledBy(group);
    expect(waitsFor(door.stack, /ASG/)).toEqual([]);
    expect(door.stack.dependencies).toEqual([]);
  });

  test.each<[string, (door: Door) => EntryPort[], string]>([
    ['no port', () => [], 'ports are none, so nobody could come in; name one at least'],
    [
      'a port twice',
      (door) => [
        EntryPort.tcp(53, door.pool()),
        EntryPort.udp(
          53,
          door.pool('Names', { protocol: Protocol.UDP, health: TransportHealth.connection({ port: 80 }) }),
        ),
      ],
      'ports have 53 twice, and a balancer listens on a port once; for TCP and UDP on one take EntryPort.tcpAndUdp',
    ],
    [
      'a port that is none',
      (door) => [EntryPort.tcp(70_000, door.pool())],
      'port is 70000; give a whole number from 1 to 65535',
    ],
    [
      'a pool that speaks otherwise',
      (door) => [EntryPort.udp(4569, door.pool())],
      'port 4569 takes UDP and its pool Stack/Orders TCP, which it cannot hand on; give the pool UDP',
    ],
    [
      'a port for administrators that is open to the world',
      (door) => [EntryPort.tcp(22, door.pool())],
      'ingress opens 22 (SSH) to 0.0.0.0/0; admit known addresses, or use Session Manager, which needs no open port',
    ],
  ])('fails when given %s [compute-nlb-ports]', (_, ports, fault) => {
    expect(refused(ports)).toThrow(`Stack/Door:\n  ${fault}`);
  });
});

describe('who is let in', () => {
  const health = TransportHealth.http('/health', { port: 8080 });
  const built = (exposure?: Exposure) => {
    const door = new Door();
    const orders = door.pool('Orders', { health });
    const echo = door.pool('Echo', { port: 4570, protocol: Protocol.UDP, health });
    door.entry([EntryPort.tcp(4569, orders), EntryPort.udp(4570, echo)], {
      ...(exposure && { exposure, subnets: isPrivate }),
    });
    door.parts.fleet({ transports: [orders, echo] });
    return door;
  };
  const outward = ['Fleet', 'internet', 'tcp 443'] as const;

  test('clients reach its ports, it the members on the ports of traffic and probes, and nobody else anybody [compute-nlb-security-group, compute-nlb-health]', () => {
    const network = NetworkModel.fromTemplates(built().template.toJSON());
    expect(network).toHaveReachability([
      ['internet', 'Balancer', 'tcp 4569; udp 4570'],
      ['Balancer', 'Fleet', 'tcp 4569,8080; udp 4570'],
      outward,
    ]);
    expect(network).not.toReach('internet', 'Fleet');
  });

  test('a pool of connections alone is probed on a port of its own too, which no other pool opens [compute-nlb-security-group, compute-nlb-health]', () => {
    const door = new Door();
    const orders = door.pool('Orders', { health });
    door.entry([EntryPort.tcp(4569, orders)]);
    door.parts.fleet({ transports: [orders] });
    const network = NetworkModel.fromTemplates(door.template.toJSON());
    expect(network).toHaveReachability([
      ['internet', 'Balancer', 'tcp 4569'],
      ['Balancer', 'Fleet', 'tcp 4569,8080'],
      outward,
    ]);
  });

  test('members name the group of the entry, which holds also when they see the addresses of their clients [compute-nlb-security-group]', () => {
    const { template } = built();
    const rules = all(template, 'EC2::SecurityGroupIngress').map(([, one]) => [
      one.SourceSecurityGroupId['Fn::GetAtt'][0],
      one.IpProtocol,
      one.FromPort,
    ]);
    expect(rules.map(([, ...rest]) => rest).sort()).toEqual([
      ['tcp', 4569],
      ['tcp', 8080],
      ['udp', 4570],
    ]);
    for (const [group] of rules) expect(group).toMatch(/^DoorGroup/);
    for (const [, { TargetGroupAttributes }] of all(template, 'ElasticLoadBalancingV2::TargetGroup'))
      expect(pairs(TargetGroupAttributes)['preserve_client_ip.enabled']).toBe('true');
  });

  test('the CDK alone makes a group through which nothing passes [compute-nlb-security-group]', () => {
    const { stack, parts } = new Door();
    const balancer = new NetworkLoadBalancer(stack, 'Balancer', { vpc: parts.vpc, internetFacing: true });
    const group = new NetworkTargetGroup(stack, 'Targets', {
      vpc: parts.vpc,
      port: 4569,
      targetType: TargetType.INSTANCE,
    });
    balancer.addListener('Orders', { port: 4569, defaultTargetGroups: [group] });
    const { Properties } = Object.values(Template.fromStack(stack).findResources('AWS::EC2::SecurityGroup'))[0];
    expect([Properties.SecurityGroupIngress, Properties.SecurityGroupEgress]).toEqual([
      undefined,
      [expect.objectContaining({ CidrIp: '255.255.255.255/32' })],
    ]);
  });

  test('inside it lets in whom it names, and what comes by PrivateLink is asked too [compute-nlb-security-group]', () => {
    const { template } = built(Exposure.internal([Peer.ipv4('10.0.0.0/16')]));
    const [, { SecurityGroupIngress: rules }] = all(template, 'EC2::SecurityGroup').find(([id]) =>
      /^DoorGroup/.test(id),
    )!;
    expect(rules.map((one: any) => [one.CidrIp, one.IpProtocol, one.FromPort])).toEqual([
      ['10.0.0.0/16', 'tcp', 4569],
      ['10.0.0.0/16', 'udp', 4570],
    ]);
    const balancer = only(template, 'ElasticLoadBalancingV2::LoadBalancer');
    expect(balancer).toMatchObject({ Scheme: 'internal', EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'on' });
  });

  test('for PrivateLink alone it lets nobody in, and does not ask who was accepted [compute-nlb-security-group]', () => {
    const { template } = built(Exposure.privateLink());
    const [, group] = all(template, 'EC2::SecurityGroup').find(([id]) => /^DoorGroup/.test(id))!;
    expect(group.SecurityGroupIngress).toBeUndefined();
    expect(only(template, 'ElasticLoadBalancingV2::LoadBalancer')).toMatchObject({
      Scheme: 'internal',
      EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'off',
    });
  });

  test('for an accelerator its nodes are private, and clients come under addresses of their own', () => {
    const { template } = built(Exposure.accelerator());
    const [, { SecurityGroupIngress: rules }] = all(template, 'EC2::SecurityGroup').find(([id]) =>
      /^DoorGroup/.test(id),
    )!;
    expect(rules.map((one: any) => `${one.CidrIp ?? one.CidrIpv6} ${one.IpProtocol} ${one.FromPort}`)).toEqual([
      '0.0.0.0/0 tcp 4569',
      '::/0 tcp 4569',
      '0.0.0.0/0 udp 4570',
      '::/0 udp 4570',
    ]);
    expect(only(template, 'ElasticLoadBalancingV2::LoadBalancer').Scheme).toBe('internal');
  });

  test('addresses are reached as addresses, or by the group of whoever has them [compute-nlb-security-group]', () => {
    const egress = (group: boolean) => {
      const door = new Door();
      const members = PoolMembers.addresses(['10.0.128.9', '10.1.0.9'], group ? door.parts.template() : undefined);
      const pool = door.pool('Orders', { members });
      door.entry([EntryPort.tcp(4569, pool)]);
      const { template } = door;
      const [, { SecurityGroupEgress: rules }] = all(template, 'EC2::SecurityGroup').find(([id]) =>
        /^DoorGroup/.test(id),
      )!;
      const { Targets } = only(template, 'ElasticLoadBalancingV2::TargetGroup');
      expect(Targets).toEqual([
        { Id: '10.0.128.9', Port: 4569 },
        { Id: '10.1.0.9', Port: 4569, AvailabilityZone: 'all' },
      ]);
      return [rules.map(({ CidrIp }: any) => CidrIp), all(template, 'EC2::SecurityGroupEgress').length];
    };
    expect(egress(false)).toEqual([['10.0.128.9/32', '10.1.0.9/32'], 0]);
    expect(egress(true)).toEqual([['127.0.0.1/32'], 1]);
  });

  test('one instance joins as the members of a group do [compute-nlb-security-group]', () => {
    const door = new Door();
    const pool = door.pool();
    pool.add(door.parts.instance().instance);
    door.entry([EntryPort.tcp(4569, pool)]);
    const { template } = door;
    expect(only(template, 'ElasticLoadBalancingV2::TargetGroup').Targets).toEqual([
      { Id: { Ref: expect.stringMatching(/^Server/) } },
    ]);
    expect(NetworkModel.fromTemplates(template.toJSON())).toReach('Balancer', 'Server', 'tcp 4569');
  });

  test('fails when a group joins a pool too early, or one of another kind', () => {
    const early = new Door();
    expect(() => early.parts.fleet({ transports: [early.pool()] })).toThrow(
      'Stack/Fleet:\n  pool Stack/Orders is used by no load balancer yet; make the TransportEntry that leads to it first',
    );
    const door = new Door();
    const pool = door.pool('Orders', { members: PoolMembers.addresses(['10.0.128.9']) });
    door.entry([EntryPort.tcp(4569, pool)]);
    expect(() => door.parts.fleet({ transports: [pool] })).toThrow(
      'pool Stack/Orders holds no instances, as the members of a group are; give it PoolMembers.instances()',
    );
    const { instance } = new Door().parts.instance();
    expect(() => pool.add(instance)).toThrow(
      'Stack/Orders:\n  Stack/Server/Instance is an instance, and the pool holds others; take PoolMembers.instances()',
    );
  });
});

describe('encryption', () => {
  test('what is encrypted is handed on as it is: no certificate, no policy, TCP on both sides [compute-tls-pass-through]', () => {
    const door = new Door();
    door.entry([EntryPort.passThrough(door.pool('Pages', { port: 8443 }))]);
    const { template } = door;
    const [listener] = listeners(template);
    expect(listener).toMatchObject({ Port: 443, Protocol: 'TCP' });
    expect(Object.keys(listener).sort()).toEqual(['DefaultActions', 'LoadBalancerArn', 'Port', 'Protocol']);
    expect(only(template, 'ElasticLoadBalancingV2::TargetGroup')).toMatchObject({ Port: 8443, Protocol: 'TCP' });
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::ListenerRule', 0);
  });

  test('the CDK refuses certificates on TCP by itself [compute-tls-pass-through]', () => {
    const door = new Door();
    const balancer = new NetworkLoadBalancer(door.stack, 'Balancer', { vpc: door.parts.vpc });
    const pool = door.pool();
    expect(() =>
      balancer.addListener('Tls', {
        port: 443,
        protocol: Protocol.TCP,
        certificates: [door.certificate],
        defaultTargetGroups: [pool.targetGroup],
      }),
    ).toThrow('Protocol must be TLS when certificates have been specified');
  });

  test('it can end at the entry instead, with a policy and access logs that the service may write [compute-nlb-core, compute-tls-policy]', () => {
    const door = new Door();
    door.entry([EntryPort.tls(door.pool(), { certificate: door.certificate })], {
      logs: new LogBucket(door.stack, 'Logs'),
    });
    const { template } = door;
    const [listener] = listeners(template);
    expect(listener).toMatchObject({
      Port: 443,
      Protocol: 'TLS',
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-PQ-2025-09',
      Certificates: [{ CertificateArn: expect.any(String) }],
    });
    expect(attributes(template)).toMatchObject({
      'access_logs.s3.enabled': 'true',
      'access_logs.s3.bucket': { Ref: expect.stringMatching(/^LogsBucket/) },
      'access_logs.s3.prefix': 'Stack/Door',
    });
    const { PolicyDocument } = only(template, 'S3::BucketPolicy');
    const written = PolicyDocument.Statement.filter(
      ({ Principal }: any) => Principal.Service === 'delivery.logs.amazonaws.com',
    );
    expect(written.map(({ Action }: any) => Action)).toEqual(['s3:PutObject', 's3:GetBucketAcl']);
    for (const { Condition } of written)
      expect(Condition.StringEquals['aws:SourceAccount']).toEqual({ Ref: 'AWS::AccountId' });
    expect(written[0].Condition.StringEquals['s3:x-amz-acl']).toBe('bucket-owner-full-control');
  });

  test.each<[string, (door: Door) => EntryPort[], (door: Door) => Partial<TransportEntryProps>, string]>([
    [
      'TLS ends without logs',
      (door) => [EntryPort.tls(door.pool(), { certificate: door.certificate })],
      () => ({}),
      'a port ends TLS and logs are none; give a LogBucket, nobody else sees who was refused a handshake',
    ],
    [
      'logs would stay empty',
      tcp,
      ({ stack }) => ({ logs: new LogBucket(stack, 'Logs') }),
      'logs are given and no port ends TLS, of which alone they are written; leave them out',
    ],
    [
      'the policy is old',
      (door) => [EntryPort.tls(door.pool(), { certificate: door.certificate, policy: SslPolicy.RECOMMENDED })],
      ({ stack }) => ({ logs: new LogBucket(stack, 'Logs') }),
      'policy is ELBSecurityPolicy-2016-08, which still takes TLS 1.0 or 1.1; take SslPolicy.TLS13_12_PQ, or name the clients that need it in legacyClients',
    ],
  ])('fails when %s [compute-tls-pass-through]', (_, ports, props, fault) => {
    expect(refused(ports, props)).toThrow(`Stack/Door:\n  ${fault}`);
  });
});

describe('an Application Load Balancer behind it', () => {
  const health = TransportHealth.http('/health');
  const behind = (props: Partial<TransportPoolProps>, exposure?: Exposure) => {
    const door = new Door();
    const members = PoolMembers.balancer(door.inner(exposure));
    return { door, pool: door.pool('Requests', { port: 80, health, members, ...props }) };
  };

  test('is one target, of TCP, on the port that it serves, and there first [compute-nlb-alb-target]', () => {
    const { door, pool } = behind({});
    door.entry([EntryPort.tcp(80, pool)], { addresses: EntryAddresses.elastic() });
    const { template } = door;
    const [[, group]] = Object.entries(template.findResources('AWS::ElasticLoadBalancingV2::TargetGroup')).filter(
      ([id]) => id.startsWith('Requests'),
    );
    expect(group.Properties).toMatchObject({
      TargetType: 'alb',
      Protocol: 'TCP',
      Port: 80,
      HealthCheckProtocol: 'HTTP',
      HealthCheckPath: '/health',
      Targets: [{ Id: { Ref: expect.stringMatching(/^EntryBalancer/) }, Port: 80 }],
    });
    expect(pairs(group.Properties.TargetGroupAttributes)).toEqual({ 'deregistration_delay.timeout_seconds': '300' });
    expect(group.DependsOn).toContainEqual(expect.stringMatching(/^EntryBalancerHttp/));
  });

  test('is reached by the entry, and by nobody else [compute-nlb-alb-target, compute-nlb-security-group]', () => {
    const { door, pool } = behind({});
    door.entry([EntryPort.tcp(80, pool)]);
    const network = NetworkModel.fromTemplates(door.template.toJSON());
    expect(network).toHaveReachability([
      ['internet', 'Door/Balancer', 'tcp 80'],
      ['Door/Balancer', 'Entry/Balancer', 'tcp 80'],
    ]);
  });

  test.each<[string, Partial<TransportPoolProps>, Exposure | undefined, string]>([
    [
      'the port is not the one it serves',
      { port: 443 },
      undefined,
      'port is 443, and Stack/Entry serves 80; give that port, a target takes no other',
    ],
    [
      'it has public addresses of its own',
      {},
      Exposure.internet(),
      'balancer is Stack/Entry, which has public addresses of its own, so that clients could pass the fixed ones by; give it Exposure.behindEntry()',
    ],
    [
      'it would get datagrams',
      { protocol: Protocol.TCP_UDP },
      undefined,
      'protocol is TCP_UDP, and an Application Load Balancer is a target of TCP alone; leave protocol out',
    ],
    [
      'it is probed by a connection',
      { health: TransportHealth.connection() },
      undefined,
      'health is a connection, and an Application Load Balancer is probed by HTTP or HTTPS; take TransportHealth.http(path)',
    ],
    [
      'clients would come back to the only one there is',
      { sticky: true },
      undefined,
      'sticky is true for one Application Load Balancer, so that there is nothing to choose from; set stickiness on the pools behind that',
    ],
  ])('fails when %s [compute-nlb-alb-target]', (_, props, exposure, fault) => {
    expect(() => behind(props, exposure)).toThrow(`Stack/Requests:\n  ${fault}`);
  });

  test('fails when it would get what it cannot open, or what the entry has opened [compute-nlb-alb-target, compute-tls-pass-through]', () => {
    const plain = behind({});
    expect(() => plain.door.entry([EntryPort.passThrough(plain.pool)])).toThrow(
      'port 443 hands encrypted connections to Stack/Requests, whose load balancer serves HTTP only; give that one Transport.tls(…)',
    );
    const ended = behind({});
    expect(() =>
      ended.door.entry([EntryPort.tls(ended.pool, { certificate: ended.door.certificate })], {
        logs: new LogBucket(ended.door.stack, 'DoorLogs'),
      }),
    ).toThrow(
      'port 443 ends TLS before Stack/Requests, an Application Load Balancer, which takes TCP alone; let that one end it, and take EntryPort.passThrough',
    );
  });

  test('an Application Load Balancer offers nothing by PrivateLink', () => {
    expect(() => new Door().inner(Exposure.privateLink())).toThrow(
      'exposure is for PrivateLink, which offers no Application Load Balancer; take a TransportEntry, with this one behind it if need be',
    );
  });
});
