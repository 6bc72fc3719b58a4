import type { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { S3StaticWebsiteOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { CacheRules } from '../../../lib/constructs/edge/cache-rules';
import { EdgeDistribution } from '../../../lib/constructs/edge/edge-distribution';
import { OriginAccess } from '../../../lib/constructs/edge/origin-access';
import { PrivateS3Origin, type PrivateS3OriginProps } from '../../../lib/constructs/edge/private-s3-origin';
import { LogBucket } from '../../../lib/constructs/storage/log-bucket';
import { ObjectEncryption } from '../../../lib/constructs/storage/object-encryption';
import { PrivateBucket } from '../../../lib/constructs/storage/private-bucket';
import { testStack } from '../../support/app';
import { decide, decideTogether, type AccessRequest, type PolicyDocument } from '../../support/decide';

const legacy = OriginAccess.legacyIdentity('The distribution has had it since before there was an access control');

/** A site's template with the names of its bucket, its distribution and their policies. */
function site(props: PrivateS3OriginProps = {}, encryption = ObjectEncryption.managed()) {
  const stack = testStack();
  const logs = new LogBucket(stack, 'Logs', { writtenWithAcl: true }).bucket;
  const { bucket } = new PrivateBucket(stack, 'Files', { accessLogs: logs, accessLogPrefix: 'files/', encryption });
  const origin = new PrivateS3Origin(bucket, props);
  new EdgeDistribution(stack, 'Edge', {
    description: 'Site',
    defaultRoute: { origin, cache: new CacheRules(stack, 'Rules') },
    entryDocument: 'index.html',
    logBucket: logs,
  });
  const template = Template.fromStack(stack);
  const find = (type: string, part: string) =>
    Object.entries(template.findResources(type)).find(([name]) => name.startsWith(part))!;
  const [name, { Properties: properties }] = find('AWS::S3::Bucket', 'Files');
  const [distribution] = find('AWS::CloudFront::Distribution', 'Edge');
  const policy: PolicyDocument = find('AWS::S3::BucketPolicy', 'Files')[1].Properties.PolicyDocument;
  return { template, find, properties, policy, distribution, object: `<${name}.Arn>/index.html` };
}

const arnOf = (id: string) => `arn:<AWS::Partition>:cloudfront::<AWS::AccountId>:distribution/${id}`;
const overTls = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.2' };
const asCloudFront = (resource: string, sourceArn: string, more: Partial<AccessRequest> = {}): AccessRequest => ({
  principal: { Service: 'cloudfront.amazonaws.com' },
  action: 's3:GetObject',
  resource,
  context: { ...overTls, 'AWS:SourceArn': sourceArn },
  ...more,
});
const refusal =
  (bucket: (stack: Stack) => IBucket, props: PrivateS3OriginProps = {}) =>
  () =>
    new PrivateS3Origin(bucket(testStack()), props);

describe('told what is missing', () => {
  const { policy, distribution, object } = site({ tellsMissing: true });
  const bucket = object.replace('/index.html', '');

  test('this distribution may list the bucket, so that S3 answers 404, and no other may', () => {
    const list = (id: string) => decide(policy, asCloudFront(bucket, arnOf(`<${id}>`), { action: 's3:ListBucket' }));
    expect([list(distribution), list('Other')]).toEqual(['allow', 'implicit deny']);
    const plain = site();
    expect(
      decide(plain.policy, asCloudFront(bucket, arnOf(`<${plain.distribution}>`), { action: 's3:ListBucket' })),
    ).toBe('implicit deny');
  });

  test('fails when the path / would list the bucket', () => {
    const stack = testStack();
    const logs = new LogBucket(stack, 'Logs', { writtenWithAcl: true }).bucket;
    const { bucket: files } = new PrivateBucket(stack, 'Files', { accessLogs: logs, accessLogPrefix: 'files/' });
    const made = (id: string, entryDocument?: string) => () =>
      new EdgeDistribution(stack, id, {
        description: 'Site',
        defaultRoute: {
          origin: new PrivateS3Origin(files, { tellsMissing: true }),
          cache: new CacheRules(stack, `${id}Rules`),
        },
        logBucket: logs,
        ...(entryDocument !== undefined && { entryDocument }),
      });
    expect(made('Open')).toThrow(
      'Stack/Open:\n  defaultRoute has a bucket with tellsMissing and no entryDocument, so that the path / would list all there is; give an entryDocument',
    );
    expect(made('Shut', 'index.html')).not.toThrow();
  });
});

describe('with Origin Access Control', () => {
  const { template, properties, policy, distribution, object } = site();
  const own = arnOf(`<${distribution}>`);

  test('every request to the bucket is signed with SigV4 [edge-private-s3-origin]', () => {
    template.hasResourceProperties('AWS::CloudFront::OriginAccessControl', {
      OriginAccessControlConfig: {
        OriginAccessControlOriginType: 's3',
        SigningBehavior: 'always',
        SigningProtocol: 'sigv4',
      },
    });
    template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        Origins: [
          {
            DomainName: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Files'), 'RegionalDomainName'] },
            OriginAccessControlId: { 'Fn::GetAtt': [Match.anyValue(), 'Id'] },
            S3OriginConfig: { OriginAccessIdentity: '' },
            CustomOriginConfig: Match.absent(),
          },
        ],
      },
    });
  });

  test('the bucket is closed and no website [edge-private-s3-origin, storage-static-private]', () => {
    expect(Object.values(properties.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
    expect(properties.WebsiteConfiguration).toBeUndefined();
  });

  test.each<[string, AccessRequest, string]>([
    ['this distribution reads', asCloudFront(object, own), 'allow'],
    ['this distribution stores nothing', asCloudFront(object, own, { action: 's3:PutObject' }), 'implicit deny'],
    [
      'this distribution lists nothing',
      asCloudFront(object.replace(/\/.*/, ''), own, { action: 's3:ListBucket' }),
      'implicit deny',
    ],
    ['another distribution reads nothing', asCloudFront(object, arnOf('EOTHER')), 'implicit deny'],
    [
      'a distribution of another account reads nothing',
      asCloudFront(object, own.replace('<AWS::AccountId>', '999999999999')),
      'implicit deny',
    ],
    ['CloudFront on nobody’s behalf reads nothing', asCloudFront(object, own, { context: overTls }), 'implicit deny'],
    ['anybody reads nothing', { action: 's3:GetObject', resource: object, context: overTls }, 'implicit deny'],
    [
      'this distribution over plain HTTP is denied',
      asCloudFront(object, own, { context: { 'AWS:SourceArn': own, 'aws:SecureTransport': 'false' } }),
      'explicit deny',
    ],
  ])('%s [edge-private-s3-origin, storage-static-private]', (_, request, decision) => {
    expect(decide(policy, request)).toBe(decision);
  });

  test('writes are admitted only when asked for', () => {
    const writable = site({ acceptsWrites: true });
    const put = asCloudFront(writable.object, arnOf(`<${writable.distribution}>`), { action: 's3:PutObject' });
    expect(decide(writable.policy, put)).toBe('allow');
  });
});

describe('with the legacy identity', () => {
  const { template, find, policy, object } = site({ access: legacy });
  const [identity] = find('AWS::CloudFront::CloudFrontOriginAccessIdentity', 'Edge');
  const user = { CanonicalUser: `<${identity}.S3CanonicalUserId>` };
  const get = { principal: user, action: 's3:GetObject', resource: object, context: overTls };

  test('one identity is made for the distribution, which presents it [edge-oai-legacy]', () => {
    template.resourceCountIs('AWS::CloudFront::CloudFrontOriginAccessIdentity', 1);
    template.resourceCountIs('AWS::CloudFront::OriginAccessControl', 0);
    template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        Origins: [
          {
            OriginAccessControlId: Match.absent(),
            S3OriginConfig: {
              OriginAccessIdentity: { 'Fn::Join': ['', ['origin-access-identity/cloudfront/', { Ref: identity }]] },
            },
          },
        ],
      },
    });
  });

  test('the bucket admits this user for reads, and nobody else for anything [edge-oai-legacy]', () => {
    expect(decide(policy, get)).toBe('allow');
    expect(decide(policy, { ...get, action: 's3:PutObject' })).toBe('implicit deny');
    expect(decide(policy, { ...get, principal: { CanonicalUser: 'another' } })).toBe('implicit deny');
    expect(decide(policy, { ...get, principal: { Service: 'cloudfront.amazonaws.com' } })).toBe('implicit deny');
    expect(decide(policy, { ...get, context: { 'aws:SecureTransport': 'false' } })).toBe('explicit deny');
  });

  test('the difference: control admits a service for one distribution, the identity a user whoever uses it [edge-oai-legacy, edge-private-s3-origin]', () => {
    const control = site();
    const allows = (document: PolicyDocument) => document.Statement.filter(({ Effect }) => Effect === 'Allow');
    expect(allows(control.policy)).toEqual([
      {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Condition: { StringEquals: { 'AWS:SourceArn': expect.anything() } },
        Resource: expect.anything(),
      },
    ]);
    expect(allows(policy)).toEqual([
      {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Principal: { CanonicalUser: { 'Fn::GetAtt': [identity, 'S3CanonicalUserId'] } },
        Resource: expect.anything(),
      },
    ]);
  });
});

