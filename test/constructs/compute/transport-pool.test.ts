import { Duration } from 'aws-cdk-lib';
import { NetworkTargetGroup, Protocol } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Template } from 'aws-cdk-lib/assertions';
import { EntryPort } from '../../../lib/constructs/compute/entry-port';
import { PoolMembers } from '../../../lib/constructs/compute/pool-members';
import { TransportHealth } from '../../../lib/constructs/compute/transport-health';
import type { TransportPoolProps } from '../../../lib/constructs/compute/transport-pool';
import { LogBucket } from '../../../lib/constructs/storage/log-bucket';
import { Door, pairs, poolOf, refusedPool } from './door';

describe('health', () => {
  test('a connection is enough unless said otherwise, and all of it is written out [compute-nlb-health]', () => {
    expect(poolOf()).toMatchObject({
      Protocol: 'TCP',
      HealthCheckEnabled: true,
      HealthCheckProtocol: 'TCP',
      HealthCheckPort: 'traffic-port',
      HealthCheckIntervalSeconds: 10,
      HealthCheckTimeoutSeconds: 5,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
    });
  });

  test.each([
    [TransportHealth.http('/health', { port: 8080 }), 'HTTP'],
    [TransportHealth.https('/health', { port: 8080 }), 'HTTPS'],
  ])('datagrams are vouched for by a service on another port: %#, %s [compute-nlb-health]', (health, protocol) => {
    expect(poolOf({ protocol: Protocol.UDP, health })).toMatchObject({
      Protocol: 'UDP',
      HealthCheckProtocol: protocol,
      HealthCheckPath: '/health',
      HealthCheckPort: '8080',
      Matcher: { HttpCode: '200-399' },
    });
  });

  test('fails when datagrams have nobody to vouch for them; the CDK refuses a probe in UDP by itself [compute-nlb-health]', () => {
    expect(refusedPool({ protocol: Protocol.UDP })).toThrow(
      'Stack/Orders:\n  protocol is UDP, which no probe speaks, and health names no port; give the port of a service in TCP or HTTP that tells how the one on 4569 is',
    );
    const { stack, parts } = new Door();
    new NetworkTargetGroup(stack, 'Bare', {
      vpc: parts.vpc,
      port: 4569,
      protocol: Protocol.UDP,
      healthCheck: { protocol: Protocol.UDP },
    });
    expect(() => Template.fromStack(stack)).toThrow("Health check protocol 'UDP' is not supported");
  });

  test('what speaks both on one port is probed by TCP on that [compute-nlb-health]', () => {
    expect(poolOf({ protocol: Protocol.TCP_UDP })).toMatchObject({
      Protocol: 'TCP_UDP',
      HealthCheckProtocol: 'TCP',
      HealthCheckPort: 'traffic-port',
    });
  });

  test.each<[TransportHealth, string]>([
    [TransportHealth.http('health'), 'health asks for health; begin the path with a slash, such as /health'],
    [TransportHealth.connection({ port: 0 }), 'health.port is 0; give a whole number from 1 to 65535'],
    [
      TransportHealth.connection({ interval: Duration.seconds(4), timeout: Duration.seconds(2) }),
      'health.interval is 4 seconds; give 5 seconds to 5 minutes',
    ],
    [
      TransportHealth.connection({ timeout: Duration.seconds(1) }),
      'health.timeout is 1 second; give 2 seconds to 2 minutes',
    ],
    [
      TransportHealth.connection({ timeout: Duration.seconds(10) }),
      'health.timeout is 10 seconds and health.interval 10 seconds; let one probe end before the next begins',
    ],
    [
      TransportHealth.connection({ healthyAfter: 11 }),
      'health.healthyAfter is 11 answers; give a whole number from 2 to 10 answers',
    ],
    [
      TransportHealth.connection({ unhealthyAfter: 1 }),
      'health.unhealthyAfter is 1 answers; give a whole number from 2 to 10 answers',
    ],
  ])('fails when the probe cannot be made: %# [compute-nlb-health]', (health, fault) => {
    expect(refusedPool({ health })).toThrow(`Stack/Orders:\n  ${fault}`);
  });
});

describe('who comes back', () => {
  const sticky = (props: Partial<TransportPoolProps>) =>
    Object.entries(pairs(poolOf(props).TargetGroupAttributes)).filter(([key]) => key.startsWith('stickiness.'));

  test('nobody, unless said otherwise; then a client by its address [compute-nlb-stickiness]', () => {
    expect(sticky({})).toEqual([['stickiness.enabled', 'false']]);
    expect(sticky({ sticky: true })).toEqual([
      ['stickiness.enabled', 'true'],
      ['stickiness.type', 'source_ip'],
    ]);
  });

  test('fails when the entry ends TLS, before a pool of TLS or of TCP [compute-nlb-stickiness]', () => {
    expect(refusedPool({ sticky: true, protocol: Protocol.TLS })).toThrow(
      'Stack/Orders:\n  sticky is true with TLS, where the entry ends connections and cannot keep a client to one; leave one out',
    );
    const door = new Door();
    const ends = EntryPort.tls(door.pool('Orders', { sticky: true }), { certificate: door.certificate });
    expect(() => door.entry([ends], { logs: new LogBucket(door.stack, 'Logs') })).toThrow(
      'Stack/Door:\n  port 443 ends TLS and its pool Stack/Orders is sticky, which goes by connections that reach it whole; leave sticky out, or take EntryPort.passThrough',
    );
  });

  test('members see clients, or, where addresses are members, the entry; what must be is not asked for', () => {
    const keeps = (props: Partial<TransportPoolProps>) =>
      pairs(poolOf(props).TargetGroupAttributes)['preserve_client_ip.enabled'];
    expect(keeps({})).toBe('true');
    expect(keeps({ preserveClientIp: false })).toBe('false');
    expect(keeps({ members: PoolMembers.addresses(['10.0.128.9']) })).toBe('false');
    expect(refusedPool({ protocol: Protocol.TCP_UDP, preserveClientIp: false })).toThrow(
      "preserveClientIp is false, and TCP_UDP always gets the client's address; leave it out",
    );
  });

  test('a leaving member keeps its connections for five minutes, and then they are cut', () => {
    expect(pairs(poolOf().TargetGroupAttributes)).toMatchObject({
      'deregistration_delay.timeout_seconds': '300',
      'deregistration_delay.connection_termination.enabled': 'true',
    });
    expect(refusedPool({ deregistrationDelay: Duration.hours(2) })).toThrow(
      'deregistrationDelay is 2 hours; give 0 seconds to 1 hour',
    );
  });

  test('fails when addresses are none, or public [compute-nlb-core]', () => {
    expect(refusedPool({ members: PoolMembers.addresses([]) })).toThrow(
      'addresses are none; give one at least, or take PoolMembers.instances()',
    );
    expect(refusedPool({ members: PoolMembers.addresses(['192.0.2.1']) })).toThrow(
      'addresses has 192.0.2.1; give private ones alone',
    );
  });
});
