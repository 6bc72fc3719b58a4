import type { App } from 'aws-cdk-lib';
import { Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  KeyGroup,
  PublicKey,
  SecurityPolicyProtocol,
  SSLMethod,
  ViewerProtocolPolicy,
  type IOrigin,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, LoadBalancerV2Origin, OriginGroup, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Bucket, BucketEncryption, ObjectOwnership, type BucketProps } from 'aws-cdk-lib/aws-s3';
import { CacheRules } from '../../../lib/constructs/edge/cache-rules';
import { EdgeDistribution, type EdgeDistributionProps } from '../../../lib/constructs/edge/edge-distribution';
import { ErrorPages } from '../../../lib/constructs/edge/error-pages';
import { GeoGate } from '../../../lib/constructs/edge/geo-gate';
import { PrivateS3Origin } from '../../../lib/constructs/edge/private-s3-origin';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { LogBucket } from '../../../lib/constructs/storage/log-bucket';
import { testApp, testStack } from '../../support/app';

type Props = Partial<EdgeDistributionProps>;

const certificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/1a2b3c4d';

/** What a distribution needs at least, in a stack of its own. */
function parts(stack: Stack = testStack()) {
  const logBucket = new LogBucket(stack, 'Logs', { writtenWithAcl: true }).bucket;
  const cache = new CacheRules(stack, 'Rules');
  const server = new HttpOrigin('server.example.com');
  const imported = Certificate.fromCertificateArn(stack, 'Imported', certificateArn);
  const zone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z123', zoneName: 'example.com' });
  const required = { description: 'Site', defaultRoute: { origin: server, cache }, logBucket };
  return { stack, logBucket, cache, server, imported, zone, required };
}
type Parts = ReturnType<typeof parts>;

function synthesise(props: (p: Parts) => Props = () => ({}), stack?: Stack): Template {
  const made = parts(stack);
  new EdgeDistribution(made.stack, 'Edge', { ...made.required, ...props(made) });
  return Template.fromStack(made.stack);
}
const refusal = (props: (p: Parts) => Props, stack?: Stack) => () => {
  const made = parts(stack);
  return new EdgeDistribution(made.stack, 'Edge', { ...made.required, ...props(made) });
};
const config = (expected: object) => ({ DistributionConfig: Match.objectLike(expected) });
const has = (template: Template, expected: object) =>
  template.hasResourceProperties('AWS::CloudFront::Distribution', config(expected));
const inRegion = (region: string) => new Stack(testApp(), 'Stack', { env: { region } });

