import { Duration, type Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AppLoadBalancer, type AppLoadBalancerProps } from '../../../lib/constructs/compute/app-load-balancer';
import { Exposure } from '../../../lib/constructs/compute/exposure';
import { TargetPool } from '../../../lib/constructs/compute/target-pool';
import { Transport } from '../../../lib/constructs/compute/transport';
import { CacheRules } from '../../../lib/constructs/edge/cache-rules';
import { customOrigin, type CustomOriginProps } from '../../../lib/constructs/edge/custom-origin';
import { EdgeDistribution } from '../../../lib/constructs/edge/edge-distribution';
import { GuardedCustomOrigin, type GuardedCustomOriginProps } from '../../../lib/constructs/edge/guarded-custom-origin';
import { OriginGuard, type OriginGuardProps } from '../../../lib/constructs/edge/origin-guard';
import { VpcBalancerOrigin, type VpcBalancerOriginProps } from '../../../lib/constructs/edge/vpc-balancer-origin';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { LogBucket } from '../../../lib/constructs/storage/log-bucket';
import { testStack } from '../../support/app';
import { NetworkModel } from '../../support/reachability';

const prefixListId = 'pl-0123456789abcdef0';
const tls = (stack: Stack, redirect = false) =>
  Transport.tls({
    certificate: Certificate.fromCertificateArn(
      stack,
      'Certificate',
      'arn:aws:acm:eu-west-1:111122223333:certificate/one',
    ),
    redirect,
  });

/** A balancer without a pool of its own, in a stack of its own. */
class Site {
  readonly stack = testStack();
  readonly vpc = new Vpc(this.stack, 'Vpc', { natGateways: 0, subnetConfiguration: subnets });

  balancer(props: Partial<AppLoadBalancerProps> = {}): AppLoadBalancer {
    return new AppLoadBalancer(this.stack, 'Entry', {
      vpc: this.vpc,
      subnets: { subnetType: props.exposure?.isPublic === false ? SubnetType.PRIVATE_ISOLATED : SubnetType.PUBLIC },
      logs: new LogBucket(this.stack, 'Logs'),
      alarms: new AlarmTopic(this.stack, 'Alarms'),
      ...props,
    });
  }

  guard(props: OriginGuardProps = { prefixListId }): OriginGuard {
    return new OriginGuard(this.stack, 'Guard', props);
  }

  pool(): TargetPool {
    return new TargetPool(this.stack, 'Pool', { vpc: this.vpc, port: 80, health: { path: '/health' } });
  }

  distribution(origin: GuardedCustomOrigin['origin']): void {
    new EdgeDistribution(this.stack, 'Edge', {
      description: 'Tests',
      defaultRoute: { origin, cache: new CacheRules(this.stack, 'Rules') },
      logBucket: new LogBucket(this.stack, 'EdgeLogs', { writtenWithAcl: true }).bucket,
    });
  }

  get template(): Template {
    return Template.fromStack(this.stack);
  }
}
const subnets = [
  { name: 'Public', subnetType: SubnetType.PUBLIC },
  { name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED },
];

/** A balancer that admits one distribution, with a pool behind it. */
function guarded(
  props: (site: Site) => Partial<GuardedCustomOriginProps> = () => ({ allowPlainOriginLeg: true }),
  balancer: (site: Site) => Partial<AppLoadBalancerProps> = () => ({}),
  guardProps?: OriginGuardProps,
): Template {
  const site = new Site();
  const guard = site.guard(guardProps);
  const loadBalancer = site.balancer({ exposure: guard.exposure, ...balancer(site) });
  loadBalancer.forward('Pages', 10, [guard.condition], site.pool());
  site.distribution(new GuardedCustomOrigin(site.stack, 'Server', { loadBalancer, guard, ...props(site) }).origin);
  return site.template;
}
const originsOf = (template: Template) =>
  Object.values(template.findResources('AWS::CloudFront::Distribution'))[0].Properties.DistributionConfig.Origins;
const secretOf = (generation = 1) => ({
  'Fn::Join': [
    '',
    [
      '{{resolve:secretsmanager:',
      { Ref: expect.stringMatching(new RegExp(`^GuardSecret${generation}`)) },
      ':SecretString:::}}',
    ],
  ],
});
const ingress = (template: Template) =>
  [
    ...Object.values(template.findResources('AWS::EC2::SecurityGroup')).flatMap(
      ({ Properties }) => Properties.SecurityGroupIngress ?? [],
    ),
    ...Object.values(template.findResources('AWS::EC2::SecurityGroupIngress')).map(({ Properties }) => Properties),
  ].map(({ FromPort, ToPort, CidrIp, CidrIpv6, SourcePrefixListId, SourceSecurityGroupId }) => [
    `${FromPort}-${ToPort}`,
    CidrIp ?? CidrIpv6 ?? SourcePrefixListId ?? SourceSecurityGroupId,
  ]);

