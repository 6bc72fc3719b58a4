import { Duration } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Bucket, StorageClass } from 'aws-cdk-lib/aws-s3';
import fc from 'fast-check';
import {
  LifecycleLadder,
  type IntelligentTieringOptions,
  type LadderStep,
  type LifecycleLadderProps,
} from '../../../lib/constructs/storage/lifecycle-ladder';
import { LogBucket } from '../../../lib/constructs/storage/log-bucket';
import { ObjectVersions } from '../../../lib/constructs/storage/object-versions';
import { PrivateBucket, type PrivateBucketProps } from '../../../lib/constructs/storage/private-bucket';
import { mayMoveTo, storageClasses, type StorageClassName } from '../../../lib/constructs/storage/storage-classes';
import { templateOf, testStack } from '../../support/app';

const days = (count: number) => Duration.days(count);
const to = (name: LadderStep['to'], after: number, more: Partial<LadderStep> = {}): LadderStep => ({
  to: name,
  after: days(after),
  ...more,
});

function made(props: Partial<PrivateBucketProps>) {
  const stack = testStack();
  new PrivateBucket(stack, 'Files', {
    accessLogs: new LogBucket(stack, 'Logs').bucket,
    accessLogPrefix: 'files/',
    ...props,
  });
  return stack;
}
const bucketOf = (props: Partial<PrivateBucketProps>): any =>
  Object.entries(Template.fromStack(made(props)).findResources('AWS::S3::Bucket')).find(([id]) =>
    id.startsWith('Files'),
  )![1].Properties;