describe('every distribution', () => {
  const template = synthesise(({ cache, server }) => ({ routes: [{ path: '/a/*', origin: server, cache }] }));

  test('speaks HTTP/2 and 3 over IPv4 and IPv6, and compresses on every route [edge-distribution-baseline]', () => {
    has(template, {
      HttpVersion: 'http2and3',
      IPV6Enabled: true,
      DefaultCacheBehavior: Match.objectLike({ Compress: true }),
      CacheBehaviors: [Match.objectLike({ Compress: true })],
    });
  });

  test('adds the security headers to every route and hides how objects are kept [edge-distribution-baseline]', () => {
    const [headers] = Object.keys(template.findResources('AWS::CloudFront::ResponseHeadersPolicy'));
    has(template, {
      DefaultCacheBehavior: Match.objectLike({ ResponseHeadersPolicyId: { Ref: headers } }),
      CacheBehaviors: [Match.objectLike({ ResponseHeadersPolicyId: { Ref: headers } })],
    });
  });

  test('logs to a private bucket that expires logs and does not log itself [edge-distribution-baseline]', () => {
    has(template, {
      Logging: {
        Bucket: { 'Fn::GetAtt': [Match.stringLikeRegexp('^LogsBucket'), 'RegionalDomainName'] },
        Prefix: 'distribution/',
      },
    });
    template.resourcePropertiesCountIs('AWS::S3::Bucket', {}, 1);
    template.hasResourceProperties('AWS::S3::Bucket', {
      LoggingConfiguration: Match.absent(),
      LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 90 })] },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' }] },
      PublicAccessBlockConfiguration: Match.objectLike({ BlockPublicPolicy: true, RestrictPublicBuckets: true }),
    });
  });

  test('caches and passes on GET and HEAD alone [edge-read-through-cache]', () => {
    const reads = { AllowedMethods: ['GET', 'HEAD'], CachedMethods: ['GET', 'HEAD'] };
    has(template, {
      DefaultCacheBehavior: Match.objectLike(reads),
      CacheBehaviors: [Match.objectLike(reads)],
    });
  });

  test('has a name with TLS of its own and nothing of yours [edge-default-domain-tls]', () => {
    has(template, { Aliases: Match.absent(), ViewerCertificate: Match.absent() });
    const { stack, required } = parts();
    const edge = new EdgeDistribution(stack, 'Edge', required);
    expect(stack.resolve(edge.url)).toEqual({
      'Fn::Join': ['', ['https://', { 'Fn::GetAtt': [expect.stringMatching(/^Edge/), 'DomainName'] }]],
    });
  });

  test('redirects to HTTPS unless told otherwise [edge-viewer-protocol]', () => {
    has(template, {
      DefaultCacheBehavior: Match.objectLike({ ViewerProtocolPolicy: 'redirect-to-https' }),
      CacheBehaviors: [Match.objectLike({ ViewerProtocolPolicy: 'redirect-to-https' })],
    });
  });

  test('fails when the description would be cut off', () => {
    expect(refusal(() => ({ description: 'x'.repeat(129) }))).toThrow(
      'Stack/Edge:\n  description has 129 characters; it takes 128 and the rest would be cut off',
    );
  });
});