describe('a guarded balancer', () => {
  test('CloudFront sends a secret that stands in no template [edge-origin-secret-header, edge-custom-origin]', () => {
    const [origin] = originsOf(guarded());
    expect(origin.OriginCustomHeaders).toEqual([{ HeaderName: 'X-Origin-Verify', HeaderValue: secretOf() }]);
    expect(origin).toHaveProperty('CustomOriginConfig');
    expect(origin).not.toHaveProperty('S3OriginConfig');
    expect(origin.DomainName).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^EntryBalancer/), 'DNSName'] });
    guarded().hasResourceProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: { ExcludePunctuation: true, PasswordLength: 40 },
    });
  });

  test('the balancer forwards only with it, and answers 403 otherwise [edge-origin-secret-header]', () => {
    const template = guarded();
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      DefaultActions: [
        {
          Type: 'fixed-response',
          FixedResponseConfig: { StatusCode: '403', ContentType: 'text/plain', MessageBody: 'Forbidden' },
        },
      ],
    });
    const [rule, ...others] = Object.values(template.findResources('AWS::ElasticLoadBalancingV2::ListenerRule'));
    expect(others).toEqual([]);
    expect(rule.Properties).toMatchObject({
      Priority: 10,
      Conditions: [
        { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-Origin-Verify', Values: [secretOf()] } },
      ],
      Actions: [{ Type: 'forward', TargetGroupArn: { Ref: expect.stringMatching(/^Pool/) } }],
    });
  });

  test('while the secret changes, both are taken and one is sent [edge-origin-secret-header]', () => {
    const template = guarded(undefined, undefined, { prefixListId, sends: 2, accepts: [1, 2] });
    expect(originsOf(template)[0].OriginCustomHeaders[0].HeaderValue).toEqual(secretOf(2));
    const [rule] = Object.values(template.findResources('AWS::ElasticLoadBalancingV2::ListenerRule'));
    expect(rule.Properties.Conditions[0].HttpHeaderConfig.Values).toEqual([secretOf(2), secretOf(1)]);
  });

  test('its group admits CloudFront’s addresses and no range of anybody’s [edge-origin-prefix-list]', () => {
    expect(ingress(guarded())).toEqual([['80-80', prefixListId]]);
    const secured = guarded(
      () => ({ domainName: 'origin.example.com' }),
      ({ stack }) => ({ transport: tls(stack) }),
    );
    expect(ingress(secured)).toEqual([['443-443', prefixListId]]);
  });

  test('without an id the deployment asks for the list by name, and synthesis for nothing [edge-origin-prefix-list]', () => {
    const template = guarded(undefined, undefined, {});
    const [question] = Object.values(template.findResources('Custom::AWS'));
    expect(JSON.parse(question.Properties.Create)).toMatchObject({
      service: 'EC2',
      action: 'DescribeManagedPrefixLists',
      parameters: {
        Filters: [{ Name: 'prefix-list-name', Values: ['com.amazonaws.global.cloudfront.origin-facing'] }],
      },
    });
    expect(ingress(template)).toEqual([
      ['80-80', { 'Fn::GetAtt': [expect.stringMatching(/^GuardPrefixList/), 'PrefixLists.0.PrefixListId'] }],
    ]);
    template.hasResourceProperties('AWS::IAM::Role', {
      Policies: [
        {
          PolicyDocument: Match.objectLike({
            Statement: Match.arrayWith([{ Action: 'ec2:DescribeManagedPrefixLists', Effect: 'Allow', Resource: '*' }]),
          }),
        },
      ],
    });
  });

  test('the internet does not reach the balancer, CloudFront does [edge-origin-prefix-list]', () => {
    const network = NetworkModel.fromTemplates({ Stack: guarded(undefined, undefined, {}).toJSON() as never });
    expect(network).not.toReach('internet', 'EntryBalancer', 'tcp 80');
    expect(network).toReach('130.176.0.1', 'EntryBalancer', 'tcp 80');
  });

  test('both ways are encrypted: the one to the balancer by TLS 1.2 and a certificate of its own [edge-two-tls-legs]', () => {
    const template = guarded(
      () => ({ domainName: 'origin.example.com' }),
      ({ stack }) => ({ transport: tls(stack) }),
    );
    expect(originsOf(template)[0]).toMatchObject({
      DomainName: 'origin.example.com',
      CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] },
    });
    const listeners = Object.values(template.findResources('AWS::ElasticLoadBalancingV2::Listener'));
    expect(listeners.map(({ Properties: { Port, Protocol } }) => [Port, Protocol])).toEqual([[443, 'HTTPS']]);
    expect(originsOf(guarded())[0].CustomOriginConfig.OriginProtocolPolicy).toBe('http-only');
  });

  test('fails when the way to it would be plain unasked, or TLS could not work [edge-two-tls-legs]', () => {
    expect(() => guarded(() => ({}))).toThrow(
      'Stack/Server:\n  loadBalancer is Stack/Entry, which has no certificate, so that requests would go to it in plain HTTP; give it Transport.tls(…), or set allowPlainOriginLeg',
    );
    expect(() =>
      guarded(
        () => ({ allowPlainOriginLeg: true }),
        ({ stack }) => ({ transport: tls(stack, true) }),
      ),
    ).toThrow(
      [
        'Stack/Server:',
        'allowPlainOriginLeg is set although the balancer has a certificate; leave it out',
        'domainName is not given; name the balancer by a name that its certificate covers, or CloudFront refuses the certificate',
        'the balancer opens port 80 to redirect, which CloudFront never asks, and the list of its addresses counts 55 rules for each port of the 60 a group may have; give its Transport redirect: false',
      ].join('\n  '),
    );
  });

  test('fails when the balancer is inside only, or admits others [edge-custom-origin, edge-origin-prefix-list]', () => {
    expect(() => guarded(undefined, () => ({ exposure: Exposure.vpcOrigin() }))).toThrow(
      'Stack/Server:\n  loadBalancer is Stack/Entry, which has no public address that CloudFront could reach; use VpcBalancerOrigin',
    );
    expect(() => guarded(undefined, () => ({ exposure: Exposure.internet() }))).toThrow(
      'Stack/Server:\n  loadBalancer is Stack/Entry, which admits others than CloudFront; give it exposure: guard.exposure',
    );
  });

  test('fails when the header, the list or the generations cannot be', () => {
    expect(() =>
      new Site().guard({ headerName: 'X-Amz-Secret', prefixListId: 'pl-1', sends: 3, accepts: [0, 1] }),
    ).toThrow(
      [
        'Stack/Guard:',
        'headerName is X-Amz-Secret, which CloudFront keeps for itself; give another, such as X-Origin-Verify',
        'a generation of the secret is 0; give whole numbers from 1',
        'sends is 3, which accepts (0, 1) does not hold, so that every request would be refused; add it',
        'prefixListId is pl-1; give an id such as pl-0123456789abcdef0',
      ].join('\n  '),
    );
    expect(() => new Site().guard({ headerName: 'a b', accepts: [1, 2, 3, 4] })).toThrow(
      [
        'Stack/Guard:',
        'headerName is a b; give a name of at most 40 letters, digits and hyphens, such as X-Origin-Verify',
        'accepts has 4 generations; a rule of a balancer compares three',
      ].join('\n  '),
    );
  });

  test.each(['X-Edge-Key', 'Cache-Control'])(
    'the header %s cannot be added by a distribution [edge-origin-secret-header]',
    (headerName) => {
      expect(() => guarded(undefined, undefined, { prefixListId, headerName })).toThrow(headerName);
    },
  );
});