const ladderOf = (props: LifecycleLadderProps) => bucketOf({ ladder: new LifecycleLadder(props) });
const refusal = (props: LifecycleLadderProps, bucket: Partial<PrivateBucketProps> = {}) => {
  let message = '';
  try {
    made({ ladder: new LifecycleLadder(props), ...bucket });
  } catch (error) {
    ({ message } = error as Error);
  }
  return message.split('\n  ').slice(1);
};
const warnings = (props: LifecycleLadderProps) =>
  Annotations.fromStack(made({ ladder: new LifecycleLadder(props) }))
    .findWarning('*', Match.anyValue())
    .map(({ entry }) => (entry.data as string).replace(/ \[ack: .*/, ''));

describe('a ladder', () => {
  test('leads from Standard-IA by Glacier to the deep archive, and old versions end after 90 days [storage-lifecycle-ladder]', () => {
    const { LifecycleConfiguration: lifecycle } = bucketOf({
      versions: ObjectVersions.kept(days(90)),
      ladder: new LifecycleLadder({ steps: [to('STANDARD_IA', 90), to('GLACIER', 180), to('DEEP_ARCHIVE', 365)] }),
    });
    expect(lifecycle.Rules).toEqual([
      { Id: 'BrokenUploads', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
      {
        Id: 'OldVersions',
        Status: 'Enabled',
        NoncurrentVersionExpiration: { NoncurrentDays: 90 },
        ExpiredObjectDeleteMarker: true,
      },
      {
        Id: 'Ladder',
        Status: 'Enabled',
        Transitions: [
          { StorageClass: 'STANDARD_IA', TransitionInDays: 90 },
          { StorageClass: 'GLACIER', TransitionInDays: 180 },
          { StorageClass: 'DEEP_ARCHIVE', TransitionInDays: 365 },
        ],
      },
    ]);
  });

  test('may archive and then delete, and says what is paid for nothing [storage-lifecycle-archive-then-delete, storage-class-glacier]', () => {
    const example: LifecycleLadderProps = { steps: [to('GLACIER', 30)], expireAfter: days(90) };
    expect(ladderOf(example).LifecycleConfiguration.Rules).toContainEqual({
      Id: 'Ladder',
      Status: 'Enabled',
      Transitions: [{ StorageClass: 'GLACIER', TransitionInDays: 30 }],
      ExpirationInDays: 90,
    });
    const early =
      'ladder step 1 keeps objects in GLACIER for 60 days, and 90 are billed; the 30 days more are paid for nothing';
    expect(warnings(example)).toEqual([early]);
    expect(refusal({ ...example, strictMinimums: true })).toEqual([early]);
    expect(warnings({ ...example, expireAfter: days(120) })).toEqual([]);
  });

  test('counts the minimum between two steps too, of replaced versions as well', () => {
    expect(refusal({ steps: [to('GLACIER_IR', 0), to('GLACIER', 60)], strictMinimums: true })).toEqual([
      'ladder step 1 keeps objects in GLACIER_IR for 60 days, and 90 are billed; the 30 days more are paid for nothing',
    ]);
    const props = { steps: [], replacedSteps: [to('GLACIER', 0), to('DEEP_ARCHIVE', 10)], strictMinimums: true };
    expect(refusal(props, { versions: ObjectVersions.kept(days(400)) })).toEqual([
      'ladder replaced step 1 keeps objects in GLACIER for 10 days, and 90 are billed; the 80 days more are paid for nothing',
    ]);
  });

  test('is about a folder, and leads replaced versions away, where that is asked for [storage-lifecycle-versions]', () => {
    const props: LifecycleLadderProps = { prefix: 'reports/', steps: [], replacedSteps: [to('GLACIER_IR', 1)] };
    const { LifecycleConfiguration: lifecycle } = bucketOf({
      versions: ObjectVersions.kept(days(365)),
      ladder: new LifecycleLadder(props),
    });
    expect(lifecycle.Rules).toContainEqual({
      Id: 'Ladder',
      Status: 'Enabled',
      Prefix: 'reports/',
      NoncurrentVersionTransitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 1 }],
    });
    expect(refusal(props)).toEqual([
      'ladder has steps for replaced versions, of which this bucket has none; add versions: ObjectVersions.kept(...)',
    ]);
  });

  test('fails when a step comes after replaced versions are gone, unless some of them stay [storage-lifecycle-versions]', () => {
    const props: LifecycleLadderProps = { steps: [], replacedSteps: [to('GLACIER_IR', 30), to('GLACIER', 120)] };
    expect(refusal(props, { versions: ObjectVersions.kept(days(120)) })).toEqual([
      'ladder replaced step 2 comes after 120 days, and replaced versions are gone after 120; leave the step out, or keep them longer by ObjectVersions.kept(...)',
    ]);
    expect(refusal(props, { versions: ObjectVersions.kept(days(121)) })).toEqual([]);
    expect(refusal(props, { versions: ObjectVersions.kept(days(120), 3) })).toEqual([]);
  });

  test('leaves small objects where they are, and warns when they are archived all the same [storage-class-ia-rules]', () => {
    const steps = [to('GLACIER', 30)];
    expect(ladderOf({ steps }).LifecycleConfiguration.TransitionDefaultMinimumObjectSize).toBe(
      'all_storage_classes_128K',
    );
    expect(ladderOf({ steps, smallObjects: 'archived' }).LifecycleConfiguration).toMatchObject({
      TransitionDefaultMinimumObjectSize: 'varies_by_storage_class',
    });
    expect(warnings({ steps, smallObjects: 'archived' })).toEqual([
      'ladder archives objects below 128 KB, each of which costs 40 KB more than its size; pack them together first',
    ]);
  });
});

