import { App, Duration, RemovalPolicies, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { BackupVault } from 'aws-cdk-lib/aws-backup';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RecycleBin, type RecycleBinProps } from '../../../lib/constructs/compute/recycle-bin';
import { SnapshotPlan, type SnapshotPlanProps } from '../../../lib/constructs/compute/snapshot-plan';
import {
  SnapshotRetention,
  SnapshotTimes,
  type SnapshotSchedule,
} from '../../../lib/constructs/compute/snapshot-schedule';
import { testStack } from '../../support/app';

const daily: SnapshotSchedule = { name: 'Daily', keep: SnapshotRetention.count(7) };
const monthly: SnapshotSchedule = {
  name: 'Monthly',
  times: SnapshotTimes.monthly('04:30'),
  keep: SnapshotRetention.days(30),
  archiveFor: Duration.days(90),
};
const copies = [{ region: 'eu-central-1', keep: SnapshotRetention.days(30) }];

function made(props: Partial<SnapshotPlanProps> = {}, stack = testStack()): Stack {
  new SnapshotPlan(stack, 'Plan', {
    description: 'Data of a test',
    tags: { backup: 'daily' },
    schedules: [daily],
    ...props,
  });
  return stack;
}
const one = (stack: Stack, type: string) => Object.values(Template.fromStack(stack).findResources(type))[0].Properties;
const schedulesOf = (...schedules: SnapshotSchedule[]) =>
  one(made({ schedules }), 'AWS::DLM::LifecyclePolicy').PolicyDetails.Schedules;
const statementsOf = (stack: Stack) => one(stack, 'AWS::IAM::Policy').PolicyDocument.Statement;
const refused =
  (schedule: Partial<SnapshotSchedule>, more: Partial<SnapshotPlanProps> = {}) =>
  () =>
    made({ schedules: [{ ...daily, ...schedule }], ...more });

