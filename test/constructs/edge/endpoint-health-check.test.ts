import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  Alarm,
  AlarmRule,
  AlarmState,
  CompositeAlarm,
  MathExpression,
  Metric,
  type AlarmProps,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Peer, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { HealthCheck, HealthCheckType } from 'aws-cdk-lib/aws-route53';
import type { Stack } from 'aws-cdk-lib';
import { EndpointHealthCheck, HealthSignal, type EndpointSignalProps } from '../../../lib';
import { firstVerdict } from '../../../lib/constructs/edge/first-verdict';
import { FirewallCondition } from '../../../lib/constructs/edge/firewall-condition';
import { FirewallRule } from '../../../lib/constructs/edge/firewall-rule';
import { RequestPart } from '../../../lib/constructs/edge/request-part';
import type { WebAcl } from '../../../lib/constructs/edge/web-acl';
import { WebFirewall } from '../../../lib/constructs/edge/web-firewall';
import { templateOf, testStack } from '../../support/app';

const configOf = (signal: (stack: Stack) => HealthSignal): unknown => {
  const template = templateOf((stack) => new EndpointHealthCheck(stack, 'Health', { signal: signal(stack) }));
  return Object.values(template.findResources('AWS::Route53::HealthCheck'))[0].Properties.HealthCheckConfig;
};
const refusalOf = (signal: (stack: Stack) => HealthSignal): string => {
  try {
    configOf(signal);
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing';
};
const metric = (props: Partial<AlarmProps> = {}) => ({
  metric: new Metric({ namespace: 'App', metricName: 'Answers', period: Duration.minutes(1) }),
  threshold: 1,
  evaluationPeriods: 3,
  ...props,
});

const usual = { RequestInterval: 30, FailureThreshold: 3, MeasureLatency: false };

describe('a target', () => {
  test.each<[string, HealthSignal, object]>([
    [
      'a page over TLS, every 30 seconds, three times before a change of mind',
      HealthSignal.https({ host: 'www.example.com' }),
      {
        Type: 'HTTPS',
        Port: 443,
        ResourcePath: '/health',
        EnableSNI: true,
        FullyQualifiedDomainName: 'www.example.com',
      },
    ],
    [
      'a page at an address',
      HealthSignal.http({ address: '8.8.8.8', host: 'www.example.com', path: '/up' }),
      {
        Type: 'HTTP',
        Port: 80,
        ResourcePath: '/up',
        IPAddress: '8.8.8.8',
        FullyQualifiedDomainName: 'www.example.com',
      },
    ],
    [
      'a connection',
      HealthSignal.tcp({ address: '2600:1f18::7', port: 25 }),
      { Type: 'TCP', Port: 25, IPAddress: '2600:1f18::7' },
    ],
  ])('is checked by %s [edge-health-endpoint]', (_, signal, more) => {
    expect(configOf(() => signal)).toEqual({ ...usual, ...more });
  });

  test('is asked every 10 seconds where that is wanted, from chosen Regions, with its times kept [edge-health-endpoint]', () => {
    const regions = ['us-east-1', 'eu-west-1', 'sa-east-1'] as const;
    const props = { host: 'a.example.com', interval: Duration.seconds(10), failureThreshold: 10, measureLatency: true };
    expect(configOf(() => HealthSignal.https({ ...props, regions }))).toMatchObject({
      RequestInterval: 10,
      FailureThreshold: 10,
      MeasureLatency: true,
      Regions: [...regions],
    });
  });

  test('must show a text in its first 5,120 bytes where one is given [edge-health-string]', () => {
    const config = configOf(() => HealthSignal.https({ host: 'a.example.com', contains: 'all is well' }));
    expect(config).toMatchObject({ Type: 'HTTPS_STR_MATCH', SearchString: 'all is well', ResourcePath: '/health' });
    expect(configOf(() => HealthSignal.http({ host: 'a.example.com', contains: 'x'.repeat(255) }))).toMatchObject({
      Type: 'HTTP_STR_MATCH',
    });
  });

  const host = 'a.example.com';
  test.each<[string, 'tcp' | 'http' | 'https', EndpointSignalProps]>([
    [
      'interval is 20 seconds; give 30 seconds, or 10 seconds, which cost extra',
      'https',
      { host, interval: Duration.seconds(20) },
    ],
    ['failureThreshold is 11; give a whole number from 1 to 10', 'https', { host, failureThreshold: 11 }],
    [
      'regions are us-east-1, eu-west-1; give three at least, or leave them out for all eight',
      'https',
      { host, regions: ['us-east-1', 'eu-west-1'] },
    ],
    [
      'regions has eu-central-1, where no checkers are; there are us-east-1, us-west-1',
      'https',
      { host, regions: ['us-east-1', 'eu-west-1', 'eu-central-1' as 'eu-west-1'] },
    ],
    [
      'address is 10.0.0.7, private; checkers come over the internet, so give a public address, or look through an alarm',
      'http',
      { address: '10.0.0.7' },
    ],
    ['address is 203.0.113.7, for documentation; checkers', 'http', { address: '203.0.113.7' }],
    ['address is fd00::1, private; checkers', 'http', { address: 'fd00::1' }],
    ['address is 8.8.8; write four numbers', 'http', { address: '8.8.8' }],
    [
      'path is /up, but TCP only connects; leave it out, or use HealthSignal.http',
      'tcp',
      { host, port: 22, path: '/up' },
    ],
    ['contains is "up", but TCP reads nothing', 'tcp', { host, port: 22, contains: 'up' }],
    ['port is not given, and TCP has none of its own; give the one to connect to', 'tcp', { host }],
    ['port is 70000; give a whole number from 1 to 65535', 'https', { host, port: 70_000 }],
    ['neither host nor address is given; say what is to be asked', 'https', {}],
    ['host is a b; write labels', 'https', { host: 'a b' }],
    ['path is up, 2 characters; begin with / and write at most 255', 'https', { host, path: 'up' }],
  ])('fails when %s [edge-health-endpoint]', (message, kind, props) => {
    expect(refusalOf(() => HealthSignal[kind](props))).toContain(`Stack/Health:\n  ${message}`);
  });

  test.each([
    ['contains is 0 characters; give a text of 1 to 255 that stands in the first 5,120 bytes', ''],
    ['contains is 300 characters; give a text of 1 to 255', 'x'.repeat(300)],
  ])('fails when %s [edge-health-string]', (message, contains) => {
    expect(refusalOf(() => HealthSignal.https({ host, contains }))).toContain(message);
  });

  test('could be checked in vain with the CDK alone: every 20 seconds, at a private address, with a path over TCP [edge-health-endpoint]', () => {
    const wrong = { type: HealthCheckType.TCP, ipAddress: '10.0.0.7', port: 22, resourcePath: '/up' };
    expect(
      () => new HealthCheck(testStack(), 'Health', { ...wrong, requestInterval: Duration.seconds(20) }),
    ).not.toThrow();
  });
});

describe('an alarm', () => {
  test('is the health of what the internet cannot reach, and says what holds without data [edge-health-alarm]', () => {
    const words = { healthy: 'Healthy', unhealthy: 'Unhealthy', 'last-known': 'LastKnownStatus' } as const;
    for (const [whenMissing, InsufficientDataHealthStatus] of Object.entries(words)) {
      const signal = (stack: Stack) =>
        HealthSignal.alarm({
          alarm: new Alarm(stack, 'Alarm', metric()),
          whenMissing: whenMissing as keyof typeof words,
        });
      expect(configOf(signal)).toEqual({
        Type: 'CLOUDWATCH_METRIC',
        AlarmIdentifier: { Name: { Ref: expect.stringMatching(/^Alarm/) as string }, Region: { Ref: 'AWS::Region' } },
        InsufficientDataHealthStatus,
      });
    }
  });

  test.each<[string, AlarmProps]>([
    [
      'the alarm Stack/Alarm is on an expression of several metrics, which Route 53 cannot follow',
      metric({ metric: new MathExpression({ expression: 'a / 2', usingMetrics: { a: metric().metric } }) }),
    ],
    [
      'the alarm Stack/Alarm is on p99; Route 53 follows Average, Minimum, Maximum, Sum and SampleCount',
      metric({ metric: new Metric({ namespace: 'App', metricName: 'Time', statistic: 'p99' }) }),
    ],
    [
      'the alarm Stack/Alarm wants 2 of 3 periods, and Route 53 cannot count so; want all of them',
      metric({ datapointsToAlarm: 2 }),
    ],
    [
      'the alarm Stack/Alarm has periods of 10 seconds; Route 53 follows those of 60 and more',
      metric({ metric: new Metric({ namespace: 'App', metricName: 'A', period: Duration.seconds(10) }) }),
    ],
  ])('fails when %s [edge-health-alarm]', (message, props) => {
    const signal = (stack: Stack) =>
      HealthSignal.alarm({ alarm: new Alarm(stack, 'Alarm', props), whenMissing: 'healthy' });
    expect(refusalOf(signal)).toContain(`Stack/Health:\n  ${message}`);
  });

  test('fails when it is made of other alarms, which have the metrics [edge-health-alarm]', () => {
    const signal = (stack: Stack) =>
      HealthSignal.alarm({
        alarm: new CompositeAlarm(stack, 'Any', {
          alarmRule: AlarmRule.anyOf(AlarmRule.fromAlarm(new Alarm(stack, 'Alarm', metric()), AlarmState.ALARM)),
        }),
        whenMissing: 'healthy',
      });
    expect(refusalOf(signal)).toContain(
      'Stack/Health:\n  the alarm Stack/Any is made of other alarms and has no metric that Route 53 could read; give one on a single metric, or a check for each and HealthSignal.calculated',
    );
  });

  test('of another Region is looked for there, where its ARN says so [edge-health-alarm]', () => {
    const alarmArn = 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:private-target';
    const signal = (stack: Stack) =>
      HealthSignal.alarm({ alarm: Alarm.fromAlarmArn(stack, 'Alarm', alarmArn), whenMissing: 'unhealthy' });
    expect(configOf(signal)).toMatchObject({ AlarmIdentifier: { Name: 'private-target', Region: 'eu-west-1' } });
  });
});

describe('a check of checks', () => {
  const children = (stack: Stack, count: number) =>
    Array.from({ length: count }, (_, at) => HealthCheck.fromHealthCheckId(stack, `Child${at}`, `check-${at}`));
  const of = (count: number, healthyAtLeast: number) => (stack: Stack) =>
    HealthSignal.calculated({ children: children(stack, count), healthyAtLeast });

  test('is healthy while so many of its children are [edge-health-calculated]', () => {
    expect(configOf(of(3, 2))).toEqual({
      Type: 'CALCULATED',
      ChildHealthChecks: ['check-0', 'check-1', 'check-2'],
      HealthThreshold: 2,
    });
  });

  test.each([
    ['children are none; give the checks that count', 0, 1],
    ['children are 256; a check counts 255 at most', 256, 1],
    ['healthyAtLeast is 3 of 2, which is never healthy; give 1 to 2', 2, 3],
    ['healthyAtLeast is 0, which is always healthy; give 1 to 2', 2, 0],
    ['healthyAtLeast is 1.5; give a whole number from 1 to 2', 2, 1.5],
  ])('fails when %s [edge-health-calculated]', (message, count, healthyAtLeast) => {
    expect(refusalOf(of(count, healthyAtLeast))).toContain(`Stack/Health:\n  ${message}`);
  });

  test('without children makes the CDK fail with words that help nobody [edge-health-calculated]', () => {
    const raw = () => new HealthCheck(testStack(), 'Health', { type: HealthCheckType.CALCULATED });
    expect(raw).toThrow('Cannot read properties of undefined');
  });
});

test('is called after its place, or as it is told, and can be turned over by hand', () => {
  const signal = HealthSignal.https({ host: 'a.example.com' });
  const template = templateOf((stack) => {
    new EndpointHealthCheck(stack, 'One', { signal });
    new EndpointHealthCheck(stack, 'Other', { signal, name: 'shop', inverted: true });
  });
  const [one, other] = Object.values(template.findResources('AWS::Route53::HealthCheck')).map((it) => it.Properties);
  expect(one.HealthCheckTags).toEqual([{ Key: 'Name', Value: 'Stack/One' }]);
  expect(other).toMatchObject({ HealthCheckTags: [{ Value: 'shop' }], HealthCheckConfig: { Inverted: true } });
  expect(() => templateOf((stack) => new EndpointHealthCheck(stack, 'A', { signal, name: 'x'.repeat(257) }))).toThrow(
    'name is 257 characters; give 1 to 256',
  );
});

test('counts as a metric of us-east-1, where Route 53 writes all of its own', () => {
  const { region, metricName, statistic } = new EndpointHealthCheck(testStack(), 'Health', {
    signal: HealthSignal.https({ host: 'a.example.com' }),
  }).metricStatus();
  expect({ region, metricName, statistic }).toEqual({
    region: 'us-east-1',
    metricName: 'HealthCheckStatus',
    statistic: 'Minimum',
  });
});

test('checkers are let in by the prefix list of their Region, on one port [edge-health-fleet-admitted]', () => {
  const stack = testStack();
  const group = new SecurityGroup(stack, 'Group', { vpc: new Vpc(stack, 'Vpc') });
  EndpointHealthCheck.admit(group, Peer.prefixList('pl-0123456789abcdef0'), 443);
  Template.fromStack(stack).hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
    SourcePrefixListId: 'pl-0123456789abcdef0',
    FromPort: 443,
    ToPort: 443,
    IpProtocol: 'tcp',
    Description: 'health checkers of Route 53',
  });
});