describe('what is refused', () => {
  test.each(['STANDARD_IA', 'ONEZONE_IA'] as const)(
    'fails when objects go to %s before day 30, which the CDK accepts [storage-class-ia-rules]',
    (name) => {
      const step = (after: number) => ({ steps: [to(name, after, { recreatable: true })] });
      for (const early of [10, 29])
        expect(refusal(step(early))).toEqual([
          `ladder step 1 goes to ${name} after ${early} days; S3 moves nothing there before day 30`,
        ]);
      expect(refusal(step(30))).toEqual([]);
      expect(() =>
        templateOf((stack) => {
          const transitions = [{ storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: days(10) }];
          new Bucket(stack, 'Bucket', { lifecycleRules: [{ transitions }] });
        }),
      ).not.toThrow();
    },
  );

  test('fails when objects that cannot be made again go to one zone [storage-class-one-zone]', () => {
    expect(refusal({ steps: [to('ONEZONE_IA', 30)] })).toEqual([
      'ladder step 1 goes to ONEZONE_IA, which loses its objects with one zone; say recreatable: true if they can be made again, or use STANDARD_IA',
    ]);
    expect(refusal({ steps: [to('ONEZONE_IA', 30, { recreatable: true })] })).toEqual([]);
  });

  test('fails when a step leads up, or from one zone to Glacier Instant Retrieval, which the CDK accepts [storage-lifecycle-downward]', () => {
    expect(refusal({ steps: [to('GLACIER', 30), to('STANDARD_IA', 130)] })).toEqual([
      'ladder step 2 goes from GLACIER to STANDARD_IA, which no lifecycle rule does; from there it goes to DEEP_ARCHIVE',
    ]);
    expect(refusal({ steps: [to('ONEZONE_IA', 30, { recreatable: true }), to('GLACIER_IR', 60)] })).toEqual([
      'ladder step 2 goes from ONEZONE_IA to GLACIER_IR, which no lifecycle rule does; from there it goes to GLACIER, DEEP_ARCHIVE',
    ]);
    expect(refusal({ steps: [to('DEEP_ARCHIVE', 0), to('GLACIER', 180)] })).toEqual([
      'ladder step 2 goes from DEEP_ARCHIVE to GLACIER, which no lifecycle rule does; from there it goes to nothing',
    ]);
    expect(() =>
      templateOf((stack) => {
        const transitions = [
          { storageClass: StorageClass.GLACIER, transitionAfter: days(30) },
          { storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: days(60) },
        ];
        new Bucket(stack, 'Bucket', { lifecycleRules: [{ transitions }] });
      }),
    ).not.toThrow();
  });

  test('no ladder that is accepted holds a forbidden pair, or days that do not grow [storage-lifecycle-downward, storage-lifecycle-day-order]', () => {
    const colder = storageClasses.filter((name): name is LadderStep['to'] => name !== 'STANDARD');
    const step = fc.record({
      to: fc.constantFrom(...colder),
      after: fc.nat(400).map(days),
      recreatable: fc.constant(true),
    });
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 3 }), (steps) => {
        if (new LifecycleLadder({ steps }).faults().some(Boolean)) return true;
        accepted++;
        return steps.every(({ to: name, after }, i) => {
          const from: StorageClassName = steps[i - 1]?.to ?? 'STANDARD';
          const grows = i === 0 || after.toDays() > steps[i - 1].after.toDays();
          return mayMoveTo(from, name) && grows;
        });
      }),
      { numRuns: 1000, seed: 1 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  test('fails when days do not grow, an IA step is too short, or the end comes too soon, which the CDK accepts [storage-lifecycle-day-order]', () => {
    expect(refusal({ steps: [to('STANDARD_IA', 30), to('GLACIER', 30)] })).toEqual([
      'ladder step 2 comes after 30 days, no later than the one before it (30); give more',
    ]);
    expect(refusal({ steps: [to('GLACIER_IR', 30), to('GLACIER', 20)] })).toEqual([
      'ladder step 2 comes after 20 days, no later than the one before it (30); give more',
    ]);
    expect(refusal({ steps: [to('STANDARD_IA', 30), to('GLACIER', 50)] })).toEqual([
      'ladder step 2 leaves STANDARD_IA after 20 days; objects stay there 30 days at least, so give 60 or more',
    ]);
    expect(refusal({ steps: [to('GLACIER', 30)], expireAfter: days(20) })).toEqual([
      'expireAfter is 20 days, no later than the last step (30); give more, or leave the step out',
    ]);
    expect(() =>
      templateOf((stack) => {
        const transitions = [
          { storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: days(30) },
          { storageClass: StorageClass.GLACIER, transitionAfter: days(20) },
        ];
        new Bucket(stack, 'Bucket', { lifecycleRules: [{ transitions }] });
      }),
    ).not.toThrow();
  });

  test('fails when a time is no whole number of days, or there is nothing to do', () => {
    expect(refusal({ steps: [{ to: 'GLACIER', after: Duration.hours(36) }], expireAfter: Duration.hours(60) })).toEqual(
      [
        'ladder step 1 comes after 1 day 12 hours; lifecycle rules count whole days',
        'expireAfter is 2 days 12 hours; give whole days, 1 or more',
      ],
    );
    expect(refusal({ steps: [] })).toEqual([
      'ladder has neither steps nor expireAfter; give one, or leave the ladder out',
    ]);
  });
});

