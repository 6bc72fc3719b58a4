import { Duration } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  ListenerCondition,
  TargetGroupLoadBalancingAlgorithmType as Algorithm,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Template } from 'aws-cdk-lib/assertions';
import { Stickiness } from '../../../lib/constructs/compute/stickiness';
import type { TargetPoolProps } from '../../../lib/constructs/compute/target-pool';
import { Transport } from '../../../lib/constructs/compute/transport';
import { testStack } from '../../support/app';
import { Parts } from './parts';

const made = (props: Partial<TargetPoolProps> = {}) => {
  const parts = new Parts(testStack());
  parts.balancer(parts.pool(props));
  return Object.values(Template.fromStack(parts.stack).findResources('AWS::ElasticLoadBalancingV2::TargetGroup'))[0]
    .Properties;
};
const attributes = (props: Partial<TargetPoolProps> = {}): Record<string, string> =>
  Object.fromEntries(made(props).TargetGroupAttributes.map(({ Key, Value }: any) => [Key, Value]));
const refusal = (props: Partial<TargetPoolProps>) => () => new Parts(testStack()).pool(props);
const seconds = (amount: number): Duration => Duration.seconds(amount);

describe('TargetPool', () => {
  test('targets are probed on the path, port and codes asked for [compute-health-check]', () => {
    const health = { path: '/ready', port: 4567, codes: '200-204', interval: seconds(30), timeout: seconds(10) };
    expect(made({ health: { ...health, healthyAfter: 3, unhealthyAfter: 4 } })).toMatchObject({
      HealthCheckEnabled: true,
      HealthCheckProtocol: 'HTTP',
      HealthCheckPath: '/ready',
      HealthCheckPort: '4567',
      Matcher: { HttpCode: '200-204' },
      HealthCheckIntervalSeconds: 30,
      HealthCheckTimeoutSeconds: 10,
      HealthyThresholdCount: 3,
      UnhealthyThresholdCount: 4,
    });
  });

  test('anything but 200 on the traffic port is unhealthy unless said otherwise, and all of it is written out [compute-health-check]', () => {
    expect(made()).toMatchObject({
      Port: 80,
      Protocol: 'HTTP',
      TargetType: 'instance',
      HealthCheckPath: '/health',
      HealthCheckPort: 'traffic-port',
      Matcher: { HttpCode: '200' },
      HealthCheckIntervalSeconds: 15,
      HealthCheckTimeoutSeconds: 5,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
    });
  });

  test.each([
    [{ path: 'health' }, 'health.path is health; begin it with a slash, such as /health'],
    [{ path: '' }, 'health.path is ; begin it with a slash, such as /health'],
    [{ port: 0 }, 'health.port is 0; give a whole number from 1 to 65535'],
    [{ codes: '600' }, 'health.codes is 600; give codes from 200 to 499 such as 200, 200-204 or 200,302'],
    [{ interval: seconds(4), timeout: seconds(2) }, 'health.interval is 4 seconds; give 5 seconds to 5 minutes'],
    [{ interval: seconds(301) }, 'health.interval is 5 minutes 1 second; give 5 seconds to 5 minutes'],
    [{ timeout: seconds(1) }, 'health.timeout is 1 second; give 2 seconds to 2 minutes'],
    [
      { timeout: seconds(121), interval: seconds(200) },
      'health.timeout is 2 minutes 1 second; give 2 seconds to 2 minutes',
    ],
    [
      { timeout: seconds(15), interval: seconds(15) },
      'health.timeout is 15 seconds and health.interval 15 seconds; let one probe end before the next begins',
    ],
    [{ healthyAfter: 1 }, 'health.healthyAfter is 1 answers; give a whole number from 2 to 10 answers'],
    [{ healthyAfter: 11 }, 'health.healthyAfter is 11 answers; give a whole number from 2 to 10 answers'],
    [{ unhealthyAfter: 1 }, 'health.unhealthyAfter is 1 answers; give a whole number from 2 to 10 answers'],
  ])('fails when the probe cannot be made: %# [compute-health-check]', (health, fault) => {
    expect(refusal({ health: { path: '/health', ...health } })).toThrow(`Stack/Pool:\n  ${fault}`);
  });

  test.each([0, 30, 3_600])('a leaving target has %d seconds to finish [compute-deregistration-delay]', (delay) => {
    expect(attributes({ deregistrationDelay: seconds(delay) })['deregistration_delay.timeout_seconds']).toBe(
      `${delay}`,
    );
  });

  test('it has five minutes unless said otherwise, written out [compute-deregistration-delay]', () => {
    expect(attributes()['deregistration_delay.timeout_seconds']).toBe('300');
  });

  test('fails when it would have longer than an hour [compute-deregistration-delay]', () => {
    expect(refusal({ deregistrationDelay: seconds(3_601) })).toThrow(
      'deregistrationDelay is 1 hour 1 second; give 0 seconds to 1 hour',
    );
  });

  test('a new target may get its share by and by [compute-deregistration-delay]', () => {
    expect(attributes({ slowStart: seconds(30) })['slow_start.duration_seconds']).toBe('30');
  });

  test('fails when its share would grow too fast, too slowly, or by an algorithm that ignores it [compute-deregistration-delay]', () => {
    expect(refusal({ slowStart: seconds(29) })).toThrow('slowStart is 29 seconds; give 30 seconds to 15 minutes');
    expect(refusal({ slowStart: seconds(901) })).toThrow(
      'slowStart is 15 minutes 1 second; give 30 seconds to 15 minutes',
    );
    expect(refusal({ slowStart: seconds(30), algorithm: Algorithm.LEAST_OUTSTANDING_REQUESTS })).toThrow(
      'slowStart is given with the algorithm least_outstanding_requests, which ignores it; leave one out',
    );
  });
});