describe('SnapshotPlan', () => {
  test('volumes with the tag are snapshotted at night and the newest seven kept, with their tags [compute-snapshot-schedule]', () => {
    const { ExecutionRoleArn, ...policy } = one(made(), 'AWS::DLM::LifecyclePolicy');
    expect(policy).toEqual({
      Description: 'Data of a test',
      State: 'ENABLED',
      PolicyDetails: {
        PolicyType: 'EBS_SNAPSHOT_MANAGEMENT',
        ResourceTypes: ['VOLUME'],
        TargetTags: [{ Key: 'backup', Value: 'daily' }],
        Schedules: [
          {
            Name: 'Daily',
            CopyTags: true,
            CreateRule: { Interval: 24, IntervalUnit: 'HOURS', Times: ['03:00'] },
            RetainRule: { Count: 7 },
          },
        ],
      },
    });
    expect(ExecutionRoleArn).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^PlanRole/), 'Arn'] });
  });

  test('its role snapshots volumes with the tag, deletes snapshots with it, and does nothing else [compute-snapshot-schedule]', () => {
    const stack = made();
    expect(statementsOf(stack)).toEqual([
      {
        Action: 'ec2:CreateSnapshot',
        Effect: 'Allow',
        Resource: stack.resolve(`arn:${stack.partition}:ec2:${stack.region}:${stack.account}:volume/*`),
        Condition: { StringEquals: { 'ec2:ResourceTag/backup': 'daily' } },
      },
      {
        Action: 'ec2:CreateSnapshot',
        Effect: 'Allow',
        Resource: stack.resolve(`arn:${stack.partition}:ec2:*::snapshot/*`),
      },
      {
        Action: 'ec2:CreateTags',
        Effect: 'Allow',
        Resource: stack.resolve(`arn:${stack.partition}:ec2:*::snapshot/*`),
        Condition: { StringEquals: { 'ec2:CreateAction': ['CreateSnapshot'] } },
      },
      {
        Action: ['ec2:CreateTags', 'ec2:DeleteSnapshot'],
        Effect: 'Allow',
        Resource: stack.resolve(`arn:${stack.partition}:ec2:*::snapshot/*`),
        Condition: { StringEquals: { 'aws:ResourceTag/backup': 'daily' } },
      },
      {
        Action: ['ec2:DescribeInstances', 'ec2:DescribeSnapshots', 'ec2:DescribeVolumes'],
        Effect: 'Allow',
        Resource: '*',
      },
    ]);
    expect(one(stack, 'AWS::IAM::Role').AssumeRolePolicyDocument.Statement).toEqual([
      {
        Action: 'sts:AssumeRole',
        Effect: 'Allow',
        Principal: { Service: 'dlm.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
  });

  test('of several tags, either allows to delete and archive, and nothing else does [compute-snapshot-schedule]', () => {
    const statements: any[] = statementsOf(made({ tags: { backup: 'daily', kept: 'long' }, schedules: [monthly] }));
    const deleting = statements.filter(({ Action }) => [Action].flat().includes('ec2:DeleteSnapshot'));
    expect(deleting.map(({ Action, Condition }) => [Action, Condition])).toEqual(
      [{ 'aws:ResourceTag/backup': 'daily' }, { 'aws:ResourceTag/kept': 'long' }].map((StringEquals) => [
        ['ec2:CreateTags', 'ec2:DeleteSnapshot', 'ec2:ModifySnapshotTier'],
        { StringEquals },
      ]),
    );
    expect(statements.filter(({ Action }) => [Action].flat().includes('ec2:ModifySnapshotTier'))).toEqual(deleting);
  });

  test('where the plan is retained, its role and what that may do are too [compute-snapshot-schedule]', () => {
    const fates = (stack: Stack) =>
      Object.values(Template.fromStack(stack).toJSON().Resources as Record<string, any>)
        .map(({ Type, DeletionPolicy }) => `${Type} ${DeletionPolicy}`)
        .sort();
    const retained = testStack();
    RemovalPolicies.of(retained).retain({ applyToResourceTypes: ['AWS::DLM::LifecyclePolicy'] });
    const all = ['AWS::DLM::LifecyclePolicy', 'AWS::IAM::Policy', 'AWS::IAM::Role'];
    expect(fates(made({}, retained))).toEqual(all.map((type) => `${type} Retain`));
    expect(fates(made())).toEqual(all.map((type) => `${type} undefined`));
  });

  test.each<[string, SnapshotTimes, object]>([
    ['every six hours', SnapshotTimes.everyHours(6, '00:30'), { Interval: 6, IntervalUnit: 'HOURS', Times: ['00:30'] }],
    ['each Saturday', SnapshotTimes.weekly('SAT', '22:15'), { CronExpression: 'cron(15 22 ? * SAT *)' }],
    ['on the first', SnapshotTimes.monthly(), { CronExpression: 'cron(0 3 1 * ? *)' }],
  ])('snapshots are taken %s [compute-snapshot-schedule]', (_, times, rule) => {
    expect(schedulesOf({ ...daily, times })[0].CreateRule).toEqual(rule);
  });

  test('four schedules are taken, by count and by age [compute-snapshot-schedule]', () => {
    const named = (name: string, keep = daily.keep) => ({ name, keep });
    const four = schedulesOf(named('A'), named('B'), named('C'), named('D', SnapshotRetention.days(35)));
    expect(four.map(({ RetainRule }: { RetainRule: object }) => RetainRule)).toEqual([
      { Count: 7 },
      { Count: 7 },
      { Count: 7 },
      { Interval: 35, IntervalUnit: 'DAYS' },
    ]);
  });

  test.each<[string, Partial<SnapshotPlanProps>]>([
    ['tags is empty, so that no volume is meant; name a tag that volumes carry', { tags: {} }],
    ['tags has "backup" = "", which nothing carries; name both', { tags: { backup: '' } }],
    ['schedules has 0; give one to four', { schedules: [] }],
    ['schedules has 5; give one to four', { schedules: ['A', 'B', 'C', 'D', 'E'].map((name) => ({ ...daily, name })) }],
    ['schedules has Daily twice; give each a name of its own', { schedules: [daily, daily] }],
    [
      'description is "Daten für alle!"; give up to 500 letters, digits, blanks and underscores',
      { description: 'Daten für alle!' },
    ],
  ])('fails when %s [compute-snapshot-schedule]', (fault, props) => {
    expect(() => made(props)).toThrow(`Stack/Plan:\n  ${fault}`);
  });

  test.each<[string, Partial<SnapshotSchedule>]>([
    [
      'Daily.keep.count is 0 snapshots; give a whole number from 1 to 1000 snapshots',
      { keep: SnapshotRetention.count(0) },
    ],
    [
      'Daily.keep.count is 1001 snapshots; give a whole number from 1 to 1000 snapshots',
      { keep: SnapshotRetention.count(1_001) },
    ],
    ['Daily.keep.days is 0 days; give a whole number from 1 to 36500 days', { keep: SnapshotRetention.days(0) }],
    ['Daily is at 3:00; write a time of day in UTC such as 03:00', { times: SnapshotTimes.daily('3:00') }],
  ])('fails when %s: of a schedule [compute-snapshot-schedule]', (fault, schedule) => {
    expect(refused(schedule)).toThrow(`Stack/Plan:\n  ${fault}`);
  });

  test.each<[SnapshotTimes, string | undefined]>([
    [SnapshotTimes.daily('18:00'), undefined],
    [SnapshotTimes.daily('07:00'), undefined],
    [SnapshotTimes.daily('07:01'), '07:01'],
    [SnapshotTimes.daily('17:59'), '17:59'],
    [SnapshotTimes.everyHours(12, '00:00'), '12:00'],
  ])('fails when one may begin in the busy hours: %# [compute-snapshot-schedule]', (times, clash) => {
    const attempt = refused({ times }, { busyHours: { from: 8, to: 18 } });
    if (clash === undefined) return expect(attempt).not.toThrow();
    expect(attempt).toThrow(
      `Daily takes snapshots at ${clash} UTC and within the hour after it, in the busy hours from 8 to 18; choose another time`,
    );
  });

  describe('copies', () => {
    const keyArn = 'arn:aws:kms:eu-central-1:111122223333:key/1';

    test('go to another Region, encrypted with a key there, and are kept for a time of their own [compute-snapshot-copy-region]', () => {
      const [schedule] = schedulesOf({ ...daily, copies: [{ ...copies[0], keyArn }] });
      expect(schedule.CrossRegionCopyRules).toEqual([
        {
          Target: 'eu-central-1',
          Encrypted: true,
          CmkArn: keyArn,
          CopyTags: true,
          RetainRule: { Interval: 30, IntervalUnit: 'DAYS' },
        },
      ]);
    });

    test('the role copies, reads with the keys of the volumes and writes with that of the copy, in grants for EC2 alone [compute-snapshot-copy-region]', () => {
      const stack = testStack();
      const key = new Key(stack, 'Key');
      made({ schedules: [{ ...daily, copies: [{ ...copies[0], keyArn }] }], encryptionKeys: [key] }, stack);
      const statements = statementsOf(stack);
      expect(statements[1].Action).toContain('ec2:CopySnapshot');
      expect(statements[2].Condition).toEqual({
        StringEquals: { 'ec2:CreateAction': ['CreateSnapshot', 'CopySnapshot'] },
      });
      const keys = [keyArn, stack.resolve(key.keyArn)];
      expect(statements.slice(5)).toEqual([
        {
          Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKeyWithoutPlaintext'],
          Effect: 'Allow',
          Resource: keys,
        },
        {
          Action: 'kms:CreateGrant',
          Effect: 'Allow',
          Resource: keys,
          Condition: { Bool: { 'kms:GrantIsForAWSResource': true } },
        },
      ]);
    });

    test('a stack that may be deployed anywhere is refused in their Region, one with a Region at once [compute-snapshot-copy-region]', () => {
      const { Rules } = Template.fromStack(made({ schedules: [{ ...daily, copies }] })).toJSON();
      const [rule] = Object.values<any>(Rules);
      expect(rule.Assertions).toEqual([
        {
          Assert: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-central-1'] }] },
          AssertDescription:
            'Copies of snapshots go to eu-central-1, and would be lost with it; deploy this to another Region.',
        },
      ]);
      const there = new Stack(new App(), 'Stack', { env: { region: 'eu-central-1' } });
      expect(() => made({ schedules: [{ ...daily, copies }] }, there)).toThrow(
        'Daily has a copy in eu-central-1, where the snapshot itself is and would be lost with it; choose another Region',
      );
    });

    test.each<[string, SnapshotSchedule['copies']]>([
      [
        'Daily has 4 copies; a schedule makes three at most',
        ['eu-west-2', 'eu-west-3', 'eu-north-1', 'eu-south-1'].map((region) => ({ ...copies[0], region })),
      ],
      ['Daily has two copies in eu-central-1; keep one', [copies[0], copies[0]]],
      [
        'Daily has a copy in Frankfurt; write the code of a Region, such as eu-central-1',
        [{ ...copies[0], region: 'Frankfurt' }],
      ],
      [
        'Daily keeps 3 copies in eu-central-1, but copies are kept by age; give SnapshotRetention.days',
        [{ region: 'eu-central-1', keep: SnapshotRetention.count(3) }],
      ],
      [
        'Daily encrypts copies in eu-west-2 with arn:aws:kms:eu-central-1:111122223333:key/1, which is not a key of that Region; give the ARN of one that is',
        [{ ...copies[0], region: 'eu-west-2', keyArn }],
      ],
    ])('fails when %s [compute-snapshot-copy-region]', (fault, wrong) => {
      expect(refused({ copies: wrong })).toThrow(`Stack/Plan:\n  ${fault}`);
    });

    test('three are taken [compute-snapshot-copy-region]', () => {
      const three = ['eu-west-2', 'eu-west-3', 'eu-north-1'].map((region) => ({ ...copies[0], region }));
      expect(schedulesOf({ ...daily, copies: three })[0].CrossRegionCopyRules).toHaveLength(3);
    });
  });

  describe('fast restore', () => {
    const fastRestore = { count: 2, availabilityZones: ['eu-west-1a', 'eu-west-1b'] };

    test('is for the newest in the zones named, and what it costs is told [compute-fast-restore]', () => {
      const stack = made({ schedules: [{ ...daily, fastRestore }] });
      expect(one(stack, 'AWS::DLM::LifecyclePolicy').PolicyDetails.Schedules[0].FastRestoreRule).toEqual({
        Count: 2,
        AvailabilityZones: ['eu-west-1a', 'eu-west-1b'],
      });
      expect(statementsOf(stack)[1].Action).toEqual(expect.arrayContaining(['ec2:EnableFastSnapshotRestores']));
      Annotations.fromStack(stack).hasInfo(
        '/Stack/Plan',
        Match.stringLikeRegexp(
          '^Fast restore bills 4 snapshots and zones for each volume, 3.00 USD an hour or 2190 USD a month',
        ),
      );
    });

    test.each<[number, boolean, boolean]>([
      [5, false, true],
      [6, false, false],
      [6, true, true],
    ])('%d of a Region, quota raised %s: taken %s [compute-fast-restore]', (count, quotaRaised, taken) => {
      const attempt = refused({ fastRestore: { ...fastRestore, count } }, { quotaRaised });
      if (taken) return expect(attempt).not.toThrow();
      expect(attempt).toThrow(
        'the schedules restore 6 snapshots of each volume fast, and a Region has 5 at most; ask for fewer, or have the quota raised and say quotaRaised',
      );
    });

    test.each<[string, Partial<SnapshotSchedule>]>([
      [
        'Daily restores 2 snapshots fast, but keeps 1; give no more than it keeps',
        { keep: SnapshotRetention.count(1) },
      ],
      [
        'Daily restores 2 snapshots fast, but keeps by days; give SnapshotRetention.count, of which they are the newest',
        { keep: SnapshotRetention.days(9) },
      ],
      [
        'Daily restores fast in no zone; name those in which volumes are made',
        { fastRestore: { count: 1, availabilityZones: [] } },
      ],
    ])('fails when %s [compute-fast-restore]', (fault, more) => {
      expect(refused({ fastRestore, ...more })).toThrow(`Stack/Plan:\n  ${fault}`);
    });
  });

  describe('the archive', () => {
    test('takes monthly snapshots when they were kept, for 90 days or more [compute-snapshot-archive]', () => {
      const stack = made({ schedules: [monthly] });
      expect(one(stack, 'AWS::DLM::LifecyclePolicy').PolicyDetails.Schedules[0]).toMatchObject({
        CreateRule: { CronExpression: 'cron(30 4 1 * ? *)' },
        RetainRule: { Interval: 30, IntervalUnit: 'DAYS' },
        ArchiveRule: { RetainRule: { RetentionArchiveTier: { Interval: 90, IntervalUnit: 'DAYS' } } },
      });
      expect(statementsOf(stack)[3].Action).toContain('ec2:ModifySnapshotTier');
    });

    test('may take them at once, unless they are copied first [compute-snapshot-archive]', () => {
      const keep = SnapshotRetention.days(0);
      expect(schedulesOf({ ...monthly, keep })[0].RetainRule).toEqual({ Interval: 0, IntervalUnit: 'DAYS' });
      expect(refused({ ...monthly, keep, copies })).toThrow('Monthly.keep.days is 0 days; give a whole number from 1');
    });

    test.each<[string, Partial<SnapshotSchedule>]>([
      [
        'Monthly archives for 89 days, and the archive bills 90 at least; give 90 days or more',
        { archiveFor: Duration.days(89) },
      ],
      [
        'Monthly archives, which DLM does for snapshots that are taken 28 days apart or more; give SnapshotTimes.monthly(), in a schedule of its own',
        { times: SnapshotTimes.weekly() },
      ],
      [
        'Monthly archives for days, but keeps by count; give SnapshotRetention.days, after which snapshots go to the archive',
        { keep: SnapshotRetention.count(3) },
      ],
    ])('fails when %s [compute-snapshot-archive]', (fault, more) => {
      expect(refused({ ...monthly, ...more })).toThrow(`Stack/Plan:\n  ${fault}`);
    });
  });

  describe('in a vault', () => {
    const vaulted = (...schedules: SnapshotSchedule[]) => {
      const stack = testStack();
      return made({ schedules, vault: new BackupVault(stack, 'Vault') }, stack);
    };

    test('AWS Backup takes the same snapshots by tag [compute-snapshot-schedule]', () => {
      const stack = vaulted(monthly);
      Template.fromStack(stack).resourceCountIs('AWS::DLM::LifecyclePolicy', 0);
      expect(one(stack, 'AWS::Backup::BackupPlan').BackupPlan.BackupPlanRule).toEqual([
        {
          RuleName: 'Monthly',
          ScheduleExpression: 'cron(30 4 1 * ? *)',
          TargetBackupVault: { 'Fn::GetAtt': [expect.stringMatching(/^Vault/), 'BackupVaultName'] },
          Lifecycle: {
            MoveToColdStorageAfterDays: 30,
            DeleteAfterDays: 120,
            OptInToArchiveForSupportedResources: true,
          },
        },
      ]);
      expect(one(stack, 'AWS::Backup::BackupSelection').BackupSelection.ListOfTags).toEqual([
        { ConditionKey: 'backup', ConditionType: 'STRINGEQUALS', ConditionValue: 'daily' },
      ]);
    });

    test('EBS is told to archive by the rule of the monthly ones alone [compute-snapshot-archive]', () => {
      const stack = vaulted({ ...daily, keep: SnapshotRetention.days(7) }, monthly);
      const rules: any[] = one(stack, 'AWS::Backup::BackupPlan').BackupPlan.BackupPlanRule;
      expect(rules.map(({ RuleName, Lifecycle }) => [RuleName, Lifecycle])).toEqual([
        ['Daily', { DeleteAfterDays: 7 }],
        ['Monthly', expect.objectContaining({ OptInToArchiveForSupportedResources: true })],
      ]);
    });

    test.each<[string, SnapshotSchedule]>([
      ['Daily keeps 7 snapshots, but a vault keeps by age; give SnapshotRetention.days, or leave vault out', daily],
      [
        'Daily has copies, which go from vault to vault; take OffsiteBackup for them, or leave vault out',
        { ...daily, keep: SnapshotRetention.days(7), copies },
      ],
    ])('fails when %s [compute-snapshot-schedule]', (fault, schedule) => {
      expect(() => vaulted(schedule)).toThrow(`Stack/Plan:\n  ${fault}`);
    });
  });

  test('deleted snapshots of the tag go to the bin first [compute-recycle-bin]', () => {
    expect(one(made({ bin: Duration.days(14) }), 'AWS::Rbin::Rule')).toEqual({
      Description: 'Deleted snapshots can be had back for 14 days',
      ResourceType: 'EBS_SNAPSHOT',
      RetentionPeriod: { RetentionPeriodUnit: 'DAYS', RetentionPeriodValue: 14 },
      ResourceTags: [{ ResourceTagKey: 'backup', ResourceTagValue: 'daily' }],
    });
  });
});

describe('RecycleBin', () => {
  const bin = (keep: RecycleBinProps['keep'], tags?: RecycleBinProps['tags']) => {
    const stack = testStack();
    new RecycleBin(stack, 'Bin', { keep, ...(tags && { tags }) });
    return Template.fromStack(stack).findResources('AWS::Rbin::Rule');
  };
  const days = (amount: number) => Duration.days(amount);

  test('keeps snapshots, images and volumes of a Region, each by a rule of its own [compute-recycle-bin]', () => {
    const rules = Object.values(bin({ snapshots: days(365), images: days(1), volumes: days(7) }));
    expect(
      rules.map(({ Properties: { ResourceType, RetentionPeriod, ResourceTags } }) => [
        ResourceType,
        RetentionPeriod.RetentionPeriodValue,
        ResourceTags,
      ]),
    ).toEqual([
      ['EBS_SNAPSHOT', 365, undefined],
      ['EC2_IMAGE', 1, undefined],
      ['EBS_VOLUME', 7, undefined],
    ]);
  });

  test.each<[string, RecycleBinProps['keep']]>([
    ['keep is empty; say for how long snapshots, images or volumes can be had back', {}],
    ['keep.snapshots is 0 days; give a whole number from 1 to 365 days', { snapshots: days(0) }],
    ['keep.snapshots is 366 days; give a whole number from 1 to 365 days', { snapshots: days(366) }],
    ['keep.snapshots is 0.5 days; give a whole number from 1 to 365 days', { snapshots: Duration.hours(12) }],
    ['keep.images is 400 days; give a whole number from 1 to 365 days', { images: days(400) }],
    ['keep.volumes is 8 days; give a whole number from 1 to 7 days', { volumes: days(8) }],
  ])('fails when %s [compute-recycle-bin]', (fault, keep) => {
    expect(() => bin(keep)).toThrow(`Stack/Bin:\n  ${fault}`);
  });

  test('fails when there are more than 50 tags [compute-recycle-bin]', () => {
    const tags = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`tag${i}`, 'yes']));
    expect(() => bin({ snapshots: days(7) }, tags)).toThrow('tags has 51; give up to 50');
  });
});
