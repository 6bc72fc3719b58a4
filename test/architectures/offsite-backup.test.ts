import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  deletionRefusal,
  simulateBackups,
  type BackupLock,
  type BackupRule,
  type Deleter,
  type RecoveryPoint,
} from '../../lib/constructs/storage/simulate-backups';
import type { Settings } from '../../lib/settings';
import { markdownTable } from '../../tools/table';
import { architecture, matchesItsSnapshots, synthesised } from '../support/architecture';
import { text } from '../support/decide';
import { networkOf, tcp } from '../support/reachability';

const name = 'offsite-backup';
const readme = readFileSync(join(__dirname, '../../lib/architectures', name, 'README.md'), 'utf8');
const sealed: Settings = { variant: ['copies-sealed'] };
const forAYear: Settings = { variant: ['copies-for-a-year'] };

/** All resources of a type, of the stack here or of the copies. */
function resourcesOf(type: string, settings: Settings = {}, stack = name): any[] {
  return Object.values(synthesised(name, settings)[stack].Resources).filter(({ Type }) => Type === type);
}
function only(type: string, settings?: Settings, stack?: string): any {
  const found = resourcesOf(type, settings, stack);
  expect(found).toHaveLength(1);
  return found[0].Properties;
}
const vaultOf = (where: 'here' | 'there', settings?: Settings) =>
  only('AWS::Backup::BackupVault', settings, where === 'here' ? name : `${name}-copies`);
const ruleOf = (settings?: Settings): any => only('AWS::Backup::BackupPlan', settings).BackupPlan.BackupPlanRule[0];

describe('backups', () => {
  test('are made of a table and of files that carry the tag, and of nothing else here [storage-backup-daily]', () => {
    const { ListOfTags } = only('AWS::Backup::BackupSelection').BackupSelection;
    expect(ListOfTags).toEqual([{ ConditionKey: 'backup', ConditionType: 'STRINGEQUALS', ConditionValue: 'daily' }]);
    const carriers = Object.values(synthesised(name)[name].Resources)
      .filter((resource) => JSON.stringify(resource).includes('"Key":"backup","Value":"daily"'))
      .map(({ Type }) => Type);
    expect(carriers.sort()).toEqual(['AWS::DynamoDB::GlobalTable', 'AWS::EFS::FileSystem']);
  });

  test('are copied to a vault of another region, whose name is written down in both stacks [storage-backup-other-region]', () => {
    const settings: Settings = { region: 'eu-west-1' };
    expect(text(ruleOf(settings).CopyActions[0].DestinationBackupVaultArn)).toBe(
      'arn:<AWS::Partition>:backup:eu-central-1:<AWS::AccountId>:backup-vault:offsite-backup-copies',
    );
    expect([vaultOf('here').BackupVaultName, vaultOf('there').BackupVaultName]).toEqual([name, `${name}-copies`]);
    const { [name]: home, [`${name}-copies`]: far } = synthesised(name, settings);
    expect(home.Outputs!.CopiesRegion.Value).toBe('eu-central-1');
    for (const template of [home, far])
      expect(JSON.stringify(template)).not.toMatch(/Fn::(ImportValue|GetStackOutput)/);
  });

  test('stay in production when their stack goes, and so do the keys they cannot be read without', () => {
    for (const stack of [name, `${name}-copies`])
      for (const type of ['AWS::Backup::BackupVault', 'AWS::KMS::Key']) {
        const policies = (profile: 'sandbox' | 'production') =>
          new Set(resourcesOf(type, { profile }, stack).map(({ DeletionPolicy }) => DeletionPolicy as string));
        expect([...policies('production')]).toEqual(['Retain']);
        expect([...policies('sandbox')]).toEqual(['Delete']);
      }
  });

  test('are rehearsed each week where somebody asks for it, as restores are billed [storage-backup-restore-test]', () => {
    const rehearsed = (settings: Settings) =>
      resourcesOf('AWS::Backup::RestoreTestingSelection', settings).map(
        ({ Properties }) => Properties.ProtectedResourceType as string,
      );
    expect(rehearsed({ variant: ['restores-rehearsed'] })).toEqual(['DynamoDB', 'EFS']);
    expect(rehearsed({})).toEqual([]);
  });

  test('that fail are told of, and an alarm goes off as well [storage-backup-restore-test]', () => {
    const watched = Object.values(architecture(name).findResources('AWS::CloudWatch::Alarm')).filter(
      ({ Properties }) => Properties.MetricName === 'TriggeredRules',
    );
    expect(watched.map(({ Properties }) => text(Properties.Dimensions[0].Value))).toEqual([
      expect.stringMatching(/^<BackupsFailedRule/),
    ]);
    const mailed = (settings: Settings) =>
      resourcesOf('AWS::SNS::Subscription', settings).map(({ Properties }) => text(Properties.TopicArn));
    expect(mailed({ alarmEmail: 'you@example.com' })).toEqual([
      expect.stringMatching(/^<AlarmsTopic/),
      expect.stringMatching(/^<NoticesTopic/),
    ]);
    expect(mailed({})).toEqual([]);
  });
});

