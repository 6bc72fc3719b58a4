import { Template } from 'aws-cdk-lib/assertions';
import { Bucket, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { bucketFaults } from '../../../lib/constructs/storage/bucket-rules';
import { LogBucket } from '../../../lib/constructs/storage/log-bucket';
import { ObjectRetention, type RetentionPeriod } from '../../../lib/constructs/storage/object-retention';
import { ObjectVersions } from '../../../lib/constructs/storage/object-versions';
import { WormBucket, type WormBucketProps } from '../../../lib/constructs/storage/worm-bucket';
import { templateOf, testStack } from '../../support/app';
import { decideTogether, type PolicyDocument } from '../../support/decide';

const make = (stack: Stack, props: Partial<WormBucketProps> = {}) =>
  new WormBucket(stack, 'Ledger', {
    accessLogs: new LogBucket(stack, 'Logs').bucket,
    accessLogPrefix: 'ledger/',
    retention: ObjectRetention.governance({ days: 30 }),
    ...props,
  });
const refusal = (props: Partial<WormBucketProps>) => () => make(testStack(), props);
const law = 'The tax office asks for ten years';

function synthesise(props: Partial<WormBucketProps> = {}) {
  const stack = testStack();
  const made = make(stack, props);
  const template = Template.fromStack(stack);
  const of = (type: string, part = 'LedgerRecords') =>
    Object.entries(template.findResources(type)).find(([id]) => id.startsWith(part)) as [string, any];
  const [name, { Properties: properties }] = of('AWS::S3::Bucket');
  return { made, template, name, properties, of };
}
const lockOf = (retention: ObjectRetention) => synthesise({ retention }).properties.ObjectLockConfiguration;

describe('WormBucket', () => {
  const plain = synthesise();

  test('locks objects and says that it keeps versions, as neither can be switched off again [storage-object-lock]', () => {
    expect(plain.properties).toMatchObject({
      ObjectLockEnabled: true,
      VersioningConfiguration: { Status: 'Enabled' },
    });
  });

  test('retains each version for days or for years, in one mode or the other, or as its upload says [storage-object-lock-default, storage-object-lock-compliance, storage-object-lock-governance]', () => {
    const retention = (Mode: string, period: object) => ({
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode, ...period } },
    });
    expect(lockOf(ObjectRetention.governance({ days: 30 }))).toEqual(retention('GOVERNANCE', { Days: 30 }));
    expect(lockOf(ObjectRetention.governance({ years: 2 }))).toEqual(retention('GOVERNANCE', { Years: 2 }));
    expect(lockOf(ObjectRetention.compliance({ days: 1 }, law))).toEqual(retention('COMPLIANCE', { Days: 1 }));
    expect(lockOf(ObjectRetention.compliance({ years: 10 }, law))).toEqual(retention('COMPLIANCE', { Years: 10 }));
    expect(lockOf(ObjectRetention.perObject())).toEqual({ ObjectLockEnabled: 'Enabled' });
  });

  test('has an officer only in governance mode, because in compliance mode nobody overrides [storage-object-lock-compliance]', () => {
    const { made, properties, of } = synthesise({ retention: ObjectRetention.compliance({ years: 10 }, law) });
    expect(made.officer).toBeUndefined();
    expect(of('AWS::IAM::Role', 'LedgerOfficer')).toBeUndefined();
    expect(properties.ObjectLockConfiguration.Rule.DefaultRetention.Mode).toBe('COMPLIANCE');
  });
});

describe('who may override', () => {
  const { name, of } = synthesise();
  const bucketPolicy: PolicyDocument = of('AWS::S3::BucketPolicy')[1].Properties.PolicyDocument;
  const policyOf = (role: string): PolicyDocument => of('AWS::IAM::Policy', role)[1].Properties.PolicyDocument;
  const ask = (who: PolicyDocument, arn: string, action: string) =>
    decideTogether(
      who,
      bucketPolicy,
      {
        action,
        resource: action === 's3:ListBucketVersions' ? `<${name}.Arn>` : `<${name}.Arn>/a`,
        context: { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3', 'aws:PrincipalArn': arn },
      },
      true,
    );
  const officer = `<${of('AWS::IAM::Role', 'LedgerOfficer')[0]}.Arn>`;
  const custodian = `<${of('AWS::IAM::Role', 'LedgerCustodian')[0]}.Arn>`;
  const all: PolicyDocument = { Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] };

  test('the officer, and no administrator with every right [storage-object-lock-governance]', () => {
    expect(ask(policyOf('LedgerOfficer'), officer, 's3:BypassGovernanceRetention')).toBe('allow');
    expect(ask(all, 'arn:aws:iam::000000000000:role/Admin', 's3:BypassGovernanceRetention')).toBe('explicit deny');
    expect(ask(all, 'arn:aws:iam::000000000000:role/Admin', 's3:DeleteObjectVersion')).toBe('allow');
  });

  test('the officer deletes versions and reads none [storage-object-lock-governance]', () => {
    const may = (action: string) => ask(policyOf('LedgerOfficer'), officer, action);
    expect(['s3:DeleteObjectVersion', 's3:PutObjectRetention', 's3:ListBucketVersions'].map(may)).toEqual(
      Array(3).fill('allow'),
    );
    expect(['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject', 's3:PutObjectLegalHold'].map(may)).toEqual(
      Array(4).fill('implicit deny'),
    );
  });

  test('the custodian holds and releases, and does nothing else [storage-object-lock-legal-hold]', () => {
    const may = (action: string) => ask(policyOf('LedgerCustodian'), custodian, action);
    expect(['s3:PutObjectLegalHold', 's3:GetObjectLegalHold'].map(may)).toEqual(Array(2).fill('allow'));
    expect(['s3:DeleteObjectVersion', 's3:PutObjectRetention', 's3:GetObject'].map(may)).toEqual(
      Array(3).fill('implicit deny'),
    );
    expect(may('s3:BypassGovernanceRetention')).toBe('explicit deny');
  });
});

