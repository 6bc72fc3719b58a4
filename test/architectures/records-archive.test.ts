import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import { fitsPattern, type BusEvent, type BusPattern } from '../../lib/constructs/messaging/bus-pattern';
import { monthlyCost, type ClassPrices } from '../../lib/constructs/storage/object-cost';
import { simulateObjects, type AgeingBucket, type ObjectDeed } from '../../lib/constructs/storage/simulate-objects';
import { storageClassFacts } from '../../lib/constructs/storage/storage-classes';
import type { ProfileName } from '../../lib/profile';
import { findPrice, pricesOf } from '../../tools/bill/prices';
import { markdownTable } from '../../tools/table';
import { accessOf } from '../support/access';
import { architecture, matchesItsSnapshots, synthesised } from '../support/architecture';
import { text } from '../support/decide';

const name = 'records-archive';
const readme = readFileSync(join(__dirname, '../../lib/architectures', name, 'README.md'), 'utf8');
const resourcesOf = (profile: ProfileName, variant: string[] = []) =>
  Object.entries(synthesised(name, { profile, variant })[name].Resources);
const bucketOf = (part: 'Records' | 'Ledger', profile: ProfileName = 'sandbox', variant: string[] = []): any =>
  resourcesOf(profile, variant).find(([id, { Type }]) => Type === 'AWS::S3::Bucket' && id.startsWith(part))![1]
    .Properties;
const officesOf = (stack: string) => ({
  clerk: `${stack}/Offices/Clerk`,
  keeper: `${stack}/Offices/Keeper`,
  custodian: `${stack}/Ledger/Custodian`,
  officer: `${stack}/Ledger/Officer`,
});
const record = 'Records/Bucket:a';
const entry = 'Ledger/Records/Bucket:a';

describe('records', () => {
  test('go down the ladder by their age, and replaced ones end after 90 days [storage-lifecycle-ladder, storage-version-cost-rule]', () => {
    for (const profile of ['sandbox', 'production'] as const)
      expect(bucketOf('Records', profile).LifecycleConfiguration).toEqual({
        TransitionDefaultMinimumObjectSize: 'all_storage_classes_128K',
        Rules: [
          expect.objectContaining({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }),
          expect.objectContaining({ NoncurrentVersionExpiration: { NoncurrentDays: 90 } }),
          {
            Id: 'Ladder',
            Status: 'Enabled',
            Transitions: [
              { StorageClass: 'STANDARD_IA', TransitionInDays: 90 },
              { StorageClass: 'GLACIER', TransitionInDays: 180 },
              { StorageClass: 'DEEP_ARCHIVE', TransitionInDays: 365 },
            ],
          },
        ],
      });
  });

  test('are sorted by S3 itself where that is asked for [storage-intelligent-tiering]', () => {
    const { LifecycleConfiguration, IntelligentTieringConfigurations } = bucketOf('Records', 'sandbox', [
      'self-sorting',
    ]);
    expect(LifecycleConfiguration.Rules[2].Transitions).toEqual([
      { StorageClass: 'INTELLIGENT_TIERING', TransitionInDays: 0 },
    ]);
    expect(IntelligentTieringConfigurations[0].Tierings).toEqual([
      { AccessTier: 'ARCHIVE_ACCESS', Days: 180 },
      { AccessTier: 'DEEP_ARCHIVE_ACCESS', Days: 365 },
    ]);
  });

  test('are brought back and deleted for good by the keeper alone [storage-purge, storage-undelete]', () => {
    const access = accessOf(name);
    const { clerk, keeper, custodian, officer } = officesOf(name);
    for (const action of ['s3:DeleteObjectVersion', 's3:RestoreObject']) {
      expect(access).toAllow(keeper, action, record);
      for (const other of [clerk, custodian, officer]) expect(access).not.toAllow(other, action, record);
    }
    // The clerk hides; the keeper finds what is hidden.
    expect(access).toAllow(clerk, 's3:DeleteObject', record);
    expect(access).toAllow(keeper, 's3:ListBucketVersions', 'Records/Bucket');
  });

  test('are deleted for good only with a second factor where that is asked for [storage-mfa-delete-policy]', () => {
    const access = accessOf(name, { variant: ['second-factor'] });
    const purge = ['s3:DeleteObjectVersion', record] as const;
    expect(access).toAllow(officesOf(name).keeper, ...purge, { 'aws:MultiFactorAuthPresent': 'true' });
    for (const factor of ['false', null])
      expect(access).not.toAllow(officesOf(name).keeper, ...purge, { 'aws:MultiFactorAuthPresent': factor });
  });
});

