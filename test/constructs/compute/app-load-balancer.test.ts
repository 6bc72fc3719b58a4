import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { InstanceType, IpAddresses, IpProtocol, Peer, SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { IpAddressType, ListenerCondition, SslPolicy } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { context as featureFlags } from '../../../cdk.json';
import { AppLoadBalancer, type AppLoadBalancerProps } from '../../../lib/constructs/compute/app-load-balancer';
import { BootProgram } from '../../../lib/constructs/compute/boot-program';
import { ComputeTemplate } from '../../../lib/constructs/compute/compute-template';
import { Exposure } from '../../../lib/constructs/compute/exposure';
import { Fleet } from '../../../lib/constructs/compute/fleet';
import { FleetSize } from '../../../lib/constructs/compute/fleet-size';
import { TargetPool } from '../../../lib/constructs/compute/target-pool';
import { Transport, type TlsOptions } from '../../../lib/constructs/compute/transport';
import { LogBucket } from '../../../lib/constructs/storage/log-bucket';
import { testStack } from '../../support/app';
import { decide } from '../../support/decide';
import { NetworkModel } from '../../support/reachability';
import { Parts } from './parts';

const certificateArn = 'arn:aws:acm:eu-west-1:111122223333:certificate/one';
const certificate = (stack: Stack, arn = certificateArn) =>
  Certificate.fromCertificateArn(stack, `Certificate${arn}`, arn);
const tls = (parts: Parts, options: Partial<TlsOptions> = {}) =>
  Transport.tls({ certificate: certificate(parts.stack), ...options });

type Props = (parts: Parts) => Partial<AppLoadBalancerProps>;
const built = (props: Props = () => ({}), stack = testStack()) => {
  const parts = new Parts(stack);
  return { parts, balancer: parts.balancer(parts.pool(), props(parts)) };
};
const made = (props?: Props, also: (balancer: AppLoadBalancer, parts: Parts) => void = () => {}): Template => {
  const { parts, balancer } = built(props);
  also(balancer, parts);
  return Template.fromStack(parts.stack);
};
const refusal = (props: Props, stack?: Stack) => () => built(props, stack);
const resource = (template: Template, type: string) => Object.values(template.findResources(`AWS::${type}`))[0];
const balancerOf = (template: Template) => resource(template, 'ElasticLoadBalancingV2::LoadBalancer');
const attributes = (template: Template): Record<string, unknown> =>
  Object.fromEntries(balancerOf(template).Properties.LoadBalancerAttributes.map(({ Key, Value }: any) => [Key, Value]));
const listeners = (template: Template) =>
  Object.values(template.findResources('AWS::ElasticLoadBalancingV2::Listener')).map(({ Properties }) => Properties);
const openTo = (template: Template) =>
  Object.values(template.findResources('AWS::EC2::SecurityGroup'))
    .flatMap(({ Properties }) => Properties.SecurityGroupIngress ?? [])
    .map(({ CidrIp, CidrIpv6, FromPort, ToPort }: any) => `${CidrIp ?? CidrIpv6}:${FromPort}-${ToPort}`);

describe('AppLoadBalancer', () => {
  test('without a pool it answers 403 to what no rule takes, and watches everything that answers through it', () => {
    const { stack, vpc, alarms } = new Parts(testStack());
    const subnets = { subnetType: SubnetType.PUBLIC };
    new AppLoadBalancer(stack, 'Entry', { vpc, subnets, logs: new LogBucket(stack, 'Logs'), alarms });
    const template = Template.fromStack(stack);
    expect(listeners(template)[0].DefaultActions).toEqual([
      {
        Type: 'fixed-response',
        FixedResponseConfig: { StatusCode: '403', ContentType: 'text/plain', MessageBody: 'Forbidden' },
      },
    ]);
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::TargetGroup', 0);
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: Match.stringLikeRegexp('5xx of the application'),
      Metrics: Match.arrayWith([
        Match.objectLike({
          MetricStat: Match.objectLike({
            Metric: Match.objectLike({
              MetricName: 'HTTPCode_Target_5XX_Count',
              Dimensions: [{ Name: 'LoadBalancer', Value: Match.anyValue() }],
            }),
          }),
        }),
      ]),
    });
  });

  test('HTTP/2, dropped invalid headers, desync defence, appended client address and deletion protection are written out [compute-alb-core, compute-client-ip]', () => {
    const plain = made();
    expect(balancerOf(plain).Properties).toMatchObject({
      Type: 'application',
      Scheme: 'internet-facing',
      IpAddressType: 'ipv4',
    });
    expect(attributes(plain)).toMatchObject({
      'deletion_protection.enabled': 'false',
      'routing.http2.enabled': 'true',
      'routing.http.drop_invalid_header_fields.enabled': 'true',
      'routing.http.desync_mitigation_mode': 'defensive',
      'routing.http.xff_header_processing.mode': 'append',
      'idle_timeout.timeout_seconds': '60',
    });
    expect(attributes(made(() => ({ deletionProtection: true })))['deletion_protection.enabled']).toBe('true');
  });

  test('every client connection ends at a listener for HTTP or HTTPS and a second one goes to the pool [compute-alb-core]', () => {
    expect(
      listeners(made((parts) => ({ transport: tls(parts) }))).map(({ Port, Protocol }) => [Port, Protocol]),
    ).toEqual([
      [80, 'HTTP'],
      [443, 'HTTPS'],
    ]);
    expect(listeners(made())).toEqual([
      expect.objectContaining({
        Port: 80,
        Protocol: 'HTTP',
        DefaultActions: [{ Type: 'forward', TargetGroupArn: { Ref: expect.stringContaining('Pool') } }],
      }),
    ]);
  });

  describe('access logs', () => {
    test('they are on in a stack that knows no region, below a folder of their own [compute-alb-core]', () => {
      const { parts } = built();
      expect(parts.stack.region).toMatch(/Token/);
      const template = Template.fromStack(parts.stack);
      expect(attributes(template)).toMatchObject({
        'access_logs.s3.enabled': 'true',
        'access_logs.s3.bucket': { Ref: expect.stringContaining('Logs') },
        'access_logs.s3.prefix': 'Stack/Entry',
      });
    });

    test('the log service may write below that folder for this account, nowhere else, and nobody else may', () => {
      const { Properties } = resource(
        made(() => ({ logPrefix: 'web' })),
        'S3::BucketPolicy',
      );
      const bucket = Properties.Bucket.Ref;
      const asked = (key: string, principal: Record<string, string>, action = 's3:PutObject') =>
        decide(Properties.PolicyDocument, {
          principal,
          action,
          resource: `<${bucket}.Arn>/${key}`,
          context: { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' },
        });
      const service = { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' };
      expect(asked('web/AWSLogs/<AWS::AccountId>/elasticloadbalancing/x.log.gz', service)).toBe('allow');
      expect(asked('web/AWSLogs/999999999999/elasticloadbalancing/x.log.gz', service)).toBe('implicit deny');
      expect(asked('other/AWSLogs/<AWS::AccountId>/x', service)).toBe('implicit deny');
      expect(asked('web/AWSLogs/<AWS::AccountId>/x', service, 's3:GetObject')).toBe('implicit deny');
      expect(asked('web/AWSLogs/<AWS::AccountId>/x', { Service: 'ec2.amazonaws.com' })).toBe('implicit deny');
    });

    test('the bucket policy is there before the balancer, which is refused otherwise', () => {
      const template = made();
      const [policy] = Object.keys(template.findResources('AWS::S3::BucketPolicy'));
      expect(balancerOf(template).DependsOn).toContain(policy);
    });

    test.each(['/web', 'web/', '', 'web/AWSLogs'])('fails when their folder is "%s"', (logPrefix) => {
      expect(refusal(() => ({ logPrefix }))).toThrow(
        `logPrefix is ${logPrefix || '(empty)'}; give a folder without slashes`,
      );
    });
  });

  describe('subnets', () => {
    const zoned = (zones: string[]) => (parts: Parts) => ({
      vpc: new Vpc(parts.stack, 'Other', { availabilityZones: zones, natGateways: 0 }),
      subnets: { subnetType: SubnetType.PUBLIC },
    });

    test('it stands in exactly one subnet of each zone [compute-lb-subnets]', () => {
      const { Subnets } = balancerOf(made()).Properties;
      expect(Subnets).toEqual([
        { Ref: expect.stringContaining('PublicSubnet1') },
        { Ref: expect.stringContaining('PublicSubnet2') },
      ]);
    });

    test('fails when there is one zone [compute-lb-subnets]', () => {
      expect(refusal(zoned(['eu-west-1a']))).toThrow(
        'Stack/Entry:\n  subnets are in 1 zone; a load balancer needs one subnet in each of two or more',
      );
    });

    test('fails when two subnets share a zone, known by name or not [compute-lb-subnets]', () => {
      const twice: Props = ({ stack }) => {
        const vpc = new Vpc(stack, 'Other', {
          natGateways: 0,
          subnetConfiguration: [
            { name: 'a', subnetType: SubnetType.PUBLIC, cidrMask: 24 },
            { name: 'b', subnetType: SubnetType.PUBLIC, cidrMask: 24 },
          ],
        });
        return { vpc, subnets: { subnets: vpc.publicSubnets } };
      };
      expect(refusal(twice)).toThrow('subnets are 4 in 2 zones; give exactly one of each zone');
    });

    test('a /27 is large enough, and fails when a subnet is a /28 [compute-lb-subnets]', () => {
      const of =
        (cidrMask: number): Props =>
        ({ stack }) => ({
          vpc: new Vpc(stack, 'Other', {
            ipAddresses: IpAddresses.cidr('10.1.0.0/16'),
            natGateways: 0,
            subnetConfiguration: [{ name: 'a', subnetType: SubnetType.PUBLIC, cidrMask }],
          }),
        });
      expect(refusal(of(27))).not.toThrow();
      expect(refusal(of(28))).toThrow(
        'subnets are smaller than /27: 10.1.0.0/28, 10.1.0.16/28; a load balancer needs eight free addresses in each to grow',
      );
    });
  });

  describe('exposure', () => {
    const inside: Props = ({ vpc }) => ({
      subnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      exposure: Exposure.internal([Peer.ipv4(vpc.vpcCidrBlock)]),
    });

    test('to the internet it has public addresses, and lets the world in on 80 alone without TLS [compute-lb-scheme, compute-lb-sg-chain]', () => {
      const template = made();
      expect(balancerOf(template).Properties.Scheme).toBe('internet-facing');
      expect(openTo(template)).toEqual(['0.0.0.0/0:80-80', '::/0:80-80']);
    });

    test('and on 80 and 443 with it [compute-lb-sg-chain]', () => {
      expect(openTo(made((parts) => ({ transport: tls(parts) }))).sort()).toEqual([
        '0.0.0.0/0:443-443',
        '0.0.0.0/0:80-80',
        '::/0:443-443',
        '::/0:80-80',
      ]);
    });

    test('it may be for named clients only [compute-lb-scheme]', () => {
      expect(openTo(made(() => ({ exposure: Exposure.internet([Peer.ipv4('203.0.113.0/24')]) })))).toEqual([
        '203.0.113.0/24:80-80',
      ]);
    });

    test('inside it has private addresses and lets in who is named, a range or a group [compute-lb-scheme]', () => {
      expect(balancerOf(made(inside)).Properties.Scheme).toBe('internal');
      const template = made((parts) => ({
        ...inside(parts),
        exposure: Exposure.internal([new SecurityGroup(parts.stack, 'Clients', { vpc: parts.vpc })]),
      }));
      expect(openTo(template)).toEqual([]);
      template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
        FromPort: 80,
        SourceSecurityGroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('Clients'), 'GroupId'] },
      });
    });

    describe('over IPv6 too', () => {
      const dual = (ipAddressType: IpAddressType, props: Partial<AppLoadBalancerProps> = {}) => {
        const { stack, alarms } = new Parts(testStack());
        const vpc = new Vpc(stack, 'Dual', { ipProtocol: IpProtocol.DUAL_STACK, natGateways: 0 });
        const logs = new LogBucket(stack, 'Logs');
        const subnets = { subnetType: SubnetType.PUBLIC };
        new AppLoadBalancer(stack, 'Entry', { vpc, subnets, logs, alarms, ipAddressType, ...props });
        return balancerOf(Template.fromStack(stack)).Properties.IpAddressType as string;
      };

      test('it is reached where its subnets have both families, and over IPv4 alone unless that is asked for [compute-lb-scheme]', () => {
        expect(dual(IpAddressType.DUAL_STACK)).toBe('dualstack');
        expect(dual(IpAddressType.DUAL_STACK_WITHOUT_PUBLIC_IPV4)).toBe('dualstack-without-public-ipv4');
        expect(balancerOf(made()).Properties.IpAddressType).toBe('ipv4');
      });

      test('fails when its subnets have IPv4 alone, or no public address is left out where there is none [compute-lb-scheme]', () => {
        expect(refusal(() => ({ ipAddressType: IpAddressType.DUAL_STACK }))).toThrow(
          'ipAddressType is dualstack, but Stack/Vpc/PublicSubnet1 has no IPv6 addresses; give the network both families, or leave ipAddressType out',
        );
        const exposure = Exposure.internal([Peer.ipv4('10.0.0.0/16')]);
        expect(() => dual(IpAddressType.DUAL_STACK_WITHOUT_PUBLIC_IPV4, { exposure })).toThrow(
          'ipAddressType is dualstack-without-public-ipv4, and the exposure is not the internet, so that there is no public address to leave out; take IpAddressType.DUAL_STACK',
        );
      });
    });

    test('fails when it is for the internet without a route to it [compute-lb-scheme]', () => {
      expect(refusal(() => ({ subnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS } }))).toThrow(
        'subnets have no route to an internet gateway but the exposure is the internet; give public subnets, or Exposure.internal(…)',
      );
    });

    test.each([Peer.anyIpv4(), Peer.anyIpv6()])(
      'fails when an internal one lets the world in: %# [compute-lb-scheme]',
      (peer) => {
        expect(refusal((parts) => ({ ...inside(parts), exposure: Exposure.internal([peer]) }))).toThrow(
          'exposure is internal but lets everybody in; name the ranges or security groups that call this balancer',
        );
      },
    );

    test('fails when nobody is let in [compute-lb-scheme]', () => {
      expect(refusal((parts) => ({ ...inside(parts), exposure: Exposure.internal([]) }))).toThrow(
        'exposure lets nobody in; name at least one range or security group',
      );
    });
  });

  describe('security groups', () => {
    /** A stack whose resources carry the names of their constructs, which the network model then uses. */
    const named = () => {
      const stack = testStack();
      stack.node.setContext('aws:cdk:enable-path-metadata', true);
      return stack;
    };
    const behind = (port?: number) => {
      const parts = new Parts(named());
      const pool = parts.pool({ health: { path: '/health', ...(port && { port }) } });
      parts.balancer(pool);
      parts.fleet({ targets: pool });
      return Template.fromStack(parts.stack);
    };
    const clients = ['internet', 'Balancer', 'tcp 80'] as const;
    const outward = ['Fleet', 'internet', 'tcp 443'] as const;

    test('targets take traffic from the group of the balancer, never from a range [compute-lb-sg-chain]', () => {
      const template = behind();
      const ranges = Object.entries(template.findResources('AWS::EC2::SecurityGroup')).map(([id, { Properties }]) => [
        id.replace(/Group[0-9A-F]+$/, ''),
        (Properties.SecurityGroupIngress ?? []).length,
      ]);
      expect(ranges).toEqual([
        ['Entry', 2],
        ['Server', 0],
      ]);
      const rules = Object.values(template.findResources('AWS::EC2::SecurityGroupIngress'));
      expect(
        rules.map(({ Properties: p }) => [p.SourceSecurityGroupId['Fn::GetAtt'][0], p.CidrIp, p.FromPort]),
      ).toEqual([[expect.stringMatching(/^EntryGroup/), undefined, 80]]);
    });

    test('clients reach the balancer, it the targets, and nobody else reaches them [compute-lb-sg-chain]', () => {
      expect(NetworkModel.fromTemplates(behind().toJSON())).toHaveReachability([
        clients,
        ['Balancer', 'Fleet', 'tcp 80'],
        outward,
      ]);
    });

    test('a health port of its own is opened as well [compute-lb-sg-chain]', () => {
      expect(NetworkModel.fromTemplates(behind(4567).toJSON())).toHaveReachability([
        clients,
        ['Balancer', 'Fleet', 'tcp 80, 4567'],
        outward,
      ]);
    });

    test('two tiers: the internet reaches the first balancer only, its servers the second only, and that one the servers behind it; each tier is a group of its own [compute-two-lb-tiers]', () => {
      const front = new Parts(named());
      const web = front.pool();
      front.balancer(web);
      const webServers = front.template();
      front.fleet({ targets: web, template: webServers });

      const { stack, vpc, alarms } = front;
      const application = new TargetPool(stack, 'Application', { vpc, port: 8080, health: { path: '/health' } });
      new AppLoadBalancer(stack, 'Inner', {
        vpc,
        subnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
        targets: application,
        logs: new LogBucket(stack, 'InnerLogs'),
        alarms,
        exposure: Exposure.internal([webServers]),
      });
      new Fleet(stack, 'Workers', {
        vpc,
        template: new ComputeTemplate(stack, 'Worker', {
          vpc,
          description: 'Application servers',
          instanceType: new InstanceType('t4g.micro'),
          boot: new BootProgram(stack, 'WorkerBoot', { program: join(__dirname, 'boot.sh') }),
        }),
        size: FleetSize.between(2, 4),
        targets: application,
        alarms,
      });

      const template = Template.fromStack(stack);
      expect(NetworkModel.fromTemplates(template.toJSON())).toHaveReachability([
        ['internet', 'Entry/Balancer', 'tcp 80'],
        ['Entry/Balancer', 'Fleet', 'tcp 80'],
        ['Fleet', 'Inner/Balancer', 'tcp 80'],
        ['Inner/Balancer', 'Workers', 'tcp 8080'],
        ['Fleet', 'internet', 'tcp 443'],
        ['Workers', 'internet', 'tcp 443'],
      ]);
      const balancers = Object.values(template.findResources('AWS::ElasticLoadBalancingV2::LoadBalancer'));
      expect(balancers.map(({ Properties }) => Properties.Scheme)).toEqual(['internet-facing', 'internal']);
      const groups = Object.values(template.findResources('AWS::AutoScaling::AutoScalingGroup'));
      expect(groups.map(({ Properties }) => Properties.TargetGroupARNs[0].Ref)).toEqual([
        expect.stringMatching(/^Pool/),
        expect.stringMatching(/^Application/),
      ]);
    });
  });

  describe('transport', () => {
    test('port 80 answers with a permanent redirect to HTTPS and nothing else [compute-alb-redirect]', () => {
      const [http] = listeners(made((parts) => ({ transport: tls(parts) })));
      expect(http!.Port).toBe(80);
      expect(http!.DefaultActions).toEqual([
        { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } },
      ]);
    });

    test('HTTPS ends at the balancer: a certificate there, plain HTTP to targets [compute-tls-offload]', () => {
      const template = made((parts) => ({ transport: tls(parts) }));
      const [, https] = listeners(template);
      expect(https).toMatchObject({
        Port: 443,
        Protocol: 'HTTPS',
        Certificates: [{ CertificateArn: certificateArn }],
        DefaultActions: [{ Type: 'forward' }],
      });
      expect(resource(template, 'ElasticLoadBalancingV2::TargetGroup').Properties).toMatchObject({
        Protocol: 'HTTP',
        Port: 80,
      });
    });

    test('the policy is written out, TLS 1.2 or newer [compute-tls-policy]', () => {
      const policyOf = (options: Partial<TlsOptions>) =>
        listeners(made((parts) => ({ transport: tls(parts, options) })))[1]!.SslPolicy;
      expect(policyOf({})).toBe('ELBSecurityPolicy-TLS13-1-2-PQ-2025-09');
      expect(policyOf({ policy: SslPolicy.TLS13_13 })).toBe('ELBSecurityPolicy-TLS13-1-3-2021-06');
      expect(policyOf({ policy: SslPolicy.TLS11, legacyClients: 'Card terminals until 2027' })).toBe(
        'ELBSecurityPolicy-TLS-1-1-2017-01',
      );
    });

    const old = [
      'RECOMMENDED',
      'TLS13_10',
      'TLS13_11',
      'TLS13_10_PQ',
      'FIPS_TLS13_10',
      'FIPS_TLS13_11',
      'FIPS_TLS13_10_PQ',
      'FORWARD_SECRECY',
      'FORWARD_SECRECY_TLS11',
      'TLS11',
      'LEGACY',
    ];
    const complaints = (options: Partial<TlsOptions>) => {
      const stack = testStack();
      return Transport.tls({ certificate: certificate(stack), ...options })
        .faults(stack)
        .filter(Boolean);
    };

    test.each(old)(
      'fails when the policy %s takes older clients and nobody says which [compute-tls-policy]',
      (name) => {
        const policy = SslPolicy[name as keyof typeof SslPolicy];
        for (const legacyClients of ['', ' ']) {
          expect(complaints({ policy, legacyClients })).toEqual([
            `policy is ${policy}, which still takes TLS 1.0 or 1.1; take SslPolicy.TLS13_12_PQ, or name the clients that need it in legacyClients`,
          ]);
        }
      },
    );

    test('the balancer passes such complaints on [compute-tls-policy]', () => {
      expect(refusal((parts) => ({ transport: tls(parts, { policy: SslPolicy.TLS11 }) }))).toThrow(
        'Stack/Entry:\n  policy is ELBSecurityPolicy-TLS-1-1-2017-01, which still takes TLS 1.0 or 1.1',
      );
    });

    test.each(Object.keys(SslPolicy).filter((name) => !old.includes(name)))(
      '%s takes none of them [compute-tls-policy]',
      (name) => {
        expect(complaints({ policy: SslPolicy[name as keyof typeof SslPolicy] })).toEqual([]);
      },
    );

    test('without a certificate it says so: in its posture, and when it is synthesised', () => {
      const { parts, balancer } = built();
      expect(balancer.posture).toMatch(/^HTTP ONLY: no certificate was given/);
      expect(balancer.url).toMatch(/^http:/);
      Annotations.fromStack(parts.stack).hasInfo('/Stack/Entry', Match.stringLikeRegexp('^HTTP ONLY'));
    });

    test('with one it says nothing but what it takes', () => {
      const { parts, balancer } = built((p) => ({ transport: tls(p) }));
      expect(balancer.posture).toBe('HTTPS only (ELBSecurityPolicy-TLS13-1-2-PQ-2025-09); port 80 redirects to it');
      expect(balancer.url).toMatch(/^https:/);
      Annotations.fromStack(parts.stack).hasNoInfo('*', Match.anyValue());
    });

    test('fails when the certificate is of another region than the stack', () => {
      const stack = (region: string) =>
        new Stack(new App({ context: featureFlags }), 'Stack', { env: { account: '111122223333', region } });
      expect(refusal((parts) => ({ transport: tls(parts) }), stack('us-east-1'))).toThrow(
        'certificate is of eu-west-1 but the balancer of us-east-1; request one in us-east-1, a balancer takes no other',
      );
      expect(refusal((parts) => ({ transport: tls(parts) }), stack('eu-west-1'))).not.toThrow();
    });

    test('the first certificate is for clients that name nothing, further ones go by name, and each name may have a pool of its own [compute-tls-sni]', () => {
      const names = ['a', 'b'];
      const template = made(
        (parts) => ({
          transport: tls(parts, { more: names.map((name) => certificate(parts.stack, `${certificateArn}-${name}`)) }),
        }),
        (balancer, { stack, vpc }) =>
          names.forEach((name, i) => {
            const pool = new TargetPool(stack, `Pool-${name}`, { vpc, port: 80, health: { path: '/health' } });
            const condition = ListenerCondition.hostHeaders([`${name}.example.com`]);
            balancer.forward(`Name-${name}`, 10 * (i + 1), [condition], pool);
          }),
      );
      expect(listeners(template)[1].Certificates).toEqual([{ CertificateArn: certificateArn }]);
      expect(
        Object.values(template.findResources('AWS::ElasticLoadBalancingV2::ListenerCertificate')).flatMap(
          ({ Properties }) => Properties.Certificates,
        ),
      ).toEqual(names.map((name) => ({ CertificateArn: `${certificateArn}-${name}` })));
      const rules = Object.values(template.findResources('AWS::ElasticLoadBalancingV2::ListenerRule'));
      expect(
        rules.map(({ Properties: { Priority, Conditions, Actions } }) => [
          Priority,
          Conditions[0].HostHeaderConfig.Values,
          Actions[0].TargetGroupArn.Ref,
        ]),
      ).toEqual([
        [10, ['a.example.com'], expect.stringMatching(/^Poola/)],
        [20, ['b.example.com'], expect.stringMatching(/^Poolb/)],
      ]);
    });

    test('fails when a rule would catch everything or has no place [compute-tls-sni]', () => {
      const { balancer, parts } = built();
      const other = new TargetPool(parts.stack, 'Other', { vpc: parts.vpc, port: 80, health: { path: '/' } });
      expect(() => balancer.forward('All', 0, [], other)).toThrow(
        'Stack/Entry:\n  priority is 0; give a whole number from 1 to 50000\n  rule All has no conditions, so the rules after it would never be asked; name some',
      );
    });

    test('fails when there are more certificates than a balancer holds [compute-tls-sni]', () => {
      const more = (parts: Parts, count: number) =>
        Array.from({ length: count }, (_, i) => certificate(parts.stack, `${certificateArn}${i}`));
      expect(refusal((parts) => ({ transport: tls(parts, { more: more(parts, 25) }) }))).not.toThrow();
      expect(refusal((parts) => ({ transport: tls(parts, { more: more(parts, 26) }) }))).toThrow(
        'more has 26 certificates; a load balancer holds 25 beside its first, so split it, or have the quota raised and say quotaRaised',
      );
      expect(
        refusal((parts) => ({ transport: tls(parts, { more: more(parts, 26), quotaRaised: true }) })),
      ).not.toThrow();
    });
  });

  describe('redirect', () => {
    const moved = [ListenerCondition.pathPatterns(['/old/*'])];

    test('requests that meet a condition are sent elsewhere for good [compute-alb-redirect]', () => {
      const template = made(undefined, (balancer) => balancer.redirect('Moved', 10, moved, { path: '/new' }));
      template.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', {
        Priority: 10,
        Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/old/*'] } }],
        Actions: [{ Type: 'redirect', RedirectConfig: { Path: '/new', StatusCode: 'HTTP_301' } }],
      });
    });

    test('by a header too [compute-alb-redirect]', () => {
      const phone = [ListenerCondition.httpHeader('User-Agent', ['*Mobile*'])];
      made(undefined, (balancer) =>
        balancer.redirect('Phones', 20, phone, { host: 'm.example.com' }),
      ).hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', {
        Actions: [{ Type: 'redirect', RedirectConfig: { Host: 'm.example.com', StatusCode: 'HTTP_301' } }],
      });
    });

    test.each([
      {},
      { port: '80' },
      { protocol: 'HTTP', port: '#{port}', host: '#{host}', path: '/#{path}', query: '#{query}' },
    ])('fails when a redirect leads back to itself: %j [compute-alb-redirect]', (to) => {
      const { balancer } = built();
      expect(() => balancer.redirect('Loop', 1, moved, to)).toThrow(
        'Stack/Entry:\n  redirect Loop leads back to where the request came in; change its protocol, host, port, path or query',
      );
    });

    test('fails when it would send HTTPS to the HTTPS it came by [compute-alb-redirect]', () => {
      const { balancer } = built((parts) => ({ transport: tls(parts) }));
      expect(() => balancer.redirect('Loop', 1, moved, { protocol: 'HTTPS', port: '443' })).toThrow(
        'redirect Loop leads back',
      );
    });

    test.each([0, 50_001])('fails when its priority is %d [compute-alb-redirect]', (priority) => {
      const { balancer } = built();
      expect(() => balancer.redirect('Moved', priority, moved, { path: '/new' })).toThrow(
        `priority is ${priority}; give a whole number from 1 to 50000`,
      );
    });
  });

  test('it tells when it answers with errors itself, and when its targets do, to the alarm topic', () => {
    const template = made();
    const [topic] = Object.keys(template.findResources('AWS::SNS::Topic'));
    template.resourceCountIs('AWS::CloudWatch::Alarm', 2);
    template.allResourcesProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: [{ Ref: topic }],
      OKActions: [{ Ref: topic }],
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'HTTPCode_ELB_5XX_Count',
      Statistic: 'Sum',
      Threshold: 5,
      TreatMissingData: 'notBreaching',
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Threshold: 5,
      Metrics: Match.arrayWith([
        Match.objectLike({ Expression: '100 * FILL(errors, 0) / requests' }),
        Match.objectLike({ Id: 'errors', MetricStat: { Metric: { MetricName: 'HTTPCode_Target_5XX_Count' } } }),
        Match.objectLike({ Id: 'requests', MetricStat: { Metric: { MetricName: 'RequestCount' } } }),
      ]),
    });
  });

  test('fails when a silent connection would stay open for longer than there is', () => {
    expect(refusal(() => ({ idleTimeout: Duration.seconds(4_001) }))).toThrow(
      'idleTimeout is 4001 seconds; give a whole number from 1 to 4000 seconds',
    );
  });
});