describe('a balancer inside only', () => {
  const built = (
    props: (site: Site) => Partial<VpcBalancerOriginProps> = () => ({ allowPlainOriginLeg: true }),
    balancer: (site: Site) => Partial<AppLoadBalancerProps> = () => ({ exposure: Exposure.vpcOrigin() }),
  ): Template => {
    const site = new Site();
    const loadBalancer = site.balancer(balancer(site));
    site.distribution(new VpcBalancerOrigin(site.stack, 'Server', { loadBalancer, ...props(site) }).origin);
    return site.template;
  };

  test('CloudFront reaches it by interfaces in its network, over TLS 1.2 where it has a certificate [edge-vpc-origin, edge-two-tls-legs]', () => {
    const plain = built();
    plain.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internal' });
    plain.hasResourceProperties('AWS::CloudFront::VpcOrigin', {
      VpcOriginEndpointConfig: Match.objectLike({
        Arn: { Ref: Match.stringLikeRegexp('^EntryBalancer') },
        OriginProtocolPolicy: 'http-only',
        OriginSSLProtocols: ['TLSv1.2'],
      }),
    });
    expect(originsOf(plain)[0]).toMatchObject({
      VpcOriginConfig: { VpcOriginId: { 'Fn::GetAtt': [expect.stringMatching(/^ServerOrigin/), 'Id'] } },
    });
    expect(originsOf(plain)[0]).not.toHaveProperty('CustomOriginConfig');
    const secured = built(
      () => ({ domainName: 'origin.example.com', readTimeout: Duration.seconds(60) }),
      ({ stack }) => ({ exposure: Exposure.vpcOrigin(), transport: tls(stack) }),
    );
    secured.hasResourceProperties('AWS::CloudFront::VpcOrigin', {
      VpcOriginEndpointConfig: Match.objectLike({ OriginProtocolPolicy: 'https-only' }),
    });
    expect(originsOf(secured)[0]).toMatchObject({
      DomainName: 'origin.example.com',
      VpcOriginConfig: { OriginReadTimeout: 60 },
    });
    expect(ingress(secured).map(([port]) => port)).toEqual(['443-443']);
  });

  test('it admits the group of those interfaces alone, asked for once they are there [edge-vpc-origin]', () => {
    const template = built();
    const [[id, question]] = Object.entries(template.findResources('Custom::AWS'));
    expect(question.DependsOn).toContain(Object.keys(template.findResources('AWS::CloudFront::VpcOrigin'))[0]);
    expect(JSON.stringify(question.Properties.Create)).toContain('CloudFront-VPCOrigins-Service-SG');
    expect(ingress(template)).toEqual([['80-80', { 'Fn::GetAtt': [id, 'SecurityGroups.0.GroupId'] }]]);
  });

  test('fails when it has public addresses, or admits others [edge-vpc-origin]', () => {
    expect(() => built(undefined, () => ({}))).toThrow(
      'Stack/Server:\n  loadBalancer is Stack/Entry, which has public addresses that anybody may call; use GuardedCustomOrigin, or give it Exposure.vpcOrigin()',
    );
    expect(() =>
      built(
        () => ({ readTimeout: Duration.seconds(200) }),
        ({ vpc }) => ({
          exposure: Exposure.internal(
            [vpc.isolatedSubnets[0]].map(() => new OriginGuard(vpc, 'G', { prefixListId }).peer),
          ),
        }),
      ),
    ).toThrow(
      [
        'Stack/Server:',
        'loadBalancer is Stack/Entry, which admits others than CloudFront; give it Exposure.vpcOrigin()',
        'loadBalancer is Stack/Entry, which has no certificate, so that requests would go to it in plain HTTP; give it Transport.tls(…), or set allowPlainOriginLeg',
        'readTimeout is 3 minutes 20 seconds; give 1 second to 2 minutes',
      ].join('\n  '),
    );
  });
});