describe('a bucket with a customer key', () => {
  const keyPolicy = (props: PrivateS3OriginProps = {}) => {
    const made = site(props, ObjectEncryption.customerKey());
    return made.find('AWS::KMS::Key', 'Files')[1].Properties.KeyPolicy as PolicyDocument;
  };
  const decrypts = (policy: PolicyDocument, sourceArn: string, more: Partial<AccessRequest> = {}) =>
    decide(policy, asCloudFront('<Key.Arn>', sourceArn, { action: 'kms:Decrypt', ...more }));

  test('until the id of the distribution is known the key serves every distribution of the account, and of no other [edge-oac-kms-bucket]', () => {
    const policy = keyPolicy();
    expect(decrypts(policy, arnOf('EANY'))).toBe('allow');
    expect(decrypts(policy, arnOf('EANY').replace('<AWS::AccountId>', '999999999999'))).toBe('implicit deny');
    expect(decrypts(policy, arnOf('EANY'), { action: 'kms:Encrypt' })).toBe('implicit deny');
  });

  test('then it serves that one alone [edge-oac-kms-bucket]', () => {
    const policy = keyPolicy({ distributionId: 'E1A2B3C4D5E6F7' });
    expect(decrypts(policy, arnOf('E1A2B3C4D5E6F7'))).toBe('allow');
    expect(decrypts(policy, arnOf('EANY'))).toBe('implicit deny');
    expect(JSON.stringify(policy)).not.toContain('distribution/*');
  });

  test('no other service uses the key in CloudFront’s place [edge-oac-kms-bucket]', () => {
    const policy = keyPolicy();
    for (const Service of ['s3.amazonaws.com', 'lambda.amazonaws.com'])
      expect(decrypts(policy, arnOf('EANY'), { principal: { Service } })).toBe('implicit deny');
  });

  test('the template has no circle: the bucket’s policy names the distribution, the key’s policy does not [edge-oac-kms-bucket]', () => {
    const { policy, object, distribution } = site({}, ObjectEncryption.customerKey());
    expect(decide(policy, asCloudFront(object, arnOf(`<${distribution}>`)))).toBe('allow');
    expect(decide(policy, asCloudFront(object, arnOf('EANY')))).toBe('implicit deny');
    expect(JSON.stringify(keyPolicy())).not.toContain(distribution);
  });

  test('fails when the id is none, or refers to the distribution itself [edge-oac-kms-bucket]', () => {
    const withId = (distributionId: string) => refusal((stack) => new Bucket(stack, 'Bucket'), { distributionId });
    expect(withId('d111.cloudfront.net')).toThrow(
      'Stack/Bucket:\n  distributionId is d111.cloudfront.net; give an id such as E1A2B3C4D5E6F7',
    );
    expect(withId(testStack().stackId)).toThrow(
      'distributionId refers to a distribution, which closes the circle that it is there to avoid; give the id as text after the first deployment',
    );
  });

  test('fails when the bucket is encrypted with the key that AWS manages [edge-oac-kms-bucket]', () => {
    const managed = (encryption: BucketEncryption) => refusal((stack) => new Bucket(stack, 'Bucket', { encryption }));
    const message =
      'Stack/Bucket:\n  the bucket is encrypted with the key aws/s3, whose policy cannot admit CloudFront; use a customer key, or SSE-S3';
    expect(managed(BucketEncryption.KMS_MANAGED)).toThrow(message);
    expect(managed(BucketEncryption.DSSE_MANAGED)).toThrow(message);
    expect(managed(BucketEncryption.KMS)).not.toThrow();
    expect(managed(BucketEncryption.S3_MANAGED)).not.toThrow();
  });

  test('fails when the legacy identity is to read it, or to write [edge-oai-legacy]', () => {
    expect(
      refusal((stack) => new Bucket(stack, 'Bucket', { encryption: BucketEncryption.KMS }), {
        access: legacy,
        acceptsWrites: true,
        tellsMissing: true,
      }),
    ).toThrow(
      [
        'Stack/Bucket:',
        'access is OriginAccess.legacyIdentity, which cannot use the customer key of this bucket; use OriginAccess.control()',
        'acceptsWrites is true with OriginAccess.legacyIdentity, which only reads; use OriginAccess.control()',
        'tellsMissing is true with OriginAccess.legacyIdentity, which only reads; use OriginAccess.control()',
      ].join('\n  '),
    );
  });
});