describe('Stickiness', () => {
  const sticky = (props: Partial<TargetPoolProps>) =>
    Object.fromEntries(Object.entries(attributes(props)).filter(([key]) => key.startsWith('stickiness.')));

  test('any target may answer any request unless said otherwise [compute-stickiness]', () => {
    expect(sticky({})).toEqual({ 'stickiness.enabled': 'false' });
  });

  test("a client stays with its target by the balancer's cookie [compute-stickiness]", () => {
    expect(sticky({ stickiness: Stickiness.balancerCookie(Duration.hours(1)) })).toEqual({
      'stickiness.enabled': 'true',
      'stickiness.type': 'lb_cookie',
      'stickiness.lb_cookie.duration_seconds': '3600',
    });
  });

  test('or by one of the application [compute-stickiness]', () => {
    expect(sticky({ stickiness: Stickiness.applicationCookie('SESSION', Duration.days(1)) })).toEqual({
      'stickiness.enabled': 'true',
      'stickiness.type': 'app_cookie',
      'stickiness.app_cookie.cookie_name': 'SESSION',
      'stickiness.app_cookie.duration_seconds': '86400',
    });
  });

  test.each([seconds(1), Duration.days(7)])('a cookie may live %s [compute-stickiness]', (duration) => {
    expect(refusal({ stickiness: Stickiness.balancerCookie(duration) })).not.toThrow();
  });

  test.each([
    [seconds(0), '0 seconds'],
    [Duration.days(8), '8 days'],
  ])('fails when a cookie would live %s [compute-stickiness]', (duration, seen) => {
    for (const stickiness of [Stickiness.balancerCookie(duration), Stickiness.applicationCookie('SESSION', duration)])
      expect(refusal({ stickiness })).toThrow(`stickiness is ${seen}; give 1 second to 7 days`);
  });

  test.each(['AWSALB', 'awsalbapp', 'AWSALBTG', 'AWSALBCORS', 'two words', ''])(
    'fails when the application\'s cookie is named "%s" [compute-stickiness]',
    (name) => {
      expect(refusal({ stickiness: Stickiness.applicationCookie(name, Duration.hours(1)) })).toThrow(
        `stickiness goes by the cookie ${name}; give the name of a cookie the application sets`,
      );
    },
  );

  test('fails when the target may be in a zone the balancer node does not send to [compute-stickiness]', () => {
    expect(refusal({ stickiness: Stickiness.balancerCookie(Duration.hours(1)), crossZone: false })).toThrow(
      'stickiness is on and crossZone off; a client whose cookie names a target of another zone would be refused, so turn one round',
    );
    expect(attributes({ crossZone: false })['load_balancing.cross_zone.enabled']).toBe('false');
  });
});