describe('the ledger', () => {
  test.each<[ProfileName, string[], object]>([
    ['sandbox', [], { Mode: 'GOVERNANCE', Days: 1 }],
    ['production', [], { Mode: 'GOVERNANCE', Years: 7 }],
    ['production', ['beyond-override'], { Mode: 'COMPLIANCE', Years: 7 }],
  ])(
    'in %s %j retains each version by %j [storage-object-lock, storage-object-lock-default]',
    (profile, variant, wanted) => {
      expect(bucketOf('Ledger', profile, variant)).toMatchObject({
        ObjectLockEnabled: true,
        ObjectLockConfiguration: { Rule: { DefaultRetention: wanted } },
        VersioningConfiguration: { Status: 'Enabled' },
      });
    },
  );

  test('is not emptied on destroy, because that would fail [storage-object-lock]', () => {
    const tags = JSON.stringify(bucketOf('Ledger').Tags ?? []);
    expect(tags).not.toContain('auto-delete-objects');
    expect(JSON.stringify(bucketOf('Records').Tags)).toContain('auto-delete-objects');
  });

  test('has no officer where nobody overrides [storage-object-lock-compliance]', () => {
    const roles = (variant: string[]) =>
      resourcesOf('production', variant).filter(
        ([id, { Type }]) => Type === 'AWS::IAM::Role' && id.includes('Officer'),
      );
    expect(roles([])).toHaveLength(1);
    expect(roles(['beyond-override'])).toEqual([]);
  });

  test('lets the clerk retain for longer, and nobody but the officer for shorter [storage-object-lock-default, storage-object-lock-governance]', () => {
    const access = accessOf(name);
    const { clerk, keeper, custodian, officer } = officesOf(name);
    expect(access).toAllow(clerk, 's3:PutObjectRetention', entry);
    expect(access).toAllow(officer, 's3:BypassGovernanceRetention', entry);
    for (const other of [clerk, keeper, custodian])
      expect(access).not.toAllow(other, 's3:BypassGovernanceRetention', entry);
    expect(access).toAllow(custodian, 's3:PutObjectLegalHold', entry);
    for (const other of [clerk, keeper, officer]) expect(access).not.toAllow(other, 's3:PutObjectLegalHold', entry);
  });
});

describe('a restore', () => {
  const template = architecture(name);
  const [rule] = Object.values(template.findResources('AWS::Events::Rule'));
  const bucket = 'the-bucket';
  const pattern = JSON.parse(
    JSON.stringify(rule.Properties.EventPattern).replace(/\{"Ref":"RecordsBucket\w+"\}/, `"${bucket}"`),
  ) as BusPattern;
  const recorded = (file: string) =>
    JSON.parse(readFileSync(join(__dirname, 'fixtures', `${file}.json`), 'utf8')) as BusEvent;

  test.each(['object-restore-initiated', 'object-restore-completed'])('tells of %s [storage-restore-job]', (file) => {
    expect(fitsPattern(pattern, recorded(file))).toBe(true);
    const elsewhere = JSON.parse(JSON.stringify(recorded(file)).replaceAll(bucket, 'another')) as BusEvent;
    expect(fitsPattern(pattern, elsewhere)).toBe(false);
  });

  test('tells of nothing else, though S3 tells the bus of everything', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      NotificationConfiguration: { EventBridgeConfiguration: Match.anyValue() },
    });
    for (const kind of ['Object Created', 'Object Deleted', 'Object Restore Expired', 'Object Storage Class Changed'])
      expect(fitsPattern(pattern, { ...recorded('object-restore-completed'), 'detail-type': kind })).toBe(false);
  });

  test('says in words which object it is, by mail if there is an address [storage-restore-job]', () => {
    const [target] = rule.Properties.Targets;
    expect(target.InputTransformer.InputTemplate).toBe(
      '"<detail-type>: s3://<detail-bucket-name>/<detail-object-key>"',
    );
    expect(text(target.Arn)).toMatch(/^<RestoresNotices/);
    template.resourceCountIs('AWS::SNS::Subscription', 0);
    architecture(name, { alarmEmail: 'desk@example.com' }).hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'desk@example.com',
      TopicArn: { Ref: Match.stringLikeRegexp('^RestoresNotices') },
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^RestoresFailures'), 'Arn'] } },
    });
  });
});

