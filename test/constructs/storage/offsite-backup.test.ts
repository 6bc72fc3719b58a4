import { Duration, Stack } from 'aws-cdk-lib';
import { BackupPlan, BackupPlanRule, BackupVault } from 'aws-cdk-lib/aws-backup';
import type { Template } from 'aws-cdk-lib/assertions';
import { NoticeTopic } from '../../../lib/constructs/messaging/notice-topic';
import { AlarmTopic } from '../../../lib/constructs/operations/alarm-topic';
import { OffsiteBackup, type OffsiteBackupProps } from '../../../lib/constructs/storage/offsite-backup';
import { RecoveryVault, type RecoveryVaultProps } from '../../../lib/constructs/storage/recovery-vault';
import { deletionRefusal, simulateBackups, type RecoveryPoint } from '../../../lib/constructs/storage/simulate-backups';
import { VaultLock } from '../../../lib/constructs/storage/vault-lock';
import { fitsPattern, type BusPattern } from '../../../lib/constructs/messaging/bus-pattern';
import { templateOf, testApp, testStack } from '../../support/app';

const days = Duration.days;
const law = 'The tax office asks for ten years';

function backup(stack: Stack, props: Partial<OffsiteBackupProps> = {}, vault: RecoveryVaultProps = {}): OffsiteBackup {
  const alarms = new AlarmTopic(stack, 'Alarms');
  return new OffsiteBackup(stack, 'Backups', {
    vault: new RecoveryVault(stack, 'Vault', vault),
    copyTo: { name: 'copies', region: 'eu-central-1' },
    notices: new NoticeTopic(stack, 'News', { alarms }),
    alarms,
    ...props,
  });
}
const templateWith = (props: Partial<OffsiteBackupProps> = {}, vault?: RecoveryVaultProps) =>
  templateOf((stack) => backup(stack, props, vault));
const refusal = (props: Partial<OffsiteBackupProps>, vault?: RecoveryVaultProps) => () =>
  backup(testStack(), props, vault);
const one = (template: Template, type: string) => {
  const found = Object.values(template.findResources(type));
  expect(found).toHaveLength(1);
  return found[0].Properties;
};
const ruleOf = (props?: Partial<OffsiteBackupProps>) =>
  one(templateWith(props), 'AWS::Backup::BackupPlan').BackupPlan.BackupPlanRule[0];

