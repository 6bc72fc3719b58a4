import type { Template } from 'aws-cdk-lib/assertions';
import { corsDecision } from '../../lib/constructs/storage/cors-decision';
import type { CorsMethod } from '../../lib/constructs/storage/object-cors';
import { matchBehaviour } from '../../lib/constructs/edge/path-pattern';
import { resolve } from '../../lib/constructs/edge/resolve-routed';
import type { Settings } from '../../lib/settings';
import { accessOf } from '../support/access';
import { architecture, matchesItsSnapshots } from '../support/architecture';
import { zoneOfTemplate } from '../support/dns-zone';

const name = 'offloaded-media-site';
const sandbox = architecture(name);
const own: Settings = {
  region: 'eu-west-1',
  domainName: 'www.example.com',
  hostedZoneId: 'Z0123456789ABCDEFGHIJ',
  edgeCertificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/two',
};
const named = architecture(name, own);
const byDns = architecture(name, { ...own, certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/one' });

const of = (type: string, template = sandbox): [string, any][] =>
  Object.entries(template.findResources(`AWS::${type}`)).map(([id, { Properties }]) => [id, Properties]);
const named_ = (type: string, part: string, template = sandbox): any => {
  const [found, ...others] = of(type, template).filter(([id]) => id.startsWith(part));
  expect([part, others]).toEqual([part, []]);
  return found[1];
};
const distribution = (part: string, template = sandbox) =>
  named_('CloudFront::Distribution', part, template).DistributionConfig;
const site = distribution('SiteEdge');
const pagesUse = (template: Template) => named_('Lambda::Function', 'PagesMakeHandler', template).Environment.Variables;

/** What answers a path, and by which behaviour. */
function answering(path: string): { readonly behaviour: any; readonly by: string } {
  const { CacheBehaviors, DefaultCacheBehavior, Origins, OriginGroups } = site;
  const pattern = matchBehaviour(
    CacheBehaviors.map(({ PathPattern }: any) => PathPattern),
    path,
  );
  const behaviour = CacheBehaviors.find(({ PathPattern }: any) => PathPattern === pattern) ?? DefaultCacheBehavior;
  const nameOf = (id: string): string => {
    const { DomainName } = Origins.find(({ Id }: any) => Id === id);
    return DomainName['Fn::GetAtt']?.[0] ?? DomainName['Fn::Join'][1][0].Ref;
  };
  const group = OriginGroups.Items.find(({ Id }: any) => Id === behaviour.TargetOriginId);
  const ids: string[] = group ? group.Members.Items.map(({ OriginId }: any) => OriginId) : [behaviour.TargetOriginId];
  return { behaviour, by: ids.map((id) => nameOf(id).replace(/[0-9A-F]{8}$/, '')).join(', else ') };
}

describe('one name', () => {
  test.each([
    ['/', 'PagesApi, else MaintenancePageBucket'],
    ['/works/ferry', 'PagesApi, else MaintenancePageBucket'],
    ['/media/ferry.jpg', 'SiteMediaBucket'],
    ['/assets/site.css', 'MaintenancePageBucket'],
    ['/maintenance/index.html', 'MaintenancePageBucket'],
  ])('%s is answered by %s [storage-media-offload, edge-media-offload]', (path, by) => {
    expect(answering(path).by).toBe(by);
  });

  test('media are only read and kept for a day; what makes pages has no right to them [storage-media-offload, edge-media-offload]', () => {
    const { behaviour } = answering('/media/ferry.jpg');
    expect([behaviour.AllowedMethods, behaviour.CachedMethods]).toEqual([
      ['GET', 'HEAD'],
      ['GET', 'HEAD'],
    ]);
    const policy = of('CloudFront::CachePolicy').find(([id]) => id === behaviour.CachePolicyId.Ref)![1];
    expect(policy.CachePolicyConfig).toMatchObject({ DefaultTTL: 86_400, MinTTL: 0 });
    const access = accessOf(name);
    const make = 'Pages/Make/Handler/Function';
    for (const [action, resource] of [
      ['s3:GetObject', 'Site/Media/Bucket:media/ferry.jpg'],
      ['s3:ListBucket', 'Site/Media/Bucket'],
      ['s3:GetObject', 'Archive/Pictures/Bucket:pictures/ferry.svg'],
    ] as const)
      expect(access).not.toAllow(make, action, resource);
  });

  test('pages are told where media, pictures and styles are, each by a name the deployment gives', () => {
    expect(pagesUse(sandbox)).toMatchObject({
      SITE_ORIGIN: {
        'Fn::Join': ['', ['https://', { 'Fn::GetAtt': [expect.stringMatching(/^SiteEdge/), 'DomainName'] }]],
      },
      ARCHIVE_ORIGIN: {
        'Fn::Join': ['', ['https://', { 'Fn::GetAtt': [expect.stringMatching(/^ArchiveEdge/), 'DomainName'] }]],
      },
      STYLE_PATH: expect.stringMatching(/^\/assets\/site\.[0-9a-f]{12}\.css$/),
    });
  });
});

describe('without a domain', () => {
  test('the page takes over when pages answer 500, 502, 503 or 504, and says 503 [storage-out-of-band-page]', () => {
    expect(site.OriginGroups.Items[0].FailoverCriteria.StatusCodes.Items).toEqual([500, 502, 503, 504]);
    expect(site.CustomErrorResponses).toEqual([
      { ErrorCode: 403, ResponseCode: 503, ResponsePagePath: '/maintenance/index.html', ErrorCachingMinTTL: 5 },
    ]);
    expect(of('Route53::HealthCheck')).toEqual([]);
  });

  test('a file that is missing is missing, and no outage: the distribution may list the media [storage-out-of-band-page]', () => {
    const statements = named_('S3::BucketPolicy', 'SiteMedia').PolicyDocument.Statement.filter(
      ({ Principal, Effect }: any) => Effect === 'Allow' && Principal.Service === 'cloudfront.amazonaws.com',
    );
    expect(statements.map(({ Action }: any) => Action)).toEqual(['s3:GetObject', 's3:ListBucket']);
    const page = named_('S3::BucketPolicy', 'MaintenancePage').PolicyDocument.Statement;
    expect(JSON.stringify(page)).not.toContain('s3:ListBucket"');
  });

  test('pages give up before CloudFront does, which waits longer than they may take', () => {
    const { Timeout } = named_('Lambda::Function', 'PagesMakeHandler');
    const [api] = site.Origins.filter(({ CustomOriginConfig }: any) => CustomOriginConfig);
    expect([Timeout, api.CustomOriginConfig.OriginReadTimeout]).toEqual([5, 10]);
  });
});

describe('with a domain', () => {
  test('and a certificate for CloudFront alone, the distribution has the name, and the page is in its group', () => {
    expect(distribution('SiteEdge', named).Aliases).toEqual(['www.example.com']);
    expect(of('Route53::HealthCheck', named)).toEqual([]);
    expect(pagesUse(named).SITE_ORIGIN).toBe('https://www.example.com');
  });

  test('and one for the API too, the name leads to the API while it is healthy, and else to the page alone [storage-out-of-band-page]', () => {
    const zone = zoneOfTemplate(byDns, 'www.example.com');
    const [[check, { HealthCheckConfig }]] = of('Route53::HealthCheck', byDns);
    expect(resolve({ name: 'www.example.com' }, zone).chosen).toEqual(['application']);
    expect(resolve({ name: 'www.example.com' }, zone, {}, { unhealthy: new Set([check]) }).chosen).toEqual(['page']);
    expect(HealthCheckConfig).toMatchObject({
      Type: 'HTTPS_STR_MATCH',
      ResourcePath: '/health',
      SearchString: '"pages":"up"',
    });
    expect(JSON.stringify(HealthCheckConfig.FullyQualifiedDomainName)).toContain('PagesApi');
    expect(named_('ApiGatewayV2::DomainName', 'Pages', byDns).DomainName).toBe('www.example.com');
    const page = distribution('ByDnsPage', byDns);
    expect(page.Aliases).toEqual(['www.example.com']);
    expect(JSON.stringify(page)).not.toMatch(/Pages|SiteEdge|SiteMedia/);
    expect(distribution('SiteEdge', byDns).Aliases).toBeUndefined();
  });

  test('pages of that name may show media of the distribution, and pictures of the archive', () => {
    const headers = named_('CloudFront::ResponseHeadersPolicy', 'Site', byDns).ResponseHeadersPolicyConfig;
    expect(headers.CustomHeadersConfig.Items).toContainEqual({
      Header: 'Cross-Origin-Resource-Policy',
      Value: 'cross-origin',
      Override: true,
    });
    const [{ AllowedOrigins }] = named_('S3::Bucket', 'ArchivePictures', byDns).CorsConfiguration.CorsRules;
    expect(AllowedOrigins[1]).toBe('https://www.example.com');
  });
});

describe('pictures of another origin', () => {
  const [rule, ...others] = named_('S3::Bucket', 'ArchivePictures').CorsConfiguration.CorsRules;
  const ownOrigin = 'https://d111.cloudfront.net';
  const asked = (origin: string, method: string) =>
    corsDecision({ origin, target: 'https://d222.cloudfront.net', method, at: 0 }, [
      { origins: [ownOrigin], methods: rule.AllowedMethods as CorsMethod[] },
    ]);

  test('are shown by pages of the site, and by no others [storage-cors-two-origins]', () => {
    expect(others).toEqual([]);
    expect(rule.AllowedOrigins).toEqual([
      { 'Fn::Join': ['', ['https://', { 'Fn::GetAtt': [expect.stringMatching(/^SiteEdge/), 'DomainName'] }]] },
    ]);
    expect(rule.AllowedMethods).toEqual(['GET', 'HEAD']);
    expect([asked(ownOrigin, 'GET').readable, asked('https://elsewhere.example', 'GET').readable]).toEqual([
      true,
      false,
    ]);
    expect(asked(ownOrigin, 'DELETE').sent).toBe(false);
  });

  test('are kept for each origin apart, so that no copy names the wrong one', () => {
    const { DefaultCacheBehavior } = distribution('ArchiveEdge');
    const policy = of('CloudFront::CachePolicy').find(([id]) => id === DefaultCacheBehavior.CachePolicyId.Ref)![1];
    expect(policy.CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin.HeadersConfig).toEqual({
      HeaderBehavior: 'whitelist',
      Headers: ['Origin', 'Access-Control-Request-Method', 'Access-Control-Request-Headers'],
    });
    expect(DefaultCacheBehavior.AllowedMethods).toEqual(['GET', 'HEAD', 'OPTIONS']);
  });
});

matchesItsSnapshots(name);