describe('a website endpoint', () => {
  test('is a custom origin over HTTP alone, without access control [edge-website-endpoint-origin]', () => {
    const stack = testStack();
    const bucket = new Bucket(stack, 'Site', {
      websiteIndexDocument: 'index.html',
      publicReadAccess: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ACLS_ONLY,
    });
    new EdgeDistribution(stack, 'Edge', {
      description: 'Site',
      defaultRoute: { origin: new S3StaticWebsiteOrigin(bucket), cache: new CacheRules(stack, 'Rules') },
      logBucket: new LogBucket(stack, 'Logs', { writtenWithAcl: true }).bucket,
    });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        Origins: [
          {
            CustomOriginConfig: Match.objectLike({ OriginProtocolPolicy: 'http-only' }),
            S3OriginConfig: Match.absent(),
            OriginAccessControlId: Match.absent(),
          },
        ],
      },
    });
    const [policy] = Object.values(
      template.findResources('AWS::S3::BucketPolicy', {
        Properties: { Bucket: { Ref: Match.stringLikeRegexp('^Site') } },
      }),
    );
    const id = Object.keys(template.findResources('AWS::S3::Bucket')).find((name) => name.startsWith('Site'));
    const anybody = {
      action: 's3:GetObject',
      resource: `<${id}.Arn>/index.html`,
      context: { 'aws:SecureTransport': 'false' },
    };
    expect(decide(policy.Properties.PolicyDocument, anybody)).toBe('allow');
  });

  test('fails when a bucket with a website is to be private [edge-website-endpoint-origin]', () => {
    expect(refusal((stack) => new Bucket(stack, 'Bucket', { websiteIndexDocument: 'index.html' }))).toThrow(
      'Stack/Bucket:\n  the bucket has a website configuration, whose endpoint is public and knows no access control; leave the configuration out, or use S3StaticWebsiteOrigin',
    );
  });
});