test('checkers pass a firewall before the rules against bots, and nobody else by their user agent [edge-health-fleet-admitted]', () => {
  const bots = { vendorName: 'AWS', name: 'AWSManagedRulesBotControlRuleSet' };
  const agent = { 'User-Agent': 'Amazon-Route53-Health-Check-Service (ref 1; report http://amzn.to/1vsZADi)' };
  const template = templateOf(
    (stack) =>
      new WebFirewall(stack, 'Firewall', {
        description: 'Tests',
        scope: 'regional',
        rules: [
          EndpointHealthCheck.firewallRule(),
          FirewallRule.raw({
            name: 'Bots',
            statement: { managedRuleGroupStatement: bots },
            overrideAction: { none: {} },
          }),
          FirewallRule.block('Programs', FirewallCondition.contains(RequestPart.header('user-agent'), 'health-check')),
        ],
      }),
  );
  const [acl] = Object.values(template.findResources('AWS::WAFv2::WebACL')).map(
    ({ Properties }) => Properties as WebAcl,
  );
  const priority = (name: string) => acl.Rules!.find(({ Name }) => Name === name)!.Priority;
  expect(priority('HealthCheckers')).toBeLessThan(priority('Bots'));
  const addressSets = Object.fromEntries(
    Object.entries(template.findResources('AWS::WAFv2::IPSet')).map(([id, { Properties }]) => [
      JSON.stringify({ 'Fn::GetAtt': [id, 'Arn'] }),
      (Properties as { Addresses: string[] }).Addresses,
    ]),
  );
  const ask = (address: string) => firstVerdict(acl, { address, path: '/health', headers: agent }, { addressSets });
  expect(ask('54.228.16.9')).toMatchObject({ action: 'allow', rule: 'HealthCheckers' });
  expect(ask('192.0.2.9')).toMatchObject({ action: 'block', rule: 'Programs' });
});