describe('routes', () => {
  test('writes travel to the origin where they are accepted, and are cached nowhere [edge-read-through-cache]', () => {
    const template = synthesise(({ cache, server }) => ({
      routes: [
        { path: '/api/*', origin: server, cache, acceptsWrites: true },
        { path: '/fonts/*', origin: server, cache, cachesOptions: true },
      ],
    }));
    has(template, {
      DefaultCacheBehavior: Match.objectLike({ AllowedMethods: ['GET', 'HEAD'] }),
      CacheBehaviors: [
        Match.objectLike({
          PathPattern: '/api/*',
          AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
          CachedMethods: ['GET', 'HEAD'],
        }),
        Match.objectLike({
          PathPattern: '/fonts/*',
          AllowedMethods: ['GET', 'HEAD', 'OPTIONS'],
          CachedMethods: ['GET', 'HEAD', 'OPTIONS'],
        }),
      ],
    });
  });

  test('fails when a web server is one that CloudFront cannot reach, though the CDK makes the origin [edge-custom-origin]', () => {
    const balancer = (stack: Stack, internetFacing: boolean) =>
      new LoadBalancerV2Origin(
        new ApplicationLoadBalancer(stack, 'Balancer', {
          vpc: new Vpc(stack, 'Vpc', { natGateways: 0 }),
          internetFacing,
        }),
      );
    const served = (originOf: (stack: Stack) => IOrigin) =>
      refusal(({ stack, cache }) => ({ routes: [{ path: '/web/*', origin: originOf(stack), cache }] }));
    expect(served((stack) => balancer(stack, false))).toThrow(
      'Stack/Edge:\n  an origin is Stack/Balancer, which has no public address that CloudFront could reach; use VpcBalancerOrigin',
    );
    expect(served((stack) => balancer(stack, true))).not.toThrow();
    expect(served(() => new HttpOrigin('203.0.113.9'))).toThrow(
      'Stack/Edge:\n  an origin is 203.0.113.9, an address, which CloudFront does not take; give a name in public DNS',
    );
    expect(
      served(
        () =>
          new HttpOrigin('a.example.com', {
            readTimeout: Duration.seconds(200),
            keepaliveTimeout: Duration.seconds(121),
          }),
      ),
    ).toThrow(
      [
        'Stack/Edge:',
        'readTimeout of an origin is 200 seconds; give a whole number from 1 to 120 seconds',
        'keepaliveTimeout of an origin is 121 seconds; give a whole number from 1 to 120 seconds',
      ].join('\n  '),
    );
  });

  test('fails when a bucket with a website is reached by an access control, though the CDK makes the origin [edge-website-endpoint-origin]', () => {
    const served = (props: BucketProps) =>
      refusal(({ stack, cache }) => ({
        routes: [
          { path: '/b/*', origin: S3BucketOrigin.withOriginAccessControl(new Bucket(stack, 'Site', props)), cache },
        ],
      }));
    expect(served({ websiteIndexDocument: 'index.html' })).toThrow(
      'Stack/Edge:\n  an origin is Stack/Site with an access control, and it has a website configuration, whose endpoint is public and knows none; leave the configuration out, or use S3StaticWebsiteOrigin',
    );
    expect(served({})).not.toThrow();
  });

  test('fails when writes go to an origin group, or to a bucket that does not admit them [edge-read-through-cache, edge-origin-failover]', () => {
    expect(
      refusal(({ stack, cache, server }) => ({
        routes: [
          {
            path: '/group/*',
            origin: new OriginGroup({ primaryOrigin: server, fallbackOrigin: new HttpOrigin('other.example.com') }),
            cache,
            acceptsWrites: true,
          },
          { path: '/files/*', origin: new PrivateS3Origin(new Bucket(stack, 'Files')), cache, acceptsWrites: true },
        ],
      })),
    ).toThrow(
      [
        'Stack/Edge:',
        'the route /group/* accepts writes although its origin is an origin group, which fails over for reads only; give it one origin',
        'the route /files/* accepts writes although the bucket does not admit them; set acceptsWrites of the PrivateS3Origin too',
      ].join('\n  '),
    );
  });

  test('a second origin answers reads when the first fails or is not reached [edge-origin-failover]', () => {
    const template = synthesise(({ cache, server }) => ({
      defaultRoute: {
        origin: new OriginGroup({ primaryOrigin: server, fallbackOrigin: new HttpOrigin('other.example.com') }),
        cache,
      },
    }));
    has(template, {
      OriginGroups: {
        Quantity: 1,
        Items: [Match.objectLike({ FailoverCriteria: { StatusCodes: { Items: [500, 502, 503, 504], Quantity: 4 } } })],
      },
      DefaultCacheBehavior: Match.objectLike({ AllowedMethods: ['GET', 'HEAD'] }),
    });
  });

  test('several origins stand behind one name, in the order they were declared, numbers too [edge-path-behaviours]', () => {
    const template = synthesise(({ stack, cache, server }) => ({
      routes: ['/media/*', '/web/*', '10', '2'].map((path, i) => ({
        path,
        origin: i === 0 ? new PrivateS3Origin(new Bucket(stack, 'Media')) : server,
        cache,
      })),
    }));
    const { DistributionConfig } = Object.values(template.findResources('AWS::CloudFront::Distribution'))[0].Properties;
    expect(DistributionConfig.CacheBehaviors.map((one: any) => one.PathPattern)).toEqual([
      '/media/*',
      '/web/*',
      '10',
      '2',
    ]);
    expect(DistributionConfig.Origins).toHaveLength(2);
    expect(DistributionConfig.CacheBehaviors[0].TargetOriginId).not.toBe(
      DistributionConfig.DefaultCacheBehavior.TargetOriginId,
    );
    expect(DistributionConfig.CacheBehaviors[1].TargetOriginId).toBe(
      DistributionConfig.DefaultCacheBehavior.TargetOriginId,
    );
    expect(DistributionConfig.DefaultCacheBehavior.PathPattern).toBeUndefined();
  });

  test('fails when one route hides another, with the path of the distribution [edge-path-behaviours]', () => {
    expect(
      refusal(({ cache, server }) => ({
        routes: ['/a/*', '/a/b/*'].map((path) => ({ path, origin: server, cache })),
      })),
    ).toThrow(
      'Stack/Edge:\n  routes has /a/b/* after /a/*, which answers all of it; put the more specific pattern first',
    );
  });

  test('fails when there are 76, unless the quota was raised [edge-path-behaviours]', () => {
    const many = ({ cache, server }: Parts) =>
      Array.from({ length: 76 }, (_, i) => ({ path: `/p${i}`, origin: server, cache }));
    expect(refusal((p) => ({ routes: many(p) }))).toThrow('routes has 76 patterns; a distribution takes 75');
    expect(refusal((p) => ({ routes: many(p), maximumRoutes: 100 }))).not.toThrow();
  });

  test.each([
    [ViewerProtocolPolicy.ALLOW_ALL, 'allow-all'],
    [ViewerProtocolPolicy.REDIRECT_TO_HTTPS, 'redirect-to-https'],
    [ViewerProtocolPolicy.HTTPS_ONLY, 'https-only'],
  ])('plain HTTP can be answered, redirected or refused: %s [edge-viewer-protocol]', (viewerProtocol, value) => {
    const template = synthesise(({ cache, server }) => ({ defaultRoute: { origin: server, cache, viewerProtocol } }));
    has(template, { DefaultCacheBehavior: Match.objectLike({ ViewerProtocolPolicy: value }) });
  });

  test('fails when a route that checks signatures answers plain HTTP [edge-viewer-protocol]', () => {
    const signed = (viewerProtocol: ViewerProtocolPolicy) =>
      refusal(({ stack, cache, server }) => {
        const encodedKey = '-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----';
        const items = [new PublicKey(stack, 'Key', { encodedKey })];
        const trustedKeyGroups = [new KeyGroup(stack, 'Keys', { items })];
        return { routes: [{ path: '/members/*', origin: server, cache, viewerProtocol, trustedKeyGroups }] };
      });
    expect(signed(ViewerProtocolPolicy.ALLOW_ALL)).toThrow(
      'Stack/Edge:\n  the route /members/* checks signatures and answers plain HTTP, which gives them away; redirect to HTTPS, or allow only that',
    );
    expect(signed(ViewerProtocolPolicy.HTTPS_ONLY)).not.toThrow();
  });
});

