import type { Template } from 'aws-cdk-lib/assertions';
import type { ProfileName } from '../../lib/profile';
import type { Settings } from '../../lib/settings';
import { architecture, matchesItsSnapshots } from '../support/architecture';
import { networkOf } from '../support/reachability';

const name = 'static-ip-entry';
const sandbox = architecture(name);
const production = architecture(name, { profile: 'production' });
const withRules: Settings = { variant: ['request-rules'] };
const rules = architecture(name, withRules);

const all = (template: Template, type: string): [string, any][] =>
  Object.entries(template.findResources(`AWS::${type}`)).map(([id, { Properties }]) => [id, Properties]);
const entryOf = (template: Template): any =>
  all(template, 'ElasticLoadBalancingV2::LoadBalancer').find(([, { Type }]) => Type === 'network')![1];
const pairs = (attributes: any[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ Key, Value }) => [Key, Value]));
const group = (template: Template, id: string): any =>
  all(template, 'ElasticLoadBalancingV2::TargetGroup').find(([key]) => key === id)![1];
/** What each port of the entry leads to: protocol, port and target group. */
const doors = (template: Template): Record<number, any> =>
  Object.fromEntries(
    all(template, 'ElasticLoadBalancingV2::Listener')
      .filter(([id]) => id.startsWith('Entry'))
      .map(
        ([
          ,
          {
            Port,
            Protocol,
            DefaultActions: [{ TargetGroupArn }],
            Certificates,
          },
        ]) => [Port, { protocol: Protocol, certificates: Certificates, pool: group(template, TargetGroupArn.Ref) }],
      ),
  );

describe('addresses', () => {
  test.each<[ProfileName, Template]>([
    ['sandbox', sandbox],
    ['production', production],
  ])('in %s each zone has one that stays, and is told [compute-nlb-core]', (_, template) => {
    const addresses = all(template, 'EC2::EIP')
      .map(([id]) => id)
      .filter((id) => id.startsWith('Entry'));
    const { SubnetMappings, Scheme } = entryOf(template);
    expect(Scheme).toBe('internet-facing');
    expect(SubnetMappings.map(({ AllocationId }: any) => AllocationId['Fn::GetAtt'])).toEqual(
      addresses.map((id) => [id, 'AllocationId']),
    );
    expect(new Set(SubnetMappings.map(({ SubnetId }: any) => SubnetId.Ref)).size).toBe(2);
    const told = Object.entries(template.findOutputs('*')).filter(([id]) => /^Address\d$/.test(id));
    expect(told.map(([, { Value }]) => Value)).toEqual(addresses.map((id) => ({ Ref: id })));
  });

  test('each node serves servers of all zones, so that an address answers while its zone has none [compute-cross-zone]', () => {
    expect(pairs(entryOf(sandbox).LoadBalancerAttributes)['load_balancing.cross_zone.enabled']).toBe('true');
  });

  test('are protected in production', () => {
    const protection = (template: Template) =>
      pairs(entryOf(template).LoadBalancerAttributes)['deletion_protection.enabled'];
    expect([protection(sandbox), protection(production)]).toEqual(['false', 'true']);
  });
});

describe('ports', () => {
  test('lead to services of their own: two applications, datagrams, and TLS that nobody opens [compute-nlb-ports, compute-tls-pass-through]', () => {
    const found = Object.entries(doors(sandbox)).map(([port, { protocol, pool, certificates }]) => [
      Number(port),
      protocol,
      pool.Protocol,
      pool.Port,
      certificates,
    ]);
    expect(found).toEqual([
      [443, 'TCP', 'TCP', 8443, undefined],
      [4569, 'TCP', 'TCP', 4569, undefined],
      [4570, 'UDP', 'UDP', 4570, undefined],
      [6708, 'TCP', 'TCP', 6708, undefined],
    ]);
    sandbox.resourceCountIs('AWS::CertificateManager::Certificate', 0);
  });

  test('all are probed where servers tell how they are, by HTTP, also what speaks in datagrams [compute-nlb-health]', () => {
    for (const { pool } of Object.values(doors(sandbox)))
      expect(pool).toMatchObject({ HealthCheckProtocol: 'HTTP', HealthCheckPort: '8080', HealthCheckPath: '/health' });
  });

  test('a client of the tally comes back to the server that has its count; no other is bound to one [compute-nlb-stickiness]', () => {
    const sticky = Object.entries(doors(sandbox)).map(([port, { pool }]) => {
      const found = pairs(pool.TargetGroupAttributes);
      return [Number(port), found['stickiness.enabled'], found['stickiness.type']];
    });
    expect(sticky).toEqual([
      [443, 'false', undefined],
      [4569, 'false', undefined],
      [4570, 'false', undefined],
      [6708, 'true', 'source_ip'],
    ]);
  });

  test('one more leads to a load balancer that reads requests, which has no public address and serves that port [compute-nlb-alb-target]', () => {
    const { 80: requests, ...others } = doors(rules);
    expect(requests.pool).toMatchObject({ TargetType: 'alb', Protocol: 'TCP', Port: 80, Targets: [{ Port: 80 }] });
    expect(Object.keys(others)).toEqual(Object.keys(doors(sandbox)));
    const inner = all(rules, 'ElasticLoadBalancingV2::LoadBalancer').find(([, { Type }]) => Type === 'application')![1];
    expect(inner.Scheme).toBe('internal');
    const [[, rule]] = all(rules, 'ElasticLoadBalancingV2::ListenerRule');
    expect(rule.Actions).toEqual([{ Type: 'redirect', RedirectConfig: { Path: '/', StatusCode: 'HTTP_301' } }]);
    sandbox.resourceCountIs('AWS::ElasticLoadBalancingV2::ListenerRule', 0);
  });
});

