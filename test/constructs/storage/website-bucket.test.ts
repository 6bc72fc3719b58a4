import { Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  RedirectProtocol,
  ReplaceKey,
  type BucketProps,
  type RoutingRule,
} from 'aws-cdk-lib/aws-s3';
import { guardStorage } from '../../../lib/constructs/storage/guard-storage';
import { LogBucket } from '../../../lib/constructs/storage/log-bucket';
import { ObjectVersions } from '../../../lib/constructs/storage/object-versions';
import { RequesterPaysBucket } from '../../../lib/constructs/storage/requester-pays-bucket';
import { websiteAnswer, type WebsiteConfiguration } from '../../../lib/constructs/storage/website-answer';
import { WebsiteBucket, type WebsiteBucketProps } from '../../../lib/constructs/storage/website-bucket';
import { testApp, testStack } from '../../support/app';
import { decide } from '../../support/decide';

const open = { reason: 'The old catalogue is for everybody and its readers know HTTP alone' };
const domain = { domainName: 'www.example.com' };

function website(props: Partial<WebsiteBucketProps> = { public: open }, region?: string) {
  const stack = new Stack(testApp(), 'Stack', region === undefined ? {} : { env: { region } });
  const accessLogs = new LogBucket(stack, 'Logs', { writtenByBuckets: true }).bucket;
  const zone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
    hostedZoneId: 'Z0123456789ABC',
    zoneName: 'example.com',
  });
  const block = new WebsiteBucket(stack, 'Site', {
    accessLogs,
    accessLogPrefix: 'site/',
    ...props,
    ...(props.hostedZone && { hostedZone: zone }),
  });
  return { stack, block };
}
const someZone = HostedZone.fromHostedZoneAttributes(testStack('Other'), 'Zone', {
  hostedZoneId: 'Z0123456789ABC',
  zoneName: 'example.com',
});
function bucketOf(template: Template): { id: string; properties: any; policy: any } {
  const [id, { Properties }] = Object.entries(template.findResources('AWS::S3::Bucket')).find(([name]) =>
    name.startsWith('Site'),
  )!;
  const policies = Object.values(template.findResources('AWS::S3::BucketPolicy'));
  const policy = policies.find((one) => one.Properties.Bucket.Ref === id)?.Properties.PolicyDocument;
  return { id, properties: Properties, policy };
}
const made = (props?: Partial<WebsiteBucketProps>, region?: string) =>
  bucketOf(Template.fromStack(website(props, region).stack));
const refusal =
  (props: Partial<WebsiteBucketProps>, region = 'eu-west-1') =>
  () =>
    website(props, region);
/** A bucket that no block made, in an app that is guarded. */
const raw = (props: BucketProps) => () => {
  const stack = testStack();
  new Bucket(stack, 'Bucket', props);
  guardStorage(stack);
  return Template.fromStack(stack);
};

describe('a website', () => {
  const { id, properties, policy } = made({ public: open, error: '404.html' });

  test('has an index for every folder and a page for errors [storage-static-website-legacy]', () => {
    expect(properties.WebsiteConfiguration).toEqual({ IndexDocument: 'index.html', ErrorDocument: '404.html' });
    expect(made().properties.WebsiteConfiguration).toEqual({ IndexDocument: 'index.html' });
    expect(made({ public: open, index: 'start.html' }).properties.WebsiteConfiguration).toEqual({
      IndexDocument: 'start.html',
    });
  });

  test('is read by everybody, over HTTP too, and changed by nobody; only access control lists stay blocked [storage-static-website-legacy]', () => {
    const object = `<${id}.Arn>/index.html`;
    const context = { 'aws:SecureTransport': 'false' };
    expect(decide(policy, { action: 's3:GetObject', resource: object, context })).toBe('allow');
    for (const action of ['s3:PutObject', 's3:DeleteObject'])
      expect(decide(policy, { action, resource: object, context })).toBe('implicit deny');
    expect(decide(policy, { action: 's3:ListBucket', resource: `<${id}.Arn>`, context })).toBe('implicit deny');
    expect(properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: false,
      RestrictPublicBuckets: false,
    });
  });

  test('is under SSE-S3, logged, and free of broken uploads, and keeps versions when told to', () => {
    expect(properties.BucketEncryption.ServerSideEncryptionConfiguration[0]).toMatchObject({
      ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
    });
    expect(properties.LoggingConfiguration.LogFilePrefix).toBe('site/');
    expect(properties.LifecycleConfiguration.Rules.map(({ Id }: any) => Id)).toEqual(['BrokenUploads']);
    expect(properties.VersioningConfiguration).toBeUndefined();
    const versions = ObjectVersions.kept(Duration.days(9));
    expect(made({ public: open, versions }).properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
  });

  test('is found at an address of its bucket and region, by HTTP alone [storage-static-website-legacy]', () => {
    const { block, stack } = website();
    expect(stack.resolve(block.url)).toEqual({ 'Fn::GetAtt': [id, 'WebsiteURL'] });
    expect(website({ public: open, ...domain }).block.url).toBe('http://www.example.com');
  });

  test('answers with the index of a folder, the way to it, or the page for errors [storage-static-website-legacy]', () => {
    const objects = new Set(['index.html', 'docs/index.html', '404.html']);
    const get = (path: string, readable = objects) =>
      websiteAnswer(properties.WebsiteConfiguration as WebsiteConfiguration, {
        path,
        host: 'site',
        objects,
        readable,
      });
    expect(get('/')).toEqual({ status: 200, key: 'index.html' });
    expect(get('/docs/')).toEqual({ status: 200, key: 'docs/index.html' });
    expect(get('/docs')).toEqual({ status: 302, location: '/docs/' });
    expect(get('/nowhere')).toEqual({ status: 404, key: '404.html' });
    expect(get('/index.html', new Set())).toEqual({ status: 403 });
    expect(get('/index.html', new Set(['404.html']))).toEqual({ status: 403, key: '404.html' });
  });
});