describe('targets', () => {
  test('a pool holds instances, or addresses, of which those outside the network are of no zone [compute-target-types]', () => {
    expect(made()).toMatchObject({ TargetType: 'instance' });
    expect(made().Targets).toBeUndefined();
    expect(made({ targetType: TargetType.IP })).toMatchObject({ TargetType: 'ip' });
    expect(made({ addresses: ['10.0.0.9', '10.200.0.9', '172.16.4.1'] })).toMatchObject({
      TargetType: 'ip',
      Targets: [
        { Id: '10.0.0.9', Port: 80 },
        { Id: '10.200.0.9', Port: 80, AvailabilityZone: 'all' },
        { Id: '172.16.4.1', Port: 80, AvailabilityZone: 'all' },
      ],
    });
  });

  test('the balancer may call the addresses of a pool on its port and the one of its probes, and nobody else', () => {
    const parts = new Parts(testStack());
    parts.balancer(parts.pool({ addresses: ['10.200.0.9'], health: { path: '/health', port: 81 } }));
    const groups = Object.values(Template.fromStack(parts.stack).findResources('AWS::EC2::SecurityGroup'));
    const out = groups.flatMap(({ Properties }) => Properties.SecurityGroupEgress ?? []);
    expect(out.map(({ CidrIp, FromPort, ToPort }: any) => [CidrIp, FromPort, ToPort])).toEqual([
      ['10.200.0.9/32', 80, 80],
      ['10.200.0.9/32', 81, 81],
    ]);
  });

  test.each(['8.8.8.8', '172.32.0.1', 'web.example.com', '2001:db8::1', ''])(
    'fails when an address is "%s", which is not a private one [compute-target-types]',
    (address) => {
      expect(refusal({ addresses: ['10.0.0.9', address] })).toThrow(
        `Stack/Pool:\n  addresses has ${address || '(empty)'}; give private ones alone, of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, as a balancer refuses every other`,
      );
    },
  );

  test.each<[TargetType, string]>([
    [
      TargetType.INSTANCE,
      'addresses are given to a pool of instances, and a pool holds one kind; leave targetType out',
    ],
    [
      TargetType.LAMBDA,
      'targetType is lambda, but a function has no port; put it behind the balancer with a LoadBalanced',
    ],
    [TargetType.ALB, 'targetType is alb, which is a target of a Network Load Balancer alone; register instances or'],
  ])('fails when a pool of the kind %s would hold addresses on a port [compute-target-types]', (targetType, fault) => {
    const kind = targetType as TargetPoolProps['targetType'];
    expect(refusal({ targetType: kind, addresses: ['10.0.0.9'] })).toThrow(`Stack/Pool:\n  ${fault}`);
  });

  test('TLS goes on to the targets and their probes, and the rules of the listener read the requests [compute-tls-bridging]', () => {
    const parts = new Parts(testStack());
    const pool = parts.pool({ tls: true, port: 443 });
    const arn = 'arn:aws:acm:eu-west-1:111122223333:certificate/one';
    const certificate = Certificate.fromCertificateArn(parts.stack, 'Certificate', arn);
    const balancer = parts.balancer(pool, { transport: Transport.tls({ certificate }) });
    balancer.forward('Api', 1, [ListenerCondition.pathPatterns(['/api/*'])], pool);
    const template = Template.fromStack(parts.stack);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      Protocol: 'HTTPS',
      Port: 443,
      HealthCheckProtocol: 'HTTPS',
      HealthCheckPort: 'traffic-port',
    });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', { Protocol: 'HTTPS', Port: 443 });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', {
      Conditions: [{ Field: 'path-pattern' }],
    });
    expect(made()).toMatchObject({ Protocol: 'HTTP', HealthCheckProtocol: 'HTTP' });
  });

  test('zones share their targets unless a pool says otherwise, written out either way [compute-cross-zone]', () => {
    const crossZone = (props?: Partial<TargetPoolProps>) => attributes(props)['load_balancing.cross_zone.enabled'];
    expect([crossZone(), crossZone({ crossZone: false })]).toEqual(['true', 'false']);
  });
});