describe('servers', () => {
  test('are one in each zone at least, members of every pool, and replaced when a probe finds one ill', () => {
    const [[, fleet]] = all(sandbox, 'AutoScaling::AutoScalingGroup');
    expect(fleet.MinSize).toBe('2');
    expect(fleet.TargetGroupARNs.map(({ Ref }: any) => group(sandbox, Ref).Port).sort()).toEqual([
      4569, 4570, 6708, 8443,
    ]);
    expect(fleet.HealthCheckType).toContain('ELB');
  });

  test('somebody is told when nobody is well at a port, or a server stays ill', () => {
    const metrics = all(sandbox, 'CloudWatch::Alarm').map(([id, { MetricName }]) => [
      id.replace(/[0-9A-F]{8}$/, ''),
      MetricName,
    ]);
    expect(metrics).toEqual(
      expect.arrayContaining(
        ['Mirror', 'Tally', 'Echo', 'Secure'].flatMap((pool) => [
          [`Entry${pool}Gone`, 'HealthyHostCount'],
          [`Entry${pool}Ill`, 'UnHealthyHostCount'],
        ]),
      ),
    );
  });
});

describe('the alarm of a pool without anybody', () => {
  test.each<[string, Template, string[]]>([
    ['by default', sandbox, ['Echo', 'Mirror', 'Secure', 'Tally']],
    ['with a load balancer in one of them', rules, ['Echo', 'Mirror', 'Requests', 'Secure', 'Tally']],
  ])('%s is made when servers are there, and no first deployment raises it', (_, template, pools) => {
    const waiting = Object.entries(template.findResources('AWS::CloudWatch::Alarm'))
      .filter(([id, { DependsOn = [] }]) => /^Entry/.test(id) && DependsOn.some((one: string) => /ASG/.test(one)))
      .map(([id]) => id.replace(/[0-9A-F]{8}$/, ''));
    expect(waiting.sort()).toEqual(pools.map((pool) => `Entry${pool}Gone`));
  });
});

describe('who reaches whom', () => {
  const open = 'tcp 443,4569,6708; udp 4570';
  const behind = 'tcp 4569,6708,8080,8443; udp 4570';

  test.each<ProfileName>(['sandbox', 'production'])(
    'in %s everybody the entry, it the servers, and nobody else a server [compute-nlb-security-group]',
    (profile) => {
      const network = networkOf(name, { profile });
      expect(network).toHaveReachability([
        ['internet', 'Balancer', open],
        ['Balancer', 'Fleet', behind],
        ['Fleet', 'internet', 'tcp 443'],
        // For packages and AWS everything is open to a server on this port, its own entry too.
        ['Fleet', 'Balancer', 'tcp 443'],
      ]);
      expect(network).not.toReach('internet', 'Fleet');
    },
  );

  test('behind the entry a load balancer is reached by it alone, and by nobody past it [compute-nlb-alb-target]', () => {
    expect(networkOf(name, withRules)).toHaveReachability([
      ['internet', 'Entry/Balancer', 'tcp 80,443,4569,6708; udp 4570'],
      ['Entry/Balancer', 'Rules/Balancer', 'tcp 80'],
      ['Entry/Balancer', 'Fleet', behind],
      ['Rules/Balancer', 'Fleet', 'tcp 8080'],
      ['Fleet', 'internet', 'tcp 443'],
      ['Fleet', 'Entry/Balancer', 'tcp 443'],
    ]);
  });
});

describe('templates', () => {
  matchesItsSnapshots(name);
});