describe('the copies', () => {
  test('are locked, and the backups themselves are not [storage-backup-vault-lock]', () => {
    expect(vaultOf('there').LockConfiguration).toEqual({ MinRetentionDays: 7 });
    expect(vaultOf('there', sealed).LockConfiguration).toEqual({ MinRetentionDays: 7, ChangeableForDays: 14 });
    expect(vaultOf('here')).not.toHaveProperty('LockConfiguration');
  });

  test('are nobody’s to delete by what either stack grants [storage-backup-vault-lock]', () => {
    for (const { Resources } of Object.values(synthesised(name)))
      for (const { Type, Properties } of Object.values(Resources))
        if (Type === 'AWS::IAM::Policy') expect(JSON.stringify(Properties)).not.toContain('"backup:');
  });

  test('fail to be planned where they would be lost with the originals [storage-backup-other-region]', () => {
    const { Rules } = synthesised(name)[name] as unknown as { readonly Rules: Record<string, any> };
    expect(Object.values(Rules).flatMap(({ Assertions }) => Assertions)).toContainEqual({
      Assert: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-west-2'] }] },
      AssertDescription: 'Copies of backups go to us-west-2, and would be lost with it; deploy this to another region.',
    });
  });
});

test('files are reached by nobody until somebody is let in', () => {
  const network = networkOf(name);
  expect(network).not.toReach('internet', 'Data/Files/Files', tcp(2049));
});

describe('what the README says of time', () => {
  const shown = (points: readonly RecoveryPoint[]) => {
    const cold = points.filter(({ storage }) => storage === 'cold').length;
    if (points.length === 0) return 'nothing';
    const [first, last] = [points[0].madeOn, points[points.length - 1].madeOn];
    const days = first === last ? `of day ${first}` : `of days ${first} to ${last}`;
    return `${points.length}, ${days}${cold > 0 ? `; ${cold} cold` : ''}`;
  };

  test('which recovery points there are in each region after so many days [storage-backup-lifecycle, storage-backup-other-region]', () => {
    const at = (day: number, place: RecoveryPoint['place'], lostOn?: number, settings?: Settings) =>
      shown(simulateBackups(ruleOf(settings) as BackupRule, day, lostOn).filter((point) => point.place === place));
    const rowsOf = (words: string, days: readonly number[], lostOn?: number) =>
      days.map((day) => [
        words,
        day,
        at(day, 'here', lostOn),
        at(day, 'elsewhere', lostOn),
        at(day, 'elsewhere', lostOn, forAYear),
      ]);
    const rows = [
      ...rowsOf('nothing', [0, 10, 60, 400]),
      ...rowsOf('the Region is lost on day 60', [60, 80, 95, 400], 60),
    ];
    const heading = ['what happens', 'day', 'here', 'there', 'there, `copies-for-a-year`'];
    expect(readme).toContain(markdownTable([heading, ...rows]));
  });

  test('who can delete them before their time [storage-backup-vault-lock]', () => {
    const who: readonly Deleter[] = [
      'nobody special',
      'who may delete recovery points',
      'who may take the lock off too',
      'root',
    ];
    const verdict = (by: Deleter, day: number, lock?: BackupLock) => {
      const why = deletionRefusal(by, day, lock);
      return why === undefined ? 'yes' : `no: ${why}`;
    };
    const lockOf = (settings?: Settings) => vaultOf('there', settings).LockConfiguration as BackupLock;
    const rows = who.map((by) => [
      by,
      verdict(by, 20, vaultOf('here').LockConfiguration as BackupLock | undefined),
      verdict(by, 20, lockOf()),
      verdict(by, 13, lockOf(sealed)),
      verdict(by, 14, lockOf(sealed)),
    ]);
    const heading = ['who', 'here', 'there', '`copies-sealed`, day 13', '`copies-sealed`, day 14'];
    expect(readme).toContain(markdownTable([heading, ...rows]));
  });
});

describe('the templates', () => matchesItsSnapshots(name));