describe('error pages', () => {
  test('each code has a page, a status and a time of its own [edge-error-pages]', () => {
    const template = synthesise(() => ({
      errorPages: ErrorPages.of(
        { code: 404, page: '/404.html' },
        { code: 403, page: '/404.html', as: 404, ttl: Duration.seconds(10) },
      ),
      entryDocument: 'index.html',
    }));
    has(template, {
      CustomErrorResponses: [
        { ErrorCode: 404, ResponseCode: 404, ResponsePagePath: '/404.html', ErrorCachingMinTTL: 60 },
        { ErrorCode: 403, ResponseCode: 404, ResponsePagePath: '/404.html', ErrorCachingMinTTL: 10 },
      ],
      DefaultRootObject: 'index.html',
    });
  });

  test('fails when the entry document begins with a slash [edge-error-pages]', () => {
    expect(refusal(() => ({ entryDocument: '/index.html' }))).toThrow(
      'Stack/Edge:\n  entryDocument is /index.html; leave the slash out, index.html',
    );
  });

  test('fails when the page for an outage comes from the origin that is out, and not when another has it [edge-error-pages]', () => {
    const errorPages = ErrorPages.of({ code: 503, page: '/sorry/503.html' });
    expect(refusal(() => ({ errorPages }))).toThrow(
      'Stack/Edge:\n  errorPages shows /sorry/503.html for 503, which comes from the very origin that fails then; give it a route to another origin',
    );
    expect(
      refusal(({ stack, cache }) => ({
        errorPages,
        routes: [{ path: '/sorry/*', origin: new PrivateS3Origin(new Bucket(stack, 'Sorry')), cache }],
      })),
    ).not.toThrow();
  });
});