describe('what is refused', () => {
  test('fails when no versions are kept, which the CDK accepts [storage-object-lock]', () => {
    expect(refusal({ versions: ObjectVersions.none() })).toThrow(
      'Stack/Ledger/Records:\n  versions are off, and only versions can be retained; use ObjectVersions.kept(...)',
    );
    expect(refusal({ versions: ObjectVersions.suspended() })).toThrow('versions are suspended');
    expect(() =>
      templateOf((stack) => new Bucket(stack, 'Bucket', { objectLockEnabled: true, versioned: false })),
    ).not.toThrow();
  });

  test('fails when compliance mode has no good reason, as the stack cannot be taken away before its time [storage-object-lock-compliance]', () => {
    expect(refusal({ retention: ObjectRetention.compliance({ years: 10 }, 'law') })).toThrow(
      'Stack/Ledger/Records:\n  retention cannot be overridden by anybody because of "law"; say in a sentence which rule asks for it, or use ObjectRetention.governance(...)',
    );
  });

  test('fails when the time is neither days nor years, both, or none at all [storage-object-lock-compliance, storage-object-lock-default]', () => {
    const of = (period: object) => refusal({ retention: ObjectRetention.governance(period as RetentionPeriod) });
    expect(of({ days: 1, years: 1 })).toThrow('retention is 1 days and 1 years; give one of the two');
    expect(of({})).toThrow('retention is neither days nor years; give one of the two');
    expect(of({ days: 0 })).toThrow('retention is 0 days; give a whole number from 1 to 36500 days');
    expect(of({ years: 101 })).toThrow('retention is 101 years; give a whole number from 1 to 100 years');
    expect(() =>
      templateOf((stack) => {
        const objectLockDefaultRetention = ObjectLockRetention.governance(Duration.days(0));
        return new Bucket(stack, 'Bucket', { objectLockDefaultRetention });
      }),
    ).toThrow(/Object Lock retention duration must be at least 1 day/);
  });

  test('a raw bucket that locks without versions, or is emptied on destroy, is reported [storage-object-lock]', () => {
    const faults = (props: object) =>
      bucketFaults(templateOf((stack) => new Bucket(stack, 'Raw', props)).toJSON().Resources).filter((fault) =>
        fault.includes('locks'),
      );
    expect(faults({ objectLockEnabled: true, versioned: true })).toEqual([]);
    expect(faults({ objectLockEnabled: true, versioned: false })).toEqual([
      expect.stringMatching(/^Raw\w+ locks objects and does not say that it keeps versions, .*; switch them on$/),
    ]);
    expect(
      faults({
        objectLockEnabled: true,
        versioned: true,
        autoDeleteObjects: true,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    ).toEqual([expect.stringMatching(/locks objects and is emptied on destroy, .*; leave autoDeleteObjects out$/)]);
  });

  test('a raw bucket with rules for versions it does not keep is reported [storage-lifecycle-versions]', () => {
    const faults = (props: object) =>
      bucketFaults(
        templateOf(
          (stack) =>
            new Bucket(stack, 'Raw', {
              lifecycleRules: [{ id: 'Old', noncurrentVersionExpiration: Duration.days(9) }],
              ...props,
            }),
        ).toJSON().Resources,
      ).filter((fault) => fault.includes('Old'));
    expect(faults({})).toEqual([
      expect.stringMatching(
        /^Raw\w+ has the lifecycle rule Old for old versions and keeps none; switch versions on, or leave the rule out$/,
      ),
    ]);
    expect(faults({ versioned: true })).toEqual([]);
  });
});