describe('other bounds', () => {
  test('a shield is off unless a region that has one is named [edge-regional-cache-tier]', () => {
    const shield = (expected: unknown) => ({
      DistributionConfig: { Origins: [Match.objectLike({ OriginShield: expected })] },
    });
    site().template.hasResourceProperties('AWS::CloudFront::Distribution', shield(Match.absent()));
    site({ originShieldRegion: 'eu-central-1' }).template.hasResourceProperties(
      'AWS::CloudFront::Distribution',
      shield({ Enabled: true, OriginShieldRegion: 'eu-central-1' }),
    );
  });

  test('fails when the region has no shield [edge-regional-cache-tier]', () => {
    expect(refusal((stack) => new Bucket(stack, 'Bucket'), { originShieldRegion: 'eu-north-1' })).toThrow(
      'Stack/Bucket:\n  originShieldRegion is eu-north-1, which has none; give the nearest of us-east-1, us-east-2,',
    );
  });

  test('fails when the bucket is imported, whose policy would stay as it is [edge-private-s3-origin]', () => {
    const stack = testStack();
    const origin = new PrivateS3Origin(Bucket.fromBucketName(stack, 'Theirs', 'theirs'));
    expect(
      () =>
        new EdgeDistribution(stack, 'Edge', {
          description: 'Site',
          defaultRoute: { origin, cache: new CacheRules(stack, 'Rules') },
          logBucket: new LogBucket(stack, 'Logs', { writtenWithAcl: true }).bucket,
        }),
    ).toThrow(
      'Stack/Edge/Distribution/Origin1:\n  Stack/Theirs is imported, so its policy cannot be written here and would admit nobody; give a bucket of this app',
    );
  });

  test('an identity of the account still needs a policy of its own to read the bucket [storage-static-private]', () => {
    const { policy, object } = site();
    const get = { action: 's3:GetObject', resource: object, context: overTls };
    expect(decideTogether({ Statement: [] }, policy, get, true)).toBe('implicit deny');
  });
});