describe('OffsiteBackup', () => {
  test('backs up each day whatever carries the tag, into a vault under a customer key, by a role of its own [storage-backup-daily]', () => {
    const template = templateWith();
    expect(ruleOf()).toMatchObject({
      RuleName: 'Daily',
      ScheduleExpression: 'cron(0 3 * * ? *)',
      TargetBackupVault: { 'Fn::GetAtt': [expect.stringMatching(/^Vault/), 'BackupVaultName'] },
      Lifecycle: { DeleteAfterDays: 35 },
    });
    expect(one(template, 'AWS::Backup::BackupVault').EncryptionKeyArn).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^VaultKey/), 'Arn'],
    });
    expect(one(template, 'AWS::Backup::BackupSelection').BackupSelection).toMatchObject({
      ListOfTags: [{ ConditionKey: 'backup', ConditionType: 'STRINGEQUALS', ConditionValue: 'daily' }],
      IamRoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^BackupsRole/), 'Arn'] },
    });
    const [, role] = Object.entries(template.findResources('AWS::IAM::Role')).find(([id]) =>
      id.startsWith('BackupsRole'),
    )!;
    expect(role.Properties.AssumeRolePolicyDocument.Statement[0]).toMatchObject({
      Principal: { Service: 'backup.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    });
    expect(JSON.stringify(role.Properties.ManagedPolicyArns)).toMatch(/AWSBackupServiceRolePolicyForBackup"\]\]\}\]$/);
  });

  test('fails when nothing would be backed up, as the CDK does not notice [storage-backup-daily]', () => {
    expect(refusal({ tag: { key: 'backup', value: '' } })).toThrow(
      'Stack/Backups:\n  tag is "backup" = "", which nothing carries, so that nothing would be backed up; name both',
    );
    const template = templateOf(
      (stack) => new BackupPlan(stack, 'Plan', { backupPlanRules: [BackupPlanRule.daily()] }),
    );
    template.resourceCountIs('AWS::Backup::BackupSelection', 0);
  });

  test('copies each recovery point to a vault of another region, and is deployed nowhere else [storage-backup-other-region]', () => {
    expect(ruleOf({ coldAfter: days(30), keptFor: days(365) }).CopyActions).toEqual([
      {
        DestinationBackupVaultArn: {
          'Fn::Join': [
            '',
            [
              'arn:',
              { Ref: 'AWS::Partition' },
              ':backup:eu-central-1:',
              { Ref: 'AWS::AccountId' },
              ':backup-vault:copies',
            ],
          ],
        },
        Lifecycle: { DeleteAfterDays: 365, MoveToColdStorageAfterDays: 30 },
      },
    ]);
    const [rule] = Object.entries(templateWith().toJSON().Rules as object).filter(([id]) =>
      id.startsWith('BackupsRegion'),
    );
    expect(rule[1].Assertions[0].Assert).toEqual({
      'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-central-1'] }],
    });
    const here = () => {
      const stack = testStack();
      Object.defineProperty(stack, 'region', { value: 'eu-central-1' });
      backup(stack);
    };
    expect(here).toThrow(
      'Stack/Backups:\n  copyTo is in eu-central-1, the region of the backups themselves, and would be lost with them; choose another region',
    );
  });

  test('fails when recovery points would leave the regions where the data may be [storage-data-residency]', () => {
    expect(refusal({ allowedRegions: ['eu-west-1', 'eu-west-3'] })).toThrow(
      'Stack/Backups:\n  copyTo.region is eu-central-1, where this data may not be; choose one of eu-west-1, eu-west-3',
    );
    expect(refusal({ allowedRegions: ['eu-west-1', 'eu-central-1'] })).not.toThrow();
    const there = new Stack(testApp(), 'There', { env: { region: 'us-east-1' } });
    expect(() => backup(there, { allowedRegions: ['eu-central-1'] })).toThrow(
      'There/Backups:\n  the region of the stack is us-east-1, where this data may not be; choose one of eu-central-1',
    );
  });

  test('lets recovery points grow cold for ninety days at least, and looks at the rule itself, not only at its copies [storage-backup-lifecycle]', () => {
    expect(ruleOf({ coldAfter: days(30), keptFor: days(120) }).Lifecycle).toEqual({
      DeleteAfterDays: 120,
      MoveToColdStorageAfterDays: 30,
    });
    expect(refusal({ coldAfter: days(30), keptFor: days(119) })).toThrow(
      'Stack/Backups:\n  coldAfter is 30 days and keptFor 119, and in cold storage recovery points lie for 90 days at least; keep them for 120 days or more, or leave coldAfter out',
    );
    const cdk = () => new BackupPlanRule({ ruleName: 'x', deleteAfter: days(31), moveToColdStorageAfter: days(30) });
    expect(cdk).not.toThrow();
    expect(refusal({ keptFor: days(0) })).toThrow('keptFor is 0 days; give 1 day to 36500 days');
  });

  test('reaches back to any second for 35 days at most, and never from the cold [storage-backup-lifecycle]', () => {
    expect(ruleOf({ pointInTime: true }).EnableContinuousBackup).toBe(true);
    expect(refusal({ pointInTime: true, keptFor: days(36) })).toThrow(
      'pointInTime is true and keptFor is 36 days; continuous backups reach back 35 days at most',
    );
    expect(refusal({ pointInTime: true, keptFor: days(35), coldAfter: days(1) })).toThrow(
      'pointInTime is true and coldAfter is given; continuous backups never go cold, leave one out',
    );
    const continuous = (more: object) => () => new BackupPlanRule({ enableContinuousBackup: true, ...more });
    expect(continuous({ deleteAfter: days(36) })).toThrow(/35/);
    expect(continuous({ deleteAfter: days(35), moveToColdStorageAfter: days(1) })).toThrow(/moveToColdStorageAfter/);
  });

  test('is rehearsed each week by a role that restores and does nothing else [storage-backup-restore-test]', () => {
    const template = templateWith({ rehearse: ['DynamoDB', 'EFS'] });
    const plan = one(template, 'AWS::Backup::RestoreTestingPlan');
    expect(plan).toMatchObject({
      ScheduleExpression: 'cron(0 6 ? * SUN *)',
      RecoveryPointSelection: { Algorithm: 'LATEST_WITHIN_WINDOW', SelectionWindowDays: 7, IncludeVaults: ['*'] },
    });
    expect(plan.RestoreTestingPlanName).toMatch(/^\w{1,50}$/);
    const selections = Object.values(template.findResources('AWS::Backup::RestoreTestingSelection'));
    expect(selections.map(({ Properties }) => Properties.ProtectedResourceType)).toEqual(['DynamoDB', 'EFS']);
    for (const { Properties, DependsOn } of selections) {
      expect(DependsOn).toEqual([expect.stringMatching(/^BackupsRehearsal/)]);
      expect(Properties).toMatchObject({
        RestoreTestingPlanName: plan.RestoreTestingPlanName,
        ProtectedResourceConditions: { StringEquals: [{ Key: 'aws:ResourceTag/backup', Value: 'daily' }] },
        IamRoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^BackupsRehearsalRole/), 'Arn'] },
      });
    }
    const [, role] = Object.entries(template.findResources('AWS::IAM::Role')).find(([id]) =>
      id.includes('RehearsalRole'),
    )!;
    expect(JSON.stringify(role.Properties.ManagedPolicyArns)).toMatch(
      /AWSBackupServiceRolePolicyForRestores"\]\]\}\]$/,
    );
    expect(refusal({ rehearse: [] })).toThrow('rehearse is empty; name what is restored each week, or leave it out');
    templateWith().resourceCountIs('AWS::Backup::RestoreTestingPlan', 0);
  });

  test('tells of every backup, copy and restore that failed, and of no other [storage-backup-restore-test]', () => {
    const { EventPattern, Targets } = one(templateWith(), 'AWS::Events::Rule');
    expect(JSON.stringify(Targets[0].Arn)).toMatch(/^\{"Ref":"NewsTopic/);
    const hears = (kind: string, detail: object) =>
      fitsPattern(EventPattern as BusPattern, {
        source: 'aws.backup',
        'detail-type': `${kind} Job State Change`,
        detail,
      });
    expect([
      hears('Backup', { state: 'FAILED' }),
      hears('Backup', { state: 'EXPIRED' }),
      hears('Copy', { state: 'FAILED' }),
      hears('Restore', { status: 'FAILED' }),
    ]).toEqual([true, true, true, true]);
    expect([hears('Backup', { state: 'COMPLETED' }), hears('Restore', { status: 'COMPLETED' })]).toEqual([
      false,
      false,
    ]);
  });

  test('has an alarm go off when one failed, whoever listens to notices [storage-backup-restore-test]', () => {
    const template = templateWith();
    const [rule] = Object.keys(template.findResources('AWS::Events::Rule'));
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/Events',
      MetricName: 'TriggeredRules',
      Dimensions: [{ Name: 'RuleName', Value: { Ref: rule } }],
      Threshold: 1,
      TreatMissingData: 'notBreaching',
    });
  });
});

