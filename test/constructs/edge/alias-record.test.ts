import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { DomainName, EndpointType, SecurityPolicy } from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Accelerator } from 'aws-cdk-lib/aws-globalaccelerator';
import { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { ARecord, HostedZone, RecordTarget, type IAliasRecordTarget } from 'aws-cdk-lib/aws-route53';
import {
  ApiGatewayDomain,
  BucketWebsiteTarget,
  CloudFrontTarget,
  GlobalAcceleratorTarget,
  LoadBalancerTarget,
} from 'aws-cdk-lib/aws-route53-targets';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AliasRecord, type AliasRecordProps } from '../../../lib/constructs/edge/alias-record';
import { testApp } from '../../support/app';

const stack = () => new Stack(testApp(), 'Stack', { env: { region: 'us-east-1', account: '111122223333' } });
const zoneIn = (scope: Stack) =>
  HostedZone.fromHostedZoneAttributes(scope, 'Zone', { hostedZoneId: 'Z123', zoneName: 'example.com' });
const certificateIn = (scope: Stack) =>
  Certificate.fromCertificateArn(scope, 'Certificate', 'arn:aws:acm:us-east-1:111122223333:certificate/1a2b');
const distributionIn = (scope: Stack, domainNames?: string[]) =>
  new Distribution(scope, 'Distribution', {
    defaultBehavior: { origin: new HttpOrigin('origin.example.net') },
    ...(domainNames && { domainNames, certificate: certificateIn(scope) }),
  });
const make = (target: (scope: Stack) => IAliasRecordTarget, props: Partial<AliasRecordProps> = {}) => {
  const scope = stack();
  new AliasRecord(scope, 'Alias', { zone: zoneIn(scope), name: 'www.example.com', target: target(scope), ...props });
  return scope;
};

test.each<[string, (scope: Stack) => IAliasRecordTarget]>([
  ['a distribution', (scope) => new CloudFrontTarget(distributionIn(scope, ['www.example.com']))],
  [
    'a load balancer',
    (scope) => new LoadBalancerTarget(new ApplicationLoadBalancer(scope, 'Balancer', { vpc: new Vpc(scope, 'Vpc') })),
  ],
  [
    'an API’s domain',
    (scope) =>
      new ApiGatewayDomain(
        new DomainName(scope, 'Domain', {
          domainName: 'www.example.com',
          certificate: certificateIn(scope),
          endpointType: EndpointType.REGIONAL,
          securityPolicy: SecurityPolicy.TLS_1_2,
        }),
      ),
  ],
  ['an accelerator', (scope) => new GlobalAcceleratorTarget(new Accelerator(scope, 'Accelerator'))],
  [
    'a website bucket',
    (scope) =>
      new BucketWebsiteTarget(
        new Bucket(scope, 'Site', { bucketName: 'www.example.com', websiteIndexDocument: 'index.html' }),
      ),
  ],
])('%s has a name over IPv4 and IPv6, without a TTL or addresses of its own [edge-alias-record]', (_, target) => {
  const records = Object.values(Template.fromStack(make(target)).findResources('AWS::Route53::RecordSet'));
  expect(records.map(({ Properties }) => Properties.Type)).toEqual(['A', 'AAAA']);
  for (const { Properties } of records) {
    expect(Properties.Name).toBe('www.example.com.');
    expect(Properties.AliasTarget).toEqual({
      DNSName: expect.anything(),
      HostedZoneId: expect.anything(),
      EvaluateTargetHealth: false,
    });
    expect(Properties.TTL).toBeUndefined();
    expect(Properties.ResourceRecords).toBeUndefined();
  }
});

test('a record can leave the answers with its target’s health, but for a distribution, which has none [edge-alias-record]', () => {
  const scope = make(
    (within) =>
      new LoadBalancerTarget(new ApplicationLoadBalancer(within, 'Balancer', { vpc: new Vpc(within, 'Vpc') })),
    { evaluateTargetHealth: true },
  );
  const records = Object.values(Template.fromStack(scope).findResources('AWS::Route53::RecordSet'));
  expect(records.map(({ Properties }) => Properties.AliasTarget.EvaluateTargetHealth)).toEqual([true, true]);
  expect(() =>
    make((within) => new CloudFrontTarget(distributionIn(within, ['www.example.com'])), { evaluateTargetHealth: true }),
  ).toThrow('Stack/Alias:\n  evaluateTargetHealth is true, but a distribution has no health to ask for; leave it out');
});

test('fails when the distribution does not answer for the name [edge-alternate-domain]', () => {
  expect(() => make((scope) => new CloudFrontTarget(distributionIn(scope, ['cdn.example.com'])))).toThrow(
    'Stack/Alias:\n  name is www.example.com, which the distribution does not answer for (it lists cdn.example.com); add it to domainNames',
  );
  expect(() => make((scope) => new CloudFrontTarget(distributionIn(scope)))).toThrow('(it lists no name)');
});

test('the name may be that of the zone itself, and fails when it is outside of it [edge-alias-record]', () => {
  const target = (name: string) => (scope: Stack) => new CloudFrontTarget(distributionIn(scope, [name]));
  expect(() => make(target('example.com'), { name: 'example.com' })).not.toThrow();
  expect(() => make(target('notexample.com'), { name: 'notexample.com' })).toThrow(
    'Stack/Alias:\n  name is notexample.com, which the zone example.com does not hold; give a name in it, or its own zone',
  );
});

describe('a website bucket', () => {
  const website = (bucketName?: string) => (scope: Stack) =>
    new BucketWebsiteTarget(
      new Bucket(scope, 'Site', {
        websiteIndexDocument: 'index.html',
        ...(bucketName !== undefined && { bucketName }),
      }),
    );

  test('is reached at the zone that S3 has in its Region [edge-alias-website-bucket]', () => {
    Template.fromStack(make(website('www.example.com'))).allResourcesProperties('AWS::Route53::RecordSet', {
      AliasTarget: { DNSName: 's3-website-us-east-1.amazonaws.com', HostedZoneId: 'Z3AQBSTGFYJSTF' },
    });
  });

  test.each([
    ['site.example.com', 'the bucket is called site.example.com'],
    [undefined, 'the bucket is called what CloudFormation chooses'],
  ])(
    'fails when it is called %s, not like the record, which the CDK takes [edge-alias-website-bucket]',
    (name, words) => {
      expect(() => make(website(name))).toThrow(
        `Stack/Alias:\n  name is www.example.com, but ${words}; a website is found by its bucket’s name, so name the bucket www.example.com`,
      );
      const scope = stack();
      const target = RecordTarget.fromAlias(website(name)(scope));
      expect(() => new ARecord(scope, 'A', { zone: zoneIn(scope), recordName: 'www', target })).not.toThrow();
    },
  );

  test('fails in a stack without a Region, as the CDK does [edge-alias-website-bucket]', () => {
    const scope = new Stack(testApp(), 'Stack');
    const target = website('www.example.com')(scope);
    const alias = () => new AliasRecord(scope, 'Alias', { zone: zoneIn(scope), name: 'www.example.com', target });
    expect(alias).toThrow(/region/i);
  });
});