describe('countries', () => {
  test.each([
    [GeoGate.allow('AT', 'DE'), 'whitelist', ['AT', 'DE']],
    [GeoGate.deny('AQ'), 'blacklist', ['AQ']],
  ])('%j [edge-geo-restriction]', (geo, RestrictionType, Locations) => {
    has(
      synthesise(() => ({ geo })),
      { Restrictions: { GeoRestriction: { RestrictionType, Locations } } },
    );
  });

  test('all are answered by default [edge-geo-restriction]', () => {
    has(synthesise(), { Restrictions: Match.absent() });
  });

  test('fails when a code is none, or a page lets in whom the gate turns away [edge-geo-restriction, edge-error-pages]', () => {
    expect(refusal(() => ({ geo: GeoGate.allow('ZZ'), errorPages: ErrorPages.singlePageApp() }))).toThrow(
      [
        'Stack/Edge:',
        'geo lists ZZ; use ISO 3166-1 codes of two capital letters such as AT',
        'errorPages shows /index.html as 200 for 403, which is what geo answers to those it turns away; answer 403 with a page of its own',
      ].join('\n  '),
    );
  });
});

describe('a name of your own', () => {
  const named = ({ imported, zone }: Parts) => ({
    domainNames: ['cdn.example.com', 'example.com'],
    certificate: imported,
    hostedZone: zone,
  });

  test('the distribution answers to it with its certificate, by SNI, from TLS 1.2 on [edge-alternate-domain, edge-sni-or-dedicated-ip]', () => {
    has(synthesise(named), {
      Aliases: ['cdn.example.com', 'example.com'],
      ViewerCertificate: {
        AcmCertificateArn: certificateArn,
        MinimumProtocolVersion: 'TLSv1.2_2021',
        SslSupportMethod: 'sni-only',
      },
    });
  });

  test('each name gets an A and an AAAA alias to the zone CloudFront has in this partition [edge-alternate-domain, edge-alias-record]', () => {
    const template = synthesise(named);
    const records = Object.values(template.findResources('AWS::Route53::RecordSet')).map(
      ({ Properties }) => Properties,
    );
    expect(records.map(({ Name, Type }) => `${Type} ${Name}`)).toEqual([
      'A cdn.example.com.',
      'AAAA cdn.example.com.',
      'A example.com.',
      'AAAA example.com.',
    ]);
    for (const { AliasTarget, HostedZoneId } of records) {
      expect(HostedZoneId).toBe('Z123');
      expect(AliasTarget).toEqual({
        DNSName: { 'Fn::GetAtt': [expect.stringMatching(/^Edge/), 'DomainName'] },
        EvaluateTargetHealth: false,
        HostedZoneId: {
          'Fn::FindInMap': ['AWSCloudFrontPartitionHostedZoneIdMap', { Ref: 'AWS::Partition' }, 'zoneId'],
        },
      });
    }
    expect(template.findMappings('AWSCloudFrontPartitionHostedZoneIdMap')).toMatchObject({
      AWSCloudFrontPartitionHostedZoneIdMap: { aws: { zoneId: 'Z2FDTNDATAQYW2' } },
    });
  });

  test('its URL is the first of the names', () => {
    const made = parts();
    expect(new EdgeDistribution(made.stack, 'Edge', { ...made.required, ...named(made) }).url).toBe(
      'https://cdn.example.com',
    );
  });

  test('fails when the name has no certificate [edge-alternate-domain]', () => {
    expect(refusal(() => ({ domainNames: ['cdn.example.com'] }))).toThrow(
      'Stack/Edge:\n  domainNames is cdn.example.com without a certificate that proves them; give certificate, or leave the names out',
    );
  });

  test('fails when the certificate or the zone has no name [edge-alternate-domain]', () => {
    expect(refusal(({ imported, zone }) => ({ certificate: imported, hostedZone: zone }))).toThrow(
      [
        'Stack/Edge:',
        'certificate is given without domainNames, so that nobody would be shown it; give the names it covers, or leave it out',
        'hostedZone is given without domainNames to write into it; give the names, or leave it out',
      ].join('\n  '),
    );
  });

  test('fails when the zone does not hold the name [edge-alternate-domain]', () => {
    expect(refusal((p) => ({ ...named(p), domainNames: ['cdn.example.org'] }))).toThrow(
      'Stack/Edge/Alias:\n  name is cdn.example.org, which the zone example.com does not hold; give a name in it, or its own zone',
    );
  });

  test('fails when the certificate made in this app does not cover the name; a wildcard is one label [edge-alternate-domain]', () => {
    const covering = (names: string[], domainNames: string[]) =>
      refusal(({ stack }) => {
        const [domainName, ...subjectAlternativeNames] = names as [string];
        return { domainNames, certificate: new Certificate(stack, 'Own', { domainName, subjectAlternativeNames }) };
      }, inRegion('us-east-1'));
    expect(covering(['*.example.com', 'example.org'], ['a.example.com', 'example.org'])).not.toThrow();
    expect(covering(['*.example.com'], ['a.b.example.com', 'example.com'])).toThrow(
      'Stack/Edge:\n  domainNames has a.b.example.com, example.com, which the certificate for *.example.com does not cover; add the name to it',
    );
  });

  test.each(['SSLv3', 'TLSv1', 'TLSv1_2016', 'TLSv1.1_2016', 'TLSv1.2_2018', 'TLSv1.2_2019'])(
    'fails when viewers may use %s [edge-alternate-domain]',
    (minimumProtocol) => {
      expect(refusal((p) => ({ ...named(p), minimumProtocol: minimumProtocol as SecurityPolicyProtocol }))).toThrow(
        `Stack/Edge:\n  minimumProtocol is ${minimumProtocol}; give TLSv1.2_2021, TLSv1.2_2025, TLSv1.3_2025`,
      );
    },
  );

  test('fails when a protocol is asked of the certificate that CloudFront brings [edge-default-domain-tls]', () => {
    expect(refusal(() => ({ minimumProtocol: SecurityPolicyProtocol.TLS_V1_3_2025 }))).toThrow(
      'Stack/Edge:\n  minimumProtocol is TLSv1.3_2025, which only takes effect with a certificate; give certificate and domainNames too',
    );
  });

  test('dedicated addresses need their price accepted [edge-sni-or-dedicated-ip]', () => {
    expect(refusal((p) => ({ ...named(p), sslMethod: SSLMethod.VIP }))).toThrow(
      'Stack/Edge:\n  sslMethod is vip, which costs 600 USD a month; use sni-only, or set acceptDedicatedIpCost',
    );
    const accepted = synthesise((p) => ({ ...named(p), sslMethod: SSLMethod.VIP, acceptDedicatedIpCost: true }));
    has(accepted, { ViewerCertificate: Match.objectLike({ SslSupportMethod: 'vip' }) });
  });
});