describe('a locked vault', () => {
  const lockOf = (lock: VaultLock) => one(templateWith({}, { lock }), 'AWS::Backup::BackupVault').LockConfiguration;
  const window = { atLeast: days(7), atMost: days(100) };

  test('keeps recovery points within its window, and for good after three days or more [storage-backup-vault-lock]', () => {
    expect(lockOf(VaultLock.governance(window))).toEqual({ MinRetentionDays: 7, MaxRetentionDays: 100 });
    expect(lockOf(VaultLock.compliance({ atLeast: days(7) }, days(3), law))).toEqual({
      MinRetentionDays: 7,
      ChangeableForDays: 3,
    });
  });

  test('fails when it cannot be so, or nobody says why it is for good [storage-backup-vault-lock]', () => {
    const made = (lock: VaultLock, name?: string) => () =>
      new RecoveryVault(testStack(), 'Vault', { lock, ...(name !== undefined && { name }) });
    expect(made(VaultLock.compliance(window, days(2), law))).toThrow(
      'Stack/Vault:\n  lock is final after is 2 days; give a whole number from 3 to 36500 days',
    );
    expect(made(VaultLock.compliance(window, days(3), 'just so'))).toThrow(
      'lock becomes final because of "just so", after which neither vault nor stack can be deleted; say in a sentence which rule asks for it, or use VaultLock.governance(...)',
    );
    expect(made(VaultLock.governance({ atLeast: days(10), atMost: days(9) }))).toThrow(
      'lock keeps recovery points for at most is 9 days; give 10 days to 36500 days',
    );
    expect(made(VaultLock.governance(window), 'a b')).toThrow(
      'name is a b; use 2 to 50 letters, digits, hyphens and underscores',
    );
    const cdk = () =>
      new BackupVault(testStack(), 'Vault', { lockConfiguration: { minRetention: days(7), changeableFor: days(2) } });
    expect(cdk).toThrow(/72-hour/);
  });

  test('fails with a plan whose recovery points, or copies, it would not take, as the CDK does not notice [storage-backup-vault-lock]', () => {
    expect(refusal({ keptFor: days(101) }, { lock: VaultLock.governance(window) })).toThrow(
      'Stack/Backups:\n  recovery points are kept for 101 days, and the lock of their vault takes 7 to 100, so that every job would fail; keep them within it, or change the lock',
    );
    const lock = VaultLock.governance({ atLeast: days(50) });
    expect(refusal({ copyTo: { name: 'copies', region: 'eu-central-1', lock } })).toThrow(
      'copies are kept for 35 days, and the lock of their vault takes 50 or more, so that every job would fail; keep them within it, or change the lock',
    );
  });

  test.each([
    ['an open vault', undefined, 'who may delete recovery points', 1, undefined],
    ['an open vault', undefined, 'nobody special', 1, 'there is no permission to delete recovery points'],
    [
      'governance',
      { MinRetentionDays: 7 },
      'who may delete recovery points',
      9,
      'the vault is locked, and there is no permission to take the lock off',
    ],
    ['governance', { MinRetentionDays: 7 }, 'who may take the lock off too', 9, undefined],
    ['compliance, not yet final', { ChangeableForDays: 3 }, 'root', 2, undefined],
    [
      'compliance, final',
      { ChangeableForDays: 3 },
      'who may take the lock off too',
      3,
      'the lock is final, and the vault keeps each recovery point until its time is over, whoever asks',
    ],
    [
      'compliance, final',
      { ChangeableForDays: 3 },
      'root',
      3,
      'the lock is final, and the vault keeps each recovery point until its time is over, whoever asks',
    ],
  ] as const)(
    'under %s decides whether %j lets %s delete on day %d [storage-backup-vault-lock]',
    (_what, lock, by, day, why) => {
      expect(deletionRefusal(by, day, lock)).toBe(why);
    },
  );
});

