import { Template } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketAccessControl,
  BucketEncryption,
  BucketPolicy,
  ObjectOwnership,
  type BucketProps,
} from 'aws-cdk-lib/aws-s3';
import { Duration, type Stack } from 'aws-cdk-lib';
import { bucketFaults } from '../../../lib/constructs/storage/bucket-rules';
import { LogBucket } from '../../../lib/constructs/storage/log-bucket';
import { ObjectVersions } from '../../../lib/constructs/storage/object-versions';
import { PrivateBucket } from '../../../lib/constructs/storage/private-bucket';
import { testStack } from '../../support/app';

/** Findings about a stack, with the hashes of logical ids left out. */
function faults(build: (stack: Stack) => unknown): string[] {
  const stack = testStack();
  build(stack);
  return bucketFaults(Template.fromStack(stack).toJSON().Resources).map((fault) =>
    fault.replaceAll(/[0-9A-F]{8}\b/g, ''),
  );
}
const raw = (props: BucketProps) => (stack: Stack) =>
  new Bucket(stack, 'Raw', { blockPublicAccess: BlockPublicAccess.BLOCK_ALL, ...props });

test('the blocks of this library have no fault', () => {
  expect(
    faults((stack) => {
      const logs = new LogBucket(stack, 'Logs', { writtenWithAcl: true }).bucket;
      new PrivateBucket(stack, 'Files', {
        accessLogs: logs,
        accessLogPrefix: 'files/',
        versions: ObjectVersions.kept(),
      });
    }),
  ).toEqual([]);
});

test('a raw bucket without the four blocks is reported [storage-bucket-private]', () => {
  const only = new BlockPublicAccess({
    blockPublicAcls: true,
    ignorePublicAcls: true,
    blockPublicPolicy: false,
    restrictPublicBuckets: false,
  });
  expect(faults((stack) => new Bucket(stack, 'Raw', { blockPublicAccess: only }))).toEqual([
    'Raw leaves BlockPublicPolicy, RestrictPublicBuckets off; use BlockPublicAccess.BLOCK_ALL',
  ]);
});

test('an access control list is reported [storage-acl-disabled]', () => {
  const props = { accessControl: BucketAccessControl.PUBLIC_READ, objectOwnership: ObjectOwnership.OBJECT_WRITER };
  expect(faults(raw(props))).toEqual([
    'Raw has the access control list PublicRead; leave it out and use a bucket policy',
  ]);
});

test('a second policy of one bucket is reported [storage-one-policy-per-bucket]', () => {
  expect(
    faults((stack) => {
      const bucket = raw({ enforceSSL: true })(stack);
      const second = new BucketPolicy(stack, 'Second', { bucket });
      second.document.addStatements(
        new PolicyStatement({
          actions: ['s3:GetObject'],
          principals: [new AnyPrincipal()],
          resources: [bucket.arnForObjects('*')],
        }),
      );
    }),
  ).toEqual([
    'RawPolicy and Second are policies of one bucket, and the last to be written wins; merge them with addToResourcePolicy',
    'Second lets anybody do s3:GetObject; name who may, serve it by CloudFront, or say why in anonymousRead of PrivateBucket',
  ]);
});

test('versions without an end are reported [storage-version-cost-rule]', () => {
  expect(faults(raw({ versioned: true }))).toEqual([
    'Raw keeps every old version for ever; give it a rule that expires noncurrent versions',
  ]);
});

test('a bucket key where there is none is reported [storage-dsse]', () => {
  expect(faults(raw({ encryption: BucketEncryption.DSSE, bucketKeyEnabled: true }))).toEqual([
    'Raw has a bucket key with aws:kms:dsse, which has none; leave bucketKeyEnabled out',
  ]);
  expect(faults(raw({ encryption: BucketEncryption.S3_MANAGED, bucketKeyEnabled: true }))).toEqual([
    'Raw has a bucket key with AES256, which has none; leave bucketKeyEnabled out',
  ]);
});

test('a bucket that logs into itself, or into one that cannot take logs, is reported [storage-access-log-bucket]', () => {
  const block = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };
  const template = { Raw: { Type: 'AWS::S3::Bucket', Properties: { PublicAccessBlockConfiguration: block } } };
  expect(faults(raw({ serverAccessLogsPrefix: 'self/' }))).toEqual([
    'Raw logs into itself, so that each log entry makes the next; give it a LogBucket',
  ]);
  const itself = { ...template.Raw.Properties, LoggingConfiguration: { DestinationBucketName: { Ref: 'Raw' } } };
  expect(bucketFaults({ Raw: { ...template.Raw, Properties: itself } })).toEqual([
    'Raw logs into itself, so that each log entry makes the next; give it a LogBucket',
  ]);
  expect(
    faults((stack) => {
      const target = new Bucket(stack, 'Target', {
        blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
        objectLockEnabled: true,
        versioned: true,
        lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(9) }],
      });
      raw({ serverAccessLogsBucket: target })(stack);
    }),
  ).toEqual([
    'Raw logs to Target, which has Object Lock, under which S3 delivers no logs; leave the lock out',
    'Raw logs to Target, which keeps its logs for ever; give it a lifecycle rule that expires them',
  ]);
});

test('a policy that allows an endpoint and denies nobody is reported; with the denial it is not [network-endpoint-locked-bucket, storage-vpce-only-bucket]', () => {
  const policy = (effects: readonly ('ALLOW' | 'DENY')[]) => (stack: Stack) => {
    const bucket = raw({})(stack);
    for (const effect of effects)
      bucket.addToResourcePolicy(
        new PolicyStatement({
          effect: Effect[effect],
          principals: [effect === 'ALLOW' ? new AccountRootPrincipal() : new AnyPrincipal()],
          actions: ['s3:*'],
          resources: [bucket.arnForObjects('*')],
          conditions: { [effect === 'ALLOW' ? 'StringEquals' : 'StringNotEquals']: { 'aws:SourceVpce': 'vpce-1' } },
        }),
      );
  };
  expect(faults(policy(['ALLOW']))).toEqual([
    'RawPolicy lets in by aws:SourceVpce without denying the rest, which keeps nobody of the own account out; add a Deny, as EndpointLockedBucket does',
  ]);
  expect(faults(policy(['ALLOW', 'DENY']))).toEqual([]);
});