describe('the region of the certificate', () => {
  const domainNames = ['cdn.example.com'];

  test('fails when an imported one is of another region [edge-certificate-us-east-1]', () => {
    expect(
      refusal(({ stack }) => ({
        domainNames,
        certificate: Certificate.fromCertificateArn(stack, 'Wrong', certificateArn.replace('us-east-1', 'eu-west-1')),
      })),
    ).toThrow(
      'Stack/Edge:\n  certificate is of the region eu-west-1; CloudFront uses certificates of us-east-1 only, so request one there',
    );
  });

  test.each([
    [inRegion('eu-west-1'), 'the region eu-west-1'],
    [testStack(), 'a stack without a fixed region'],
  ])('fails when one is made elsewhere [edge-certificate-us-east-1]', (stack, where) => {
    expect(
      refusal(
        () => ({ domainNames, certificate: new Certificate(stack, 'Own', { domainName: 'cdn.example.com' }) }),
        stack,
      ),
    ).toThrow(
      `Stack/Edge:\n  certificate is made in ${where}; CloudFront uses certificates of us-east-1 only, so make it in a stack there`,
    );
  });

  test('an app elsewhere refers to the certificate of a stack in us-east-1 and holds none itself [edge-certificate-us-east-1]', () => {
    const app: App = testApp();
    const account = '111122223333';
    const certificates = new Stack(app, 'Certificates', {
      env: { account, region: 'us-east-1' },
      crossRegionReferences: true,
    });
    const stack = new Stack(app, 'Stack', { env: { account, region: 'eu-west-1' }, crossRegionReferences: true });
    const certificate = new Certificate(certificates, 'Own', { domainName: 'cdn.example.com' });
    const template = synthesise(() => ({ domainNames, certificate }), stack);
    template.resourceCountIs('AWS::CertificateManager::Certificate', 0);
    has(template, { ViewerCertificate: Match.objectLike({ AcmCertificateArn: Match.anyValue() }) });
    Template.fromStack(certificates).resourceCountIs('AWS::CertificateManager::Certificate', 1);
  });
});