describe('what there is of daily backups, a year long', () => {
  const rule = ruleOf({ keptFor: days(120), coldAfter: days(30) });
  const summary = (points: readonly RecoveryPoint[], place: RecoveryPoint['place']) => {
    const there = points.filter((point) => point.place === place);
    return {
      points: there.length,
      cold: there.filter(({ storage }) => storage === 'cold').length,
      oldest: there[0]?.madeOn,
    };
  };

  test.each([
    [0, { points: 1, cold: 0, oldest: 0 }],
    [30, { points: 31, cold: 1, oldest: 0 }],
    [90, { points: 91, cold: 61, oldest: 0 }],
    [365, { points: 120, cold: 90, oldest: 246 }],
  ])(
    'after %d days the same lies here and elsewhere [storage-backup-lifecycle, storage-backup-other-region]',
    (day, expected) => {
      const points = simulateBackups(rule, day);
      expect([summary(points, 'here'), summary(points, 'elsewhere')]).toEqual([expected, expected]);
    },
  );

  test('and when the region is lost, what was made until then is elsewhere, until its time is over [storage-backup-other-region]', () => {
    const lost = simulateBackups(rule, 60, 50);
    expect([summary(lost, 'here').points, summary(lost, 'elsewhere')]).toEqual([
      0,
      { points: 50, cold: 31, oldest: 0 },
    ]);
    expect(simulateBackups(rule, 49 + 120, 50)).toEqual([]);
    expect(simulateBackups(rule, 49 + 119, 50)).toEqual([
      { madeOn: 49, place: 'elsewhere', storage: 'cold', goesOn: 169 },
    ]);
  });
});
