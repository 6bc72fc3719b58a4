import { Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket, BucketEncryption, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import { ObjectEncryption } from '../../../lib/constructs/storage/object-encryption';
import { ObjectVersions } from '../../../lib/constructs/storage/object-versions';
import { testApp, testStack } from '../../support/app';
import { decide, decideTogether, type PolicyDocument } from '../../support/decide';
import { allowing, make, overTls, refusal, synthesise } from './parts';

describe('PrivateBucket', () => {
  const plain = synthesise();
  const object = `<${plain.name}.Arn>/page.html`;

  test('all four blocks against public access are on, and ownership ends access control lists [storage-bucket-private, storage-acl-disabled]', () => {
    expect(plain.properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(plain.properties.OwnershipControls).toEqual({ Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] });
    expect(plain.properties.AccessControl).toBeUndefined();
  });

  test('an identity of the account needs only its own policy; another account and anybody get nothing [storage-bucket-private]', () => {
    const get = { action: 's3:GetObject', resource: object, context: overTls };
    const nobody: PolicyDocument = { Statement: [] };
    expect(decideTogether(allowing('s3:GetObject'), plain.policy, get, true)).toBe('allow');
    expect(decideTogether(allowing('s3:GetObject'), plain.policy, get, false)).toBe('implicit deny');
    expect(decideTogether(nobody, plain.policy, get, false)).toBe('implicit deny');
  });

  test.each([
    ['plain HTTP', { 'aws:SecureTransport': 'false' }],
    ['TLS 1.1', { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.1' }],
  ])('%s is denied even to an administrator, for objects and for the bucket [storage-tls-only]', (_, context) => {
    for (const resource of [object, `<${plain.name}.Arn>`]) {
      const request = { action: 's3:GetObject', resource, context };
      expect(decideTogether(allowing('s3:*'), plain.policy, request, true)).toBe('explicit deny');
      expect(decideTogether(allowing('s3:*'), plain.policy, { ...request, context: overTls }, true)).toBe('allow');
    }
  });

  test('objects are encrypted with SSE-S3 written out, and keys that callers bring are blocked [storage-sse-s3-default]', () => {
    const { BlockedEncryptionTypes, ...rule } = plain.properties.BucketEncryption.ServerSideEncryptionConfiguration[0];
    expect(rule).toEqual({ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } });
    expect(BlockedEncryptionTypes).toEqual({ EncryptionType: ['SSE-C'] });
    expect(plain.of('AWS::KMS::Key')).toBeUndefined();
  });

  test('unfinished uploads are aborted after 7 days [storage-abort-incomplete]', () => {
    expect(plain.properties.LifecycleConfiguration.Rules).toEqual([
      { Id: 'BrokenUploads', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
    ]);
  });

  test('every request is recorded in the log bucket, below a prefix of its own [storage-access-logs]', () => {
    expect(plain.properties.LoggingConfiguration).toEqual({
      DestinationBucketName: { Ref: expect.stringMatching(/^Logs/) },
      LogFilePrefix: 'files/',
    });
  });

  test('it has no name of its own, so that the stack can stand twice [storage-bucket-names]', () => {
    expect(plain.properties.BucketName).toBeUndefined();
  });

  test('a prefix gives a name that is unique in the account and region [storage-bucket-names]', () => {
    const { properties } = synthesise({ bucketNamePrefix: 'files' });
    expect(properties).toMatchObject({ BucketNamePrefix: 'files', BucketNamespace: 'account-regional' });
  });

  test('statements of several features stand in one policy [storage-one-policy-per-bucket]', () => {
    const { template, name } = synthesise(
      { encryption: ObjectEncryption.customerKey({ enforced: true }) },
      ({ bucket }) => {
        bucket.addToResourcePolicy(
          new PolicyStatement({
            actions: ['s3:GetObject'],
            principals: [new ServicePrincipal('cloudfront.amazonaws.com')],
            resources: [bucket.arnForObjects('*')],
          }),
        );
      },
    );
    const policies = template.findResources('AWS::S3::BucketPolicy', { Properties: { Bucket: { Ref: name } } });
    expect(Object.values(policies).map(({ Properties }) => Properties.PolicyDocument.Statement.length)).toEqual([5]);
  });
});

describe('versions', () => {
  const rules = (versions: ObjectVersions) => synthesise({ versions }).properties;

  test.each([
    ['none', ObjectVersions.none(), undefined],
    ['kept', ObjectVersions.kept(), { Status: 'Enabled' }],
    ['suspended', ObjectVersions.suspended(), { Status: 'Suspended' }],
  ])('%s [storage-versioning-states]', (_, versions, configuration) => {
    expect(rules(versions).VersioningConfiguration).toEqual(configuration);
  });

  test.each([ObjectVersions.kept(), ObjectVersions.suspended()])(
    'old versions end after 90 days unless told otherwise, also while versioning is suspended [storage-version-cost-rule]',
    (versions) => {
      expect(rules(versions).LifecycleConfiguration.Rules).toContainEqual({
        Id: 'OldVersions',
        Status: 'Enabled',
        NoncurrentVersionExpiration: { NoncurrentDays: 90 },
        ExpiredObjectDeleteMarker: true,
      });
    },
  );

  test('fails when versions are kept for ever without a reason, or for no time [storage-version-cost-rule]', () => {
    expect(refusal({ versions: ObjectVersions.keptForEver('audit') })).toThrow(
      'Stack/Files:\n  versions are kept for ever because of "audit"; say in a sentence who needs all of them, or use ObjectVersions.kept(...)',
    );
    expect(refusal({ versions: ObjectVersions.kept(Duration.days(0)) })).toThrow(
      'Stack/Files:\n  versions is 0 days; give 1 day to 3650 days',
    );
    const audited = rules(ObjectVersions.keptForEver('The auditors ask for every state of a contract'));
    expect(audited.LifecycleConfiguration.Rules).toHaveLength(1);
    expect(audited.VersioningConfiguration).toEqual({ Status: 'Enabled' });
  });

  test('a change from versioned to unversioned is impossible, all others are not [storage-versioning-states]', () => {
    const states = [ObjectVersions.none(), ObjectVersions.kept(), ObjectVersions.suspended()];
    const faults = states.map((from) => states.map((to) => from.faultOfChangeTo(to)));
    expect(faults).toEqual([
      [undefined, undefined, undefined],
      ['versions go from enabled to off, which S3 cannot do; use ObjectVersions.suspended(...)', undefined, undefined],
      [
        'versions go from suspended to off, which S3 cannot do; use ObjectVersions.suspended(...)',
        undefined,
        undefined,
      ],
    ]);
  });
});

describe('encryption with a customer key', () => {
  const made = synthesise({ encryption: ObjectEncryption.customerKey() }, ({ bucket }, stack) => {
    bucket.grantRead(new Role(stack, 'Reader', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }));
    bucket.grantPut(new Role(stack, 'Writer', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }));
  });
  const [keyId, key] = made.of('AWS::KMS::Key')!;
  const keyArn = { 'Fn::GetAtt': [keyId, 'Arn'] };
  const policyOf = (role: string): PolicyDocument => made.of('AWS::IAM::Policy', role)![1].Properties.PolicyDocument;
  const kms = (action: string, resource = `<${keyId}.Arn>`) => ({ action, resource });

  test('the bucket names its own rotating key and spares calls by a bucket key [storage-sse-kms]', () => {
    expect(key.Properties.EnableKeyRotation).toBe(true);
    expect(made.properties.BucketEncryption.ServerSideEncryptionConfiguration).toEqual([
      {
        BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] },
        BucketKeyEnabled: true,
        ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyArn },
      },
    ]);
  });

  test('readers may decrypt, writers may make data keys, with this key alone [storage-sse-kms]', () => {
    expect(decide(policyOf('Reader'), kms('kms:Decrypt'))).toBe('allow');
    expect(decide(policyOf('Reader'), kms('kms:GenerateDataKey'))).toBe('implicit deny');
    expect(decide(policyOf('Reader'), kms('kms:Decrypt', 'arn:other'))).toBe('implicit deny');
    expect(decide(policyOf('Writer'), kms('kms:GenerateDataKey'))).toBe('allow');
    expect(decide(policyOf('Writer'), kms('kms:GenerateDataKey', 'arn:other'))).toBe('implicit deny');
  });

  test('a storage administrator without the key reads nothing, with SSE-S3 everything [storage-kms-role-separation]', () => {
    const administrator: PolicyDocument = {
      Statement: [
        { Effect: 'Allow', Action: 's3:*', Resource: '*' },
        { Effect: 'Deny', Action: 'kms:*', Resource: '*' },
      ],
    };
    const reader = allowing(['s3:GetObject', 'kms:Decrypt']);
    const reads = (who: PolicyDocument, where: ReturnType<typeof synthesise>) => {
      const get = { action: 's3:GetObject', resource: `<${where.name}.Arn>/a`, context: overTls };
      const mayGet = decideTogether(who, where.policy, get, true) === 'allow';
      const locked = where.of('AWS::KMS::Key');
      const mayDecrypt = !locked || decideTogether(who, { Statement: [] }, kms('kms:Decrypt'), true) === 'allow';
      return mayGet && mayDecrypt;
    };
    expect(reads(administrator, made)).toBe(false);
    expect(reads(reader, made)).toBe(true);
    expect(reads(administrator, synthesise())).toBe(true);
  });

  test('an upload that asks for other encryption or another key is denied only when that is enforced [storage-sse-override]', () => {
    const enforced = synthesise({ encryption: ObjectEncryption.customerKey({ enforced: true }) });
    const put = (headers: Record<string, string>, { name, policy }: typeof enforced) =>
      decideTogether(
        allowing('s3:PutObject'),
        policy,
        { action: 's3:PutObject', resource: `<${name}.Arn>/a`, context: { ...overTls, ...headers } },
        true,
      );
    const algorithm = (value: string) => ({ 's3:x-amz-server-side-encryption': value });
    const withKey = (value: string) => ({
      ...algorithm('aws:kms'),
      's3:x-amz-server-side-encryption-aws-kms-key-id': value,
    });
    const ownKey = `<${enforced.of('AWS::KMS::Key')![0]}.Arn>`;

    expect(put({}, enforced)).toBe('allow');
    expect(put(algorithm('aws:kms'), enforced)).toBe('allow');
    expect(put(withKey(ownKey), enforced)).toBe('allow');
    expect(put(algorithm('AES256'), enforced)).toBe('explicit deny');
    expect(put(withKey('arn:other'), enforced)).toBe('explicit deny');
    expect(put(algorithm('AES256'), made)).toBe('allow');
  });

  test('two layers have a key and no bucket key [storage-dsse]', () => {
    const { properties } = synthesise({ encryption: ObjectEncryption.twoLayers() });
    expect(properties.BucketEncryption.ServerSideEncryptionConfiguration).toEqual([
      {
        BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] },
        ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms:dsse', KMSMasterKeyID: expect.anything() },
      },
    ]);
  });
});

