import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { CacheRules } from '../../../lib/constructs/edge/cache-rules';
import { customOrigin } from '../../../lib/constructs/edge/custom-origin';
import { EdgeDistribution } from '../../../lib/constructs/edge/edge-distribution';
import { OutOfBandPage } from '../../../lib/constructs/edge/out-of-band-page';
import { LogBucket } from '../../../lib/constructs/storage/log-bucket';
import { testStack } from '../../support/app';

const good = '<link rel="stylesheet" href="/assets/site.css"><a href="https://status.example.com">Status</a>';

function folder(page: string | undefined): string {
  const root = mkdtempSync(join(tmpdir(), 'page-'));
  const files = { ...(page !== undefined && { 'maintenance/index.html': page }), 'assets/site.css': 'p{}' };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

function site(page: string | undefined = good) {
  const stack = testStack();
  const logs = new LogBucket(stack, 'Logs', { writtenWithAcl: true }).bucket;
  const standIn = new OutOfBandPage(stack, 'Page', {
    source: folder(page),
    accessLogs: logs,
    accessLogPrefix: 'page/',
  });
  const edge = new EdgeDistribution(stack, 'Edge', {
    description: 'Site',
    defaultRoute: {
      origin: standIn.behind(customOrigin(stack, { domainName: 'app.example.com' })),
      cache: new CacheRules(stack, 'Rules'),
    },
    routes: standIn.routes,
    errorPages: standIn.errorPages,
    logBucket: logs,
  });
  standIn.publish(edge.distribution);
  const template = Template.fromStack(stack);
  const [{ Properties }] = Object.values(template.findResources('AWS::CloudFront::Distribution'));
  return { template, config: Properties.DistributionConfig };
}

describe('a page behind servers', () => {
  const { template, config } = site();
  const originOf = (id: string) => config.Origins.find(({ Id }: { Id: string }) => Id === id);

  test('answers when they answer 500, 502, 503 or 504, or not at all [storage-out-of-band-page, edge-origin-failover]', () => {
    const [group, ...others] = config.OriginGroups.Items;
    expect(others).toEqual([]);
    expect(config.DefaultCacheBehavior.TargetOriginId).toBe(group.Id);
    expect(group.FailoverCriteria.StatusCodes.Items).toEqual([500, 502, 503, 504]);
    const [servers, bucket] = group.Members.Items.map(({ OriginId }: { OriginId: string }) => originOf(OriginId));
    expect(servers.DomainName).toBe('app.example.com');
    expect(JSON.stringify(bucket.DomainName)).toMatch(/PageBucket/);
    expect(bucket.OriginAccessControlId).toBeDefined();
  });

  test('is shown for whatever its bucket refuses, as 503, and is asked for again after five seconds [storage-out-of-band-page]', () => {
    expect(config.CustomErrorResponses).toEqual([
      { ErrorCode: 403, ResponseCode: 503, ResponsePagePath: '/maintenance/index.html', ErrorCachingMinTTL: 5 },
    ]);
  });

  test('comes from its bucket itself, with its styles, whatever becomes of the servers', () => {
    const direct = config.CacheBehaviors.map(({ PathPattern, TargetOriginId }: any) => [
      PathPattern,
      JSON.stringify(originOf(TargetOriginId).DomainName).includes('PageBucket'),
    ]);
    expect(direct).toEqual([
      ['/maintenance/*', true],
      ['/assets/*', true],
    ]);
    expect(config.Origins).toHaveLength(2);
  });

  test('is put there by each deployment, and copies of the former one end', () => {
    template.resourceCountIs('Custom::CDKBucketDeployment', 2);
    template.hasResourceProperties('Custom::CDKBucketDeployment', {
      DistributionPaths: ['/maintenance/index.html'],
      WaitForDistributionInvalidation: true,
    });
  });
});

test('fails when there is no page', () => {
  const empty = folder(undefined);
  expect(
    () =>
      new OutOfBandPage(testStack(), 'Page', {
        source: empty,
        accessLogs: new LogBucket(testStack(), 'Logs').bucket,
        accessLogPrefix: 'page/',
      }),
  ).toThrow(`Stack/Page:\n  source is ${empty}, which has no maintenance/index.html; put the page there`);
});

test.each(['https://cdn.example.com/site.css', '/media/logo.svg', 'logo.svg'])(
  'fails when the page shows %s, which is not beside it [storage-out-of-band-page]',
  (url) => {
    expect(() => site(`<p>Sorry</p><img alt="" src="${url}">`)).toThrow(
      `maintenance/index.html shows ${url}, which may be down together with the servers; put it below assets/ of`,
    );
  },
);