describe('logs and alarms', () => {
  test('fails when the log bucket has access control lists off, or cannot take logs [edge-distribution-baseline, storage-access-log-bucket]', () => {
    const into = (bucket: (stack: Stack) => Bucket | LogBucket['bucket']) =>
      refusal(({ stack }) => ({ logBucket: bucket(stack) }));
    expect(into((stack) => new LogBucket(stack, 'Closed').bucket)).toThrow(
      'Stack/Edge:\n  logBucket is Stack/Closed/Bucket, whose access control lists are off, and CloudFront writes its logs with one; use a LogBucket with writtenWithAcl',
    );
    expect(
      into(
        (stack) =>
          new Bucket(stack, 'Kept', {
            encryption: BucketEncryption.KMS,
            objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED,
          }),
      ),
    ).toThrow(
      [
        'Stack/Edge:',
        'logBucket is Stack/Kept, which is encrypted with a KMS key, which the log writers of S3 cannot use; encrypt it with SSE-S3',
        'logBucket is Stack/Kept, which keeps its logs for ever; give it a lifecycle rule that expires them',
      ].join('\n  '),
    );
  });

  test.each(['eu-south-1', 'ap-southeast-4', 'me-central-1', 'af-south-1', 'ca-west-1'])(
    'fails when logs cannot be written in %s [edge-distribution-baseline]',
    (region) => {
      expect(refusal(() => ({}), inRegion(region))).toThrow(
        `Stack/Edge:\n  logBucket would be in ${region}, where CloudFront cannot write its logs; deploy to a region that is on by default, such as eu-west-1`,
      );
    },
  );

  test.each(['eu-west-1', 'us-east-1', 'ap-southeast-2', 'ap-south-1', 'eu-central-1', 'ca-central-1'])(
    'logs can be written in %s',
    (region) => {
      expect(refusal(() => ({}), inRegion(region))).not.toThrow();
    },
  );

  test('an alarm watches the figure as CloudFront publishes it, in the one region that has it', () => {
    const made = parts(inRegion('us-east-1'));
    const edge = new EdgeDistribution(made.stack, 'Edge', made.required);
    edge.alarmOnServerErrors(new AlarmTopic(made.stack, 'Alarms'));
    Template.fromStack(made.stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/CloudFront',
      MetricName: '5xxErrorRate',
      Dimensions: [
        { Name: 'DistributionId', Value: { Ref: Match.stringLikeRegexp('^Edge') } },
        { Name: 'Region', Value: 'Global' },
      ],
      Threshold: 5,
      EvaluationPeriods: 5,
      TreatMissingData: 'notBreaching',
      AlarmActions: [Match.anyValue()],
    });
  });

  test.each([
    [inRegion('eu-west-1'), 'eu-west-1'],
    [testStack(), 'no fixed region'],
  ])('fails when the alarm could not see the figure', (stack, where) => {
    const made = parts(stack);
    const edge = new EdgeDistribution(made.stack, 'Edge', made.required);
    const alarms = new AlarmTopic(made.stack, 'Alarms');
    expect(() => edge.alarmOnServerErrors(alarms)).toThrow(
      `Stack/Edge:\n  an alarm in ${where} would never see a figure of CloudFront, which are all in us-east-1; fix the stack to that region, or make the alarm in another stack there`,
    );
  });
});
