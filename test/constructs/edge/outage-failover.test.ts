import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { HostedZone, type IAliasRecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties, CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import type { Stack } from 'aws-cdk-lib';
import { HealthSignal } from '../../../lib/constructs/edge/health-signal';
import { OutOfBandPage } from '../../../lib/constructs/edge/out-of-band-page';
import { OutageFailover } from '../../../lib/constructs/edge/outage-failover';
import { resolve } from '../../../lib/constructs/edge/resolve-routed';
import { LogBucket } from '../../../lib/constructs/storage/log-bucket';
import { testStack } from '../../support/app';
import { zoneOfTemplate } from '../../support/dns-zone';

const domainName = 'www.example.com';
const source = mkdtempSync(join(tmpdir(), 'page-'));
mkdirSync(join(source, 'maintenance'));
writeFileSync(join(source, 'maintenance', 'index.html'), '<p>Back soon</p>');

interface Wanted {
  readonly application?: (stack: Stack) => IAliasRecordTarget;
  readonly host?: string;
}

function make({ application, host = 'a1.execute-api.eu-west-1.amazonaws.com' }: Wanted = {}): Template {
  const stack = testStack();
  const logBucket = new LogBucket(stack, 'Logs', { writtenWithAcl: true }).bucket;
  new OutageFailover(stack, 'ByDns', {
    domainName,
    zone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z1', zoneName: 'example.com' }),
    certificate: Certificate.fromCertificateArn(
      stack,
      'Certificate',
      'arn:aws:acm:us-east-1:111122223333:certificate/1a2b',
    ),
    application: application?.(stack) ?? new ApiGatewayv2DomainProperties('d-1.execute-api.example', 'Z2'),
    signal: HealthSignal.https({ host }),
    page: new OutOfBandPage(stack, 'Page', { source, accessLogs: logBucket, accessLogPrefix: 'page/' }),
    logBucket,
  });
  return Template.fromStack(stack);
}

describe('a name by DNS', () => {
  const template = make();
  const only = (type: string): [string, any] => {
    const [found, ...others] = Object.entries(template.findResources(type));
    expect(others).toEqual([]);
    return [found[0], found[1].Properties];
  };
  const [check, { HealthCheckConfig }] = only('AWS::Route53::HealthCheck');
  const [distribution, { DistributionConfig }] = only('AWS::CloudFront::Distribution');

  test('leads to the application while that is healthy, and to the page while not [edge-out-of-band-page, storage-out-of-band-page]', () => {
    const zone = zoneOfTemplate(template, 'example.com');
    for (const type of ['A', 'AAAA']) {
      const healthy = resolve({ name: domainName, type }, zone);
      expect([healthy.chosen, healthy.values]).toEqual([['application'], ['d-1.execute-api.example']]);
      const ill = resolve({ name: domainName, type }, zone, {}, { unhealthy: new Set([check]) });
      expect(ill.chosen).toEqual(['page']);
      expect(ill.values).toEqual([distribution.toLowerCase()]);
    }
  });

  test('is watched where the application answers, and not by the name itself [edge-out-of-band-page]', () => {
    expect(HealthCheckConfig).toMatchObject({
      Type: 'HTTPS',
      FullyQualifiedDomainName: 'a1.execute-api.eu-west-1.amazonaws.com',
      RequestInterval: 30,
      FailureThreshold: 3,
    });
  });

  test('has a page that knows nothing of the application [edge-out-of-band-page]', () => {
    expect(DistributionConfig.Aliases).toEqual([domainName]);
    expect(DistributionConfig.Origins).toHaveLength(1);
    const reached = new Set<string>();
    const follow = (value: unknown): void => {
      for (const [, id] of JSON.stringify(value).matchAll(/"(?:Ref|Fn::GetAtt)":\[?"(\w+)"/g)) {
        if (reached.has(id)) continue;
        reached.add(id);
        follow(template.toJSON().Resources[id]?.Properties ?? '');
      }
    };
    follow(DistributionConfig);
    const types = [...reached].flatMap((id) => template.toJSON().Resources[id]?.Type ?? []);
    expect(new Set(types)).toEqual(
      new Set([
        'AWS::S3::Bucket',
        'AWS::CloudFront::CachePolicy',
        'AWS::CloudFront::ResponseHeadersPolicy',
        'AWS::CloudFront::OriginAccessControl',
      ]),
    );
    expect(JSON.stringify(DistributionConfig)).not.toContain('execute-api');
  });

  test('shows the page for every path, as 503 [storage-out-of-band-page]', () => {
    expect(DistributionConfig.CustomErrorResponses).toEqual([
      { ErrorCode: 403, ResponseCode: 503, ResponsePagePath: '/maintenance/index.html', ErrorCachingMinTTL: 5 },
    ]);
  });
});

test('fails when the application is a distribution, which would need the name too [edge-out-of-band-page]', () => {
  const application = (stack: Stack) =>
    new CloudFrontTarget(
      new Distribution(stack, 'Application', { defaultBehavior: { origin: new HttpOrigin('origin.example.net') } }),
    );
  expect(() => make({ application })).toThrow(
    'Stack/ByDns:\n  application is a distribution, and CloudFront gives www.example.com to one distribution alone; give a balancer or an API, or put the page into its origin group by OutOfBandPage.behind(...)',
  );
});

test('fails when its health is asked by the name that the page has then [edge-out-of-band-page]', () => {
  expect(() => make({ host: domainName })).toThrow(
    'Stack/ByDns:\n  signal asks www.example.com, which the page answers while the application is down, so that it would look healthy; ask the application by a name of its own',
  );
});