describe('any web server', () => {
  const made = (props: CustomOriginProps) => {
    const site = new Site();
    site.distribution(customOrigin(site.stack, props));
    return originsOf(site.template)[0];
  };

  test('is named by its public name, in TLS 1.2 unless told otherwise [edge-custom-origin, edge-two-tls-legs]', () => {
    const origin = made({ domainName: 'www.example.net', path: '/live', readTimeout: Duration.seconds(10) });
    expect(origin).toMatchObject({
      DomainName: 'www.example.net',
      OriginPath: '/live',
      CustomOriginConfig: {
        OriginProtocolPolicy: 'https-only',
        OriginSSLProtocols: ['TLSv1.2'],
        OriginReadTimeout: 10,
      },
    });
    expect(origin).not.toHaveProperty('S3OriginConfig');
    expect(made({ domainName: 'www.example.net', allowPlainOriginLeg: true })).toMatchObject({
      CustomOriginConfig: { OriginProtocolPolicy: 'http-only' },
    });
  });

  test.each<[Partial<CustomOriginProps>, string]>([
    [
      { domainName: '192.0.2.1' },
      'domainName is 192.0.2.1, an address, which CloudFront does not take; give a name in public DNS',
    ],
    [{ domainName: '2001:db8::1' }, 'domainName is 2001:db8::1, an address'],
    [
      { domainName: 'https://example.com/x' },
      'domainName is https://example.com/x; give the name alone, such as origin.example.com, without protocol, port and path',
    ],
    [{ readTimeout: Duration.seconds(200) }, 'readTimeout is 3 minutes 20 seconds; give 1 second to 2 minutes'],
    [{ keepaliveTimeout: Duration.millis(500) }, 'keepaliveTimeout is 500 millis; give 1 second to 2 minutes'],
    [{ path: 'live/' }, 'path is live/; begin it with a slash, and end it without one'],
  ])('fails when it is given %j [edge-custom-origin]', (props, message) => {
    expect(() => customOrigin(testStack(), { domainName: 'www.example.net', ...props })).toThrow(
      `Stack:\n  ${message}`,
    );
  });
});