describe('a name of its own', () => {
  test('is the name of the bucket, with alias records at the endpoint of the region [storage-website-domain-name]', () => {
    const { stack } = website({ public: open, ...domain, hostedZone: someZone }, 'eu-west-1');
    const template = Template.fromStack(stack);
    expect(bucketOf(template).properties.BucketName).toBe('www.example.com');
    template.hasResourceProperties('AWS::Route53::RecordSet', {
      Name: 'www.example.com.',
      Type: 'A',
      AliasTarget: { DNSName: 's3-website-eu-west-1.amazonaws.com', HostedZoneId: 'Z1BKCTXD74EZPE' },
    });
  });

  test('may be written to a zone elsewhere [storage-website-domain-name]', () => {
    const template = Template.fromStack(website({ public: open, ...domain }).stack);
    template.resourceCountIs('AWS::Route53::RecordSet', 0);
    expect(bucketOf(template).properties.BucketName).toBe('www.example.com');
  });

  test('fails for a bucket that is called otherwise, and for a zone that cannot help [storage-website-domain-name]', () => {
    expect(refusal({ public: open, ...domain, bucketName: 'my-site' })).toThrow(
      'Stack/Site:\n  bucketName is my-site and domainName is www.example.com; S3 finds a website by a bucket of the name that was asked for, so leave bucketName out',
    );
    expect(refusal({ public: open, hostedZone: someZone })).toThrow(
      'Stack/Site:\n  hostedZone is given without a domainName to write into it; give the name, or leave the zone out',
    );
    expect(() => website({ public: open, ...domain, hostedZone: someZone })).toThrow(
      'Stack/Site:\n  hostedZone is given in a stack without a fixed region, and an alias must name the endpoint of one; set env.region, or leave hostedZone out',
    );
    expect(refusal({ public: open, domainName: 'WWW.example.com' })).toThrow(
      'bucketName is WWW.example.com; use 3 to 63',
    );
    expect(refusal({ public: open, domainName: 'www.example.org', hostedZone: someZone })).toThrow(
      'name is www.example.org, which the zone example.com does not hold',
    );
  });
});