describe('what is refused', () => {
  test('fails when the log bucket cannot take logs [storage-access-log-bucket, storage-access-logs]', () => {
    const stack = testStack();
    const accessLogs = new Bucket(stack, 'Wrong', { encryption: BucketEncryption.KMS, objectLockEnabled: true });
    expect(() => make(stack, { accessLogs })).toThrow(
      [
        'Stack/Files:',
        'accessLogs is Stack/Wrong, which is encrypted with a KMS key, which the log writers of S3 cannot use; encrypt it with SSE-S3',
        'accessLogs is Stack/Wrong, which has Object Lock, under which S3 delivers no logs; leave the lock out',
        'accessLogs is Stack/Wrong, which keeps its logs for ever; give it a lifecycle rule that expires them',
      ].join('\n  '),
    );
  });

  test('fails when the log bucket is of another region or account, which the CDK accepts of one with a name [storage-access-log-bucket]', () => {
    const app = testApp();
    const there = new Stack(app, 'There', { env: { region: 'eu-west-1', account: '111111111111' } });
    const lifecycleRules = [{ expiration: Duration.days(9) }];
    const accessLogs = new Bucket(there, 'Logs', { bucketName: 'the-logs', lifecycleRules });
    const here = new Stack(app, 'Here', { env: { region: 'us-east-1', account: '222222222222' } });
    expect(() => make(here, { accessLogs })).toThrow(
      [
        'Here/Files:',
        'accessLogs is There/Logs of the region eu-west-1, and S3 writes access logs within one region, here us-east-1; give it a LogBucket of this stack',
        'accessLogs is There/Logs of the account 111111111111, and S3 writes access logs within one account, here 222222222222; give it a LogBucket of this stack',
      ].join('\n  '),
    );
    const raw = new Bucket(here, 'Raw', { serverAccessLogsBucket: accessLogs });
    expect(here.resolve((raw.node.defaultChild as CfnBucket).loggingConfiguration)).toEqual({
      destinationBucketName: 'the-logs',
    });
  });

  test('an imported log bucket is taken on trust', () => {
    const stack = testStack();
    make(stack, { accessLogs: Bucket.fromBucketName(stack, 'Theirs', 'their-logs') });
    Template.fromStack(stack).hasResourceProperties('AWS::S3::Bucket', {
      LoggingConfiguration: { DestinationBucketName: 'their-logs' },
    });
  });

  test.each(['', '/', '/files/', 'files'])(
    'fails when the prefix of the logs is "%s" [storage-access-logs]',
    (accessLogPrefix) => {
      expect(refusal({ accessLogPrefix })).toThrow(
        `Stack/Files:\n  accessLogPrefix is "${accessLogPrefix}"; name a folder of this bucket's own, such as "site-bucket/"`,
      );
    },
  );

  test.each(['ab', 'Files', 'a..b', '10.0.0.1', '-files', 'files-', 'x'.repeat(64), 'a_b'])(
    'fails when the name is %s [storage-bucket-names]',
    (bucketName) => {
      expect(refusal({ bucketName })).toThrow(
        `Stack/Files:\n  bucketName is ${bucketName}; use 3 to 63 lower-case letters, digits, hyphens and single dots, with a letter or digit at both ends, and no IP address`,
      );
    },
  );

  test('fails when a name stands beside a prefix, and when the prefix is too long [storage-bucket-names]', () => {
    const bucketNamePrefix = 'x'.repeat(38);
    expect(refusal({ bucketName: 'files', bucketNamePrefix })).toThrow(
      [
        'Stack/Files:',
        `bucketName is files and bucketNamePrefix is ${bucketNamePrefix}; give one of them, or none`,
        `bucketNamePrefix is ${bucketNamePrefix}; use 3 to 37 lower-case letters, digits and hyphens, with a letter or digit at both ends`,
      ].join('\n  '),
    );
  });

  test('a good name is used as it is [storage-bucket-names]', () => {
    const { properties } = synthesise({ bucketName: 'my.files-2' });
    expect(properties.BucketName).toBe('my.files-2');
    expect(properties.BucketNamespace).toBeUndefined();
  });
});