describe('Intelligent-Tiering', () => {
  const tiering = (options?: IntelligentTieringOptions) => ({ ladder: LifecycleLadder.intelligentTiering(options) });
  const refused = (options: IntelligentTieringOptions) => () => made(tiering(options));

  test('gets objects on their first day, and moves them by itself [storage-intelligent-tiering]', () => {
    const { LifecycleConfiguration, IntelligentTieringConfigurations } = bucketOf(tiering());
    expect(LifecycleConfiguration.Rules).toContainEqual({
      Id: 'Ladder',
      Status: 'Enabled',
      Transitions: [{ StorageClass: 'INTELLIGENT_TIERING', TransitionInDays: 0 }],
    });
    expect(IntelligentTieringConfigurations).toBeUndefined();
  });

  test('has archives where that is asked for, and an end [storage-intelligent-tiering]', () => {
    const made = bucketOf(tiering({ archiveAfter: days(90), deepArchiveAfter: days(180), expireAfter: days(900) }));
    expect(made.IntelligentTieringConfigurations).toEqual([
      {
        Id: 'Archives',
        Status: 'Enabled',
        Tierings: [
          { AccessTier: 'ARCHIVE_ACCESS', Days: 90 },
          { AccessTier: 'DEEP_ARCHIVE_ACCESS', Days: 180 },
        ],
      },
    ]);
    expect(made.LifecycleConfiguration.Rules).toContainEqual(expect.objectContaining({ ExpirationInDays: 900 }));
  });

  test('fails when an archive begins too early or too late, or the deep one is not the deeper, which the CDK accepts [storage-intelligent-tiering]', () => {
    expect(refused({ archiveAfter: days(30), deepArchiveAfter: days(170) })).toThrow(
      [
        'Stack/Files:',
        'archiveAfter is 30 days; give 90 days to 730 days',
        'deepArchiveAfter is 170 days; give 180 days to 730 days',
      ].join('\n  '),
    );
    expect(refused({ archiveAfter: days(731) })).toThrow('archiveAfter is 731 days; give 90 days to 730 days');
    expect(refused({ archiveAfter: days(200), deepArchiveAfter: days(200) })).toThrow(
      'deepArchiveAfter is 200 days, no later than archiveAfter (200); give more',
    );
    expect(() =>
      templateOf((stack) => {
        const intelligentTieringConfigurations = [
          { name: 'a', archiveAccessTierTime: days(30), deepArchiveAccessTierTime: days(170) },
        ];
        new Bucket(stack, 'Bucket', { intelligentTieringConfigurations });
      }),
    ).not.toThrow();
  });
});

describe('rules for old versions', () => {
  const about = (rule: object) => ({ lifecycleRules: [{ id: 'Theirs', ...rule }] });

  test('fail on a bucket that keeps none, which the CDK accepts [storage-lifecycle-versions]', () => {
    for (const rule of [
      { noncurrentVersionExpiration: days(9) },
      { noncurrentVersionTransitions: [{ storageClass: StorageClass.GLACIER, transitionAfter: days(9) }] },
      { expiredObjectDeleteMarker: true },
    ]) {
      expect(() => made(about(rule))).toThrow(
        'Stack/Files:\n  lifecycle rule Theirs is about old versions, of which this bucket has none; add versions: ObjectVersions.kept(...)',
      );
      expect(() => made({ ...about(rule), versions: ObjectVersions.kept() })).not.toThrow();
      expect(() => templateOf((stack) => new Bucket(stack, 'Bucket', about(rule)))).not.toThrow();
    }
  });

  test('keep the newest however old they are, 1 to 100 [storage-lifecycle-versions]', () => {
    const rules = (newest: number) =>
      bucketOf({ versions: ObjectVersions.kept(days(30), newest) }).LifecycleConfiguration.Rules;
    for (const newest of [1, 100])
      expect(rules(newest)).toContainEqual(
        expect.objectContaining({
          NoncurrentVersionExpiration: { NoncurrentDays: 30, NewerNoncurrentVersions: newest },
        }),
      );
    for (const newest of [0, 101, 1.5])
      expect(() => rules(newest)).toThrow(
        `Stack/Files:\n  newest is ${newest} old versions; give a whole number from 1 to 100 old versions`,
      );
  });

  test('the CDK refuses an end of markers beside an end of objects [storage-lifecycle-versions]', () => {
    const both = about({ expiredObjectDeleteMarker: true, expiration: days(9) });
    expect(() => bucketOf({ ...both, versions: ObjectVersions.kept() })).toThrow(
      /ExpiredObjectDeleteMarker cannot be specified with expiration/,
    );
  });
});