describe('a redirect of everything', () => {
  const { properties, policy } = made({ redirectTo: 'www.example.com' });

  test('leads to the other host over HTTPS, from whatever path, and has no documents [storage-website-redirect]', () => {
    const target = { HostName: 'www.example.com', Protocol: 'https' };
    expect(properties.WebsiteConfiguration).toEqual({ RedirectAllRequestsTo: target });
    const none = new Set<string>();
    const request = { path: '/docs/a', query: 'b', host: 'example.com', objects: none, readable: none };
    expect(websiteAnswer(properties.WebsiteConfiguration as WebsiteConfiguration, request)).toEqual({
      status: 301,
      location: 'https://www.example.com/docs/a?b',
    });
  });

  test('lets nobody read, as there is nothing [storage-website-redirect]', () => {
    expect(policy).toBeUndefined();
    expect(Object.values(properties.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
  });

  test('fails beside documents, rules or readers, and for what is no other host [storage-website-redirect]', () => {
    const rule = { condition: { keyPrefixEquals: 'a/' }, hostName: 'example.org' };
    expect(refusal({ redirectTo: 'a.example', index: 'index.html', routingRules: [rule] })).toThrow(
      'Stack/Site:\n  index, routingRules are given beside redirectTo, which sends every request to a.example before; leave one of the two out',
    );
    expect(refusal({ redirectTo: 'a.example', error: '404.html' })).toThrow('  error is given beside redirectTo');
    expect(refusal({ redirectTo: 'a.example', public: open })).toThrow(
      '  public is given beside redirectTo, which is a.example, and nothing would be read; leave public out',
    );
    expect(refusal({ redirectTo: 'https://a.example/' })).toThrow(
      '  redirectTo is https://a.example/; give the name of a host alone, such as www.example.com, without a scheme or a path',
    );
    expect(refusal({ redirectTo: 'www.example.com', ...domain })).toThrow(
      '  redirectTo is www.example.com, the name of this website itself; give another host',
    );
  });

  test('the CDK refuses the first of these itself [storage-website-redirect]', () => {
    const websiteRedirect = { hostName: 'a.example' };
    expect(raw({ websiteRedirect, websiteIndexDocument: 'index.html' })).toThrow(
      'cannot be set if "websiteRedirect" is used',
    );
  });
});

describe('rules', () => {
  const moved: RoutingRule = {
    condition: { keyPrefixEquals: 'docs/' },
    replaceKey: ReplaceKey.prefixWith('documents/'),
    httpRedirectCode: '302',
  };
  const search: RoutingRule = {
    condition: { httpErrorCodeReturnedEquals: '404' },
    hostName: 'search.example.com',
    protocol: RedirectProtocol.HTTPS,
    replaceKey: ReplaceKey.prefixWith('find/'),
  };
  const { properties } = made({ public: open, routingRules: [moved, search] });

  test('lead from a prefix to another, and from what is missing to a search page [storage-website-routing-rules]', () => {
    expect(properties.WebsiteConfiguration.RoutingRules).toEqual([
      {
        RoutingRuleCondition: { KeyPrefixEquals: 'docs/' },
        RedirectRule: { ReplaceKeyPrefixWith: 'documents/', HttpRedirectCode: '302' },
      },
      {
        RoutingRuleCondition: { HttpErrorCodeReturnedEquals: '404' },
        RedirectRule: { HostName: 'search.example.com', Protocol: 'https', ReplaceKeyPrefixWith: 'find/' },
      },
    ]);
    const objects = new Set(['index.html', 'documents/a.html']);
    const get = (path: string) =>
      websiteAnswer(properties.WebsiteConfiguration as WebsiteConfiguration, {
        path,
        host: 'site',
        objects,
        readable: objects,
      });
    expect(get('/docs/a.html')).toEqual({ status: 302, location: 'http://site/documents/a.html' });
    expect(get('/documents/a.html')).toEqual({ status: 200, key: 'documents/a.html' });
    expect(get('/lost')).toEqual({ status: 301, location: 'https://search.example.com/find/lost' });
  });

  test.each<[string, RoutingRule, string]>([
    [
      'a code that redirects nothing',
      { ...moved, httpRedirectCode: '200' },
      'httpRedirectCode is 200; give a whole number from 301 to 399',
    ],
    [
      'the one code of its hundred that S3 does not take',
      { ...moved, httpRedirectCode: '300' },
      'httpRedirectCode is 300; give',
    ],
    ['a code that is none', { ...moved, httpRedirectCode: 'moved' }, 'httpRedirectCode is NaN; give'],
    [
      'an error that is none',
      { ...search, condition: { httpErrorCodeReturnedEquals: '302' } },
      'condition.httpErrorCodeReturnedEquals is 302; give a whole number from 400 to 599',
    ],
    [
      'a host with a path',
      { ...search, hostName: 'example.com/find' },
      'hostName is example.com/find; give the name of a host alone',
    ],
    [
      'no way',
      { condition: { keyPrefixEquals: 'a/' } },
      'it leads nowhere; give hostName, protocol, replaceKey or httpRedirectCode',
    ],
    [
      'a way back to itself',
      { ...moved, replaceKey: ReplaceKey.prefixWith('docs/new/') },
      'it leads from "docs/" to "docs/new/", which it matches again, without end',
    ],
    [
      'a way from everywhere to here',
      { replaceKey: ReplaceKey.with('closed.html') },
      'it leads from "" to "closed.html", which it matches again',
    ],
  ])('fails for %s [storage-website-routing-rules]', (_, rule, fault) => {
    expect(refusal({ public: open, routingRules: [rule] })).toThrow(`Stack/Site:\n  routing rule 1: ${fault}`);
  });

  test('fails for a rule that hides those behind it, and for too many [storage-website-routing-rules]', () => {
    expect(refusal({ public: open, routingRules: [{ hostName: 'a.example' }, moved] })).toThrow(
      'routing rule 1: it has no condition, so that no rule behind it is ever asked; put it last',
    );
    expect(() => website({ public: open, routingRules: [moved, { hostName: 'a.example' }] })).not.toThrow();
    expect(refusal({ public: open, routingRules: Array<RoutingRule>(51).fill(moved) })).toThrow(
      'routingRules has 51 rules; S3 takes 50',
    );
  });
});

describe('what is refused', () => {
  test('fails without a reason, or for a poor one [storage-static-website-legacy]', () => {
    const remedy =
      'say in a sentence why everybody may read it over HTTP, or take a PrivateBucket behind an EdgeDistribution';
    expect(refusal({})).toThrow(`Stack/Site:\n  public is missing, and nobody could read the website; ${remedy}`);
    expect(refusal({ public: { reason: 'It is public' } })).toThrow(
      `Stack/Site:\n  public is given because of "It is public"; ${remedy}`,
    );
  });

  test('fails for documents, folders and versions that S3 does not take [storage-static-website-legacy]', () => {
    expect(
      refusal({
        public: open,
        index: 'a/index.html',
        error: '/404.html',
        accessLogPrefix: '/site',
        versions: ObjectVersions.suspended(),
      }),
    ).toThrow(
      [
        'Stack/Site:',
        `accessLogPrefix is "/site"; name a folder of this bucket's own, such as "site-bucket/"`,
        'versions are suspended, which only a bucket with a past has to be; use ObjectVersions.kept(...), or leave them out',
        'index is "a/index.html"; give the name that the document has in every folder, such as index.html, without a slash',
        'error is "/404.html"; give the key of a page, such as 404.html, without a slash at its beginning',
      ].join('\n  '),
    );
  });

  test('the CDK refuses an error page without an index, and readers of a bucket that is blocked [storage-static-website-legacy]', () => {
    expect(raw({ websiteErrorDocument: '404.html' })).toThrow('"websiteIndexDocument" is required');
    expect(raw({ publicReadAccess: true, blockPublicAccess: BlockPublicAccess.BLOCK_ALL })).toThrow(
      "Cannot grant public access when 'blockPublicPolicy' is enabled",
    );
  });

  test('fails for encryption that visitors cannot use and for HTTPS that they cannot speak, in a raw bucket too [storage-static-website-legacy]', () => {
    const websiteIndexDocument = 'index.html';
    const kms =
      'websiteConfiguration is given and bucketEncryption is aws:kms, which no visitor of a website can use; use AES256, or serve a private bucket by CloudFront';
    const https =
      'denies plain HTTP, and the website endpoint of its bucket speaks nothing else; leave enforceSSL out, or serve a private bucket by CloudFront';
    expect(raw({ websiteIndexDocument, encryption: BucketEncryption.KMS })).toThrow(`Stack/Bucket/Resource:\n  ${kms}`);
    expect(raw({ websiteIndexDocument, enforceSSL: true })).toThrow(`Stack/Bucket/Policy/Resource:\n  ${https}`);
    expect(raw({ enforceSSL: true, encryption: BucketEncryption.KMS })).not.toThrow();
    expect(raw({ websiteRedirect: { hostName: 'a.example' }, enforceSSL: true })).not.toThrow();
    const { block, stack } = website();
    (block.bucket.node.defaultChild as CfnBucket).bucketEncryption = {
      serverSideEncryptionConfiguration: [{ serverSideEncryptionByDefault: { sseAlgorithm: 'aws:kms' } }],
    };
    expect(() => Template.fromStack(stack)).toThrow(`Stack/Site/Bucket/Resource:\n  ${kms}`);
  });

  test('fails where the requester pays, who is nobody here [storage-static-website-legacy]', () => {
    const stack = testStack();
    const { bucket } = new RequesterPaysBucket(stack, 'Site', {
      accessLogs: new LogBucket(stack, 'Logs', { writtenByBuckets: true }).bucket,
      accessLogPrefix: 'site/',
    });
    (bucket.node.defaultChild as CfnBucket).websiteConfiguration = { indexDocument: 'index.html' };
    expect(() => Template.fromStack(stack)).toThrow(
      'websiteConfiguration is given, but the requester pays, which no visitor of a website can',
    );
  });
});