describe('what the README says of time', () => {
  const gigabyte = 1024 ** 2;
  const price = (id: string) => Number(findPrice(pricesOf('us-east-1'), id)!.amount);
  const prices: ClassPrices = {
    STANDARD: Number(findPrice(pricesOf('us-east-1'), 's3.standard.gb-month')!.tiers![0].amount),
    STANDARD_IA: price('s3.gb-month/standard-ia'),
    ONEZONE_IA: price('s3.gb-month/one-zone-ia'),
    GLACIER_IR: price('s3.gb-month/glacier-instant'),
    GLACIER: price('s3.gb-month/glacier-flexible'),
    DEEP_ARCHIVE: price('s3.gb-month/deep-archive'),
  };
  const put = (key: string, day: number): ObjectDeed => ({ day, key, does: 'put', kilobytes: gigabyte });

  test('where records are after so many days, and what they cost [storage-lifecycle-ladder]', () => {
    const deeds: ObjectDeed[] = [
      put('kept', 0),
      put('replaced', 0),
      put('replaced', 10),
      put('deleted', 0),
      { day: 10, key: 'deleted', does: 'delete' },
    ];
    const days = simulateObjects(bucketOf('Records') as AgeingBucket, deeds, 3650);
    const shown = (day: number, key: string) =>
      days[day].versions
        .filter((version) => version.key === key)
        .map(({ marker, storageClass, replacedOn }) =>
          marker ? 'a marker' : `${storageClassFacts[storageClass].title}${replacedOn === undefined ? '' : ' (old)'}`,
        )
        .join(', ') || 'gone';
    const rows = [0, 30, 90, 100, 180, 365, 3650].map((day) => [
      day,
      ...['kept', 'replaced', 'deleted'].map((key) => shown(day, key)),
      (monthlyCost(days[day], prices) * 1024).toFixed(2),
    ]);
    expect(readme).toContain(
      markdownTable([
        ['day', 'kept', 'replaced on day 10', 'deleted on day 10', 'USD a month for 1 TB of each'],
        ...rows,
      ]),
    );
  });

  test('who can delete what the ledger holds, on which day [storage-object-lock-governance, storage-object-lock-compliance, storage-object-lock-legal-hold]', () => {
    const access = accessOf(name, { profile: 'production', account: '111122223333', region: 'eu-west-1' });
    const settings = bucketOf('Ledger', 'production') as AgeingBucket;
    const strict = bucketOf('Ledger', 'production', ['beyond-override']) as AgeingBucket;
    const may = (who: Parameters<typeof access.can>[0], action: string) =>
      access.can(who, action, entry).verdict === 'allowed';
    const administrator = {
      principal: 'arn:aws:iam::111122223333:role/Administrator',
      policies: [{ Statement: [{ Effect: 'Allow' as const, Action: '*', Resource: '*' }] }],
    };
    const offices = officesOf(name);
    const outcome = (who: Parameters<typeof access.can>[0], bucket: AgeingBucket, day: number, held = false) => {
      if (!may(who, 's3:DeleteObjectVersion')) return 'no';
      const by = { mayBypass: may(who, 's3:BypassGovernanceRetention'), asks: true };
      const deeds: ObjectDeed[] = [
        put('a', 0),
        ...(held ? [{ day: 1, key: 'a', does: 'hold', number: 1 } as const] : []),
        { day, key: 'a', does: 'delete version', number: 1, by },
      ];
      return simulateObjects(bucket, deeds, day).some(({ refused }) => refused.length > 0) ? 'no' : 'yes';
    };
    const rows = [1, 30, 90, 365, 2554, 2555].map((day) => [
      day,
      ...[offices.clerk, offices.keeper, offices.custodian].map((who) => outcome(who, settings, day)),
      outcome(administrator, settings, day),
      outcome(offices.officer, settings, day),
      outcome(offices.officer, settings, day, true),
      outcome(administrator, strict, day),
    ]);
    const heading = [
      'day',
      'clerk',
      'keeper',
      'custodian',
      'administrator',
      'officer',
      'officer, under a hold',
      'anybody, `beyond-override`',
    ];
    expect(readme).toContain(markdownTable([heading, ...rows]));
  });
});

describe('the template', () => matchesItsSnapshots(name));
