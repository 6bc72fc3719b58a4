import { Duration } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { unfitForLogs } from '../../../lib/constructs/storage/log-target';
import { LogBucket, type LogBucketProps } from '../../../lib/constructs/storage/log-bucket';
import { templateOf, testStack } from '../../support/app';
import { decide, type PolicyDocument } from '../../support/decide';

const synthesise = (props: LogBucketProps = {}): Template => templateOf((stack) => new LogBucket(stack, 'Logs', props));

describe('LogBucket', () => {
  test('it can take logs: SSE-S3, no lock, an expiry, and it does not log itself [storage-access-log-bucket]', () => {
    const [bucket] = Object.values(synthesise().findResources('AWS::S3::Bucket'));
    const { BucketEncryption, LifecycleConfiguration, ...others } = bucket.Properties;
    expect(BucketEncryption.ServerSideEncryptionConfiguration).toEqual([
      { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
    ]);
    expect(LifecycleConfiguration.Rules).toEqual([
      { Status: 'Enabled', ExpirationInDays: 90, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
    ]);
    expect(Object.keys(others)).toEqual(['OwnershipControls', 'PublicAccessBlockConfiguration']);
  });

  test('it is private and has no access control lists unless its writer still needs them [storage-acl-disabled]', () => {
    const ownership = (ObjectOwnership: string) => ({ OwnershipControls: { Rules: [{ ObjectOwnership }] } });
    synthesise().hasResourceProperties('AWS::S3::Bucket', {
      ...ownership('BucketOwnerEnforced'),
      AccessControl: Match.absent(),
    });
    synthesise({ writtenWithAcl: true }).hasResourceProperties('AWS::S3::Bucket', {
      ...ownership('BucketOwnerPreferred'),
      AccessControl: Match.absent(),
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
  });

  test('the S3 log service may write below the prefix of one bucket, for that bucket and account only [storage-access-logs]', () => {
    const template = templateOf((stack) => {
      const logs = new LogBucket(stack, 'Logs');
      new Bucket(stack, 'Site', { serverAccessLogsBucket: logs.bucket, serverAccessLogsPrefix: 'site/' });
    });
    const id = (type: string, part: string) =>
      Object.keys(template.findResources(type)).find((name) => name.startsWith(part))!;
    const [logs, site] = [id('AWS::S3::Bucket', 'Logs'), id('AWS::S3::Bucket', 'Site')];
    const policy: PolicyDocument =
      template.findResources('AWS::S3::BucketPolicy')[id('AWS::S3::BucketPolicy', 'Logs')].Properties.PolicyDocument;
    const context = {
      'aws:SourceArn': `<${site}.Arn>`,
      'aws:SourceAccount': '<AWS::AccountId>',
      'aws:SecureTransport': 'true',
      's3:TlsVersion': '1.3',
    };
    const put = {
      principal: { Service: 'logging.s3.amazonaws.com' },
      action: 's3:PutObject',
      resource: `<${logs}.Arn>/site/a`,
      context,
    };
    expect(decide(policy, put)).toBe('allow');
    expect(decide(policy, { ...put, resource: `<${logs}.Arn>/other/a` })).toBe('implicit deny');
    expect(decide(policy, { ...put, context: { ...context, 'aws:SourceArn': 'arn:aws:s3:::theirs' } })).toBe(
      'implicit deny',
    );
    expect(decide(policy, { ...put, context: { ...context, 'aws:SourceAccount': '1' } })).toBe('implicit deny');
    expect(decide(policy, { ...put, action: 's3:GetObject' })).toBe('implicit deny');
  });

  test.each([
    [Duration.hours(23), '23 hours'],
    [Duration.days(3654), '3654 days'],
  ])('fails when logs are kept for %s', (expiration, seen) => {
    expect(() => new LogBucket(testStack(), 'Logs', { expiration })).toThrow(
      `Stack/Logs:\n  expiration is ${seen}; give 1 day to 3653 days`,
    );
  });
});

describe('a bucket that cannot take logs', () => {
  const fit = { algorithms: ['AES256'], locked: false, expires: true };
  test.each([
    [fit, []],
    [{ ...fit, algorithms: [] }, []],
    [
      { ...fit, algorithms: ['aws:kms'] },
      ['is encrypted with a KMS key, which the log writers of S3 cannot use; encrypt it with SSE-S3'],
    ],
    [{ ...fit, locked: true }, ['has Object Lock, under which S3 delivers no logs; leave the lock out']],
    [{ ...fit, expires: false }, ['keeps its logs for ever; give it a lifecycle rule that expires them']],
  ])('%j: %j', (facts, faults) => {
    expect(unfitForLogs(facts)).toEqual(faults);
  });
});
