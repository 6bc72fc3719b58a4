import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { schedules, snapshotTag } from '../../lib/architectures/block-storage/schedules';
import { bootKit } from '../../lib/constructs/compute/boot-kit';
import { simulatePlan } from '../../lib/constructs/compute/simulate-snapshots';
import { stepsOf } from '../../tools/sandbox/test';
import { architecture, matchesItsSnapshots } from '../support/architecture';
import { text } from '../support/decide';
import { networkOf } from '../support/reachability';

const name = 'block-storage';
const folder = join(__dirname, '../../lib/architectures', name);
const sandbox = architecture(name);
const production = architecture(name, { profile: 'production' });
const abroad = architecture(name, { variant: ['copies-abroad'] });
const shared = architecture(name, { variant: ['shared-pair'] });

const ofType = (template: Template, type: string): any[] =>
  Object.values(template.findResources(`AWS::${type}`)).map(({ Properties }) => Properties);
const [volume] = ofType(sandbox, 'EC2::Volume');
const [server] = ofType(sandbox, 'EC2::Instance');

describe('who reaches whom', () => {
  test.each(['sandbox', 'production'] as const)(
    'in %s nothing comes in, and the server calls HTTPS alone',
    (profile) => {
      expect(networkOf(name, { profile })).toHaveReachability([['Server', 'internet', 'tcp 443']]);
    },
  );
});

describe('the volume', () => {
  test('carries the tag of the snapshots, and leaves one in production; the root of the server carries none', () => {
    const tag = { Key: snapshotTag.key, Value: snapshotTag.value };
    expect(volume.Tags).toContainEqual(tag);
    expect(server.Tags).not.toContainEqual(tag);
    expect(ofType(sandbox, 'DLM::LifecyclePolicy')[0].PolicyDetails.TargetTags).toEqual([tag]);
    production.hasResource('AWS::EC2::Volume', { DeletionPolicy: 'Snapshot', UpdateReplacePolicy: 'Snapshot' });
    sandbox.hasResource('AWS::EC2::Volume', { DeletionPolicy: 'Delete' });
  });

  test('is attached by the server, once the one before it is gone: CloudFormation attaches nothing', () => {
    sandbox.resourceCountIs('AWS::EC2::VolumeAttachment', 0);
    expect(text(server.UserData['Fn::Base64'])).toMatch(
      /mount-data-volume \/srv\/data lazily <DataVolume\w+>=\/dev\/sdf\n/,
    );
  });
});

describe('snapshots', () => {
  const seen = [0, 6, 30, 60, 365, 400];

  test('what is kept on a day, and what that bills, is as the page says', () => {
    const bin = ofType(sandbox, 'Rbin::Rule')[0].RetentionPeriod.RetentionPeriodValue;
    const days = simulatePlan(schedules(), 401, { used: 40, changedEachDay: 2 }, bin);
    const dollars = ({ billed, billedInArchive }: (typeof days)[number]) =>
      (billed * 0.05 + billedInArchive * 0.0125).toFixed(2);
    const listed = (taken: readonly number[]) => (taken.length === 0 ? 'none' : taken.join(', '));
    const rows = seen.map((day) => {
      const told = days[day];
      const { Daily, Weekly, Monthly } = told.kept;
      return `| ${[day, `${Daily[0]} to ${Daily.at(-1)}`, listed(Weekly), listed(Monthly), told.archived.length, told.billed, told.billedInArchive, dollars(told)].join(' | ')} |`;
    });
    const page = readFileSync(join(folder, 'README.md'), 'utf8');
    for (const row of rows) expect(page).toContain(row);
  });

  test('a copy of each daily one goes to another Region, encrypted, and is refused in that Region itself', () => {
    expect(
      ofType(sandbox, 'DLM::LifecyclePolicy')[0].PolicyDetails.Schedules.map((one: any) => one.CrossRegionCopyRules),
    ).toEqual([undefined, undefined, undefined]);
    const [daily, ...others] = ofType(abroad, 'DLM::LifecyclePolicy')[0].PolicyDetails.Schedules;
    expect(daily.CrossRegionCopyRules).toEqual([
      { Target: 'us-west-2', Encrypted: true, CopyTags: true, RetainRule: { Interval: 3, IntervalUnit: 'DAYS' } },
    ]);
    expect(others.filter((one: any) => one.CrossRegionCopyRules)).toEqual([]);
    expect(
      Object.values(abroad.toJSON().Rules)
        .map((rule: any) => JSON.stringify(rule.Assertions))
        .join(),
    ).toContain('us-west-2');
  });

  test('in production the plan stays, with its role, so that what waits for the archive gets there', () => {
    const fates = (template: Template) =>
      Object.entries(template.toJSON().Resources as Record<string, any>)
        .filter(([id, { Type }]) => id.startsWith('Snapshots') && Type !== 'AWS::Rbin::Rule')
        .map(([, { Type, DeletionPolicy = 'Delete' }]) => `${Type} ${DeletionPolicy}`)
        .sort();
    const all = ['AWS::DLM::LifecyclePolicy', 'AWS::IAM::Policy', 'AWS::IAM::Role'];
    expect(fates(production)).toEqual(all.map((type) => `${type} Retain`));
    expect(fates(sandbox)).toEqual(all.map((type) => `${type} Delete`));
  });

  test('what is deleted can be had back for a week', () => {
    sandbox.hasResourceProperties('AWS::Rbin::Rule', {
      ResourceType: 'EBS_SNAPSHOT',
      RetentionPeriod: { RetentionPeriodUnit: 'DAYS', RetentionPeriodValue: 7 },
      ResourceTags: [{ ResourceTagKey: snapshotTag.key, ResourceTagValue: snapshotTag.value }],
    });
  });
});

test('the step with the bin begins anew where a young rule lost what was deleted, for longer than that may last', () => {
  const steps = stepsOf(name);
  const at = steps.findIndex(({ command }) => command.includes('taken && binned'));
  expect(steps[at].within).toBeGreaterThan(30 * 60);
  const root = mkdtempSync(join(tmpdir(), 'block-storage-bin-'));
  writeFileSync(
    join(root, 'aws'),
    `#!/bin/bash
cd ${root}
case "$2" in
  create-snapshot) echo x >>taken; echo "snap-$(grep -c x taken)";;
  delete-snapshot) echo "$4" >>deleted;;
  list-snapshots-in-recycle-bin) [ "$4" = snap-2 ] && echo 1 || echo 0;;
esac`,
  );
  chmodSync(join(root, 'aws'), 0o755);
  const commands = steps.slice(at - 3, at + 1).map(({ command }) => command);
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-uc', [...commands, steps[at].command].join('\n')], {
    encoding: 'utf8',
    env: { PATH: `${root}:${process.env.PATH}`, VolumeId: 'vol-1' },
  });
  expect([stdout, stderr]).toEqual(['0\n1\n', '']);
  expect(readFileSync(join(root, 'deleted'), 'utf8')).toBe('snap-1\nsnap-2\n');
});

test('two servers of one zone share a volume of the kind that can be shared, and neither mounts it', () => {
  const pair = ofType(shared, 'EC2::VolumeAttachment');
  expect(new Set(pair.map(({ InstanceId }) => InstanceId.Ref)).size).toBe(2);
  expect(new Set(pair.map(({ VolumeId }) => VolumeId.Ref)).size).toBe(1);
  shared.hasResourceProperties('AWS::EC2::Volume', {
    MultiAttachEnabled: true,
    VolumeType: 'io2',
    Encrypted: true,
    Tags: Match.absent(),
  });
});

describe('the boot program', () => {
  const program = join(folder, 'boot', 'boot.sh');

  function booted() {
    const root = mkdtempSync(join(tmpdir(), 'block-storage-'));
    for (const each of ['bin', 'usr/local/sbin', 'etc/systemd/system', 'srv'])
      mkdirSync(join(root, each), { recursive: true });
    const stand = (command: string, body: string) => {
      writeFileSync(join(root, 'bin', command), `#!/bin/bash\n${body}\n`);
      chmodSync(join(root, 'bin', command), 0o755);
    };
    stand('systemctl', `echo "$*" >>${root}/did`);
    stand(
      'curl',
      `case "$*" in *--request*api/token) echo token;; *": token"*instance-id) echo i-0me;; *) exit 22;; esac`,
    );
    writeFileSync(join(root, bootKit.name), bootKit.text);
    const env = { PATH: `${join(root, 'bin')}:${process.env.PATH}`, BOOT_ROOT: root, BOOT_FILES: root, PATIENCE: '0' };
    const run = (command: string, args: string[], more: object = {}) =>
      spawnSync(command, args, { encoding: 'utf8', env: { ...env, ...more } });
    const boot = run('bash', [program], { DATA: '/srv/data', DATA_UNIT: 'data-mount-srv-data.service' });
    return { root, boot, run };
  }

  test('has a service note each start on the volume once that is mounted, and does not wait for it', () => {
    const { root, boot } = booted();
    expect(boot.status).toBe(0);
    expect(readFileSync(join(root, 'did'), 'utf8')).toBe('daemon-reload\nenable --now --no-block note-start.service\n');
    const unit = readFileSync(join(root, 'etc/systemd/system/note-start.service'), 'utf8');
    expect(unit).toContain('\nAfter=data-mount-srv-data.service\n');
    expect(unit).toContain(
      '\nExecStartPre=/usr/bin/mountpoint --quiet /srv/data\nExecStart=/usr/local/sbin/note-start /srv/data\n',
    );
  });

  test('a note names the server, and stands below those of the servers before it', () => {
    const { root, run } = booted();
    writeFileSync(join(root, 'srv/starts'), 'i-0before started at 2030-01-01T00:00:00+00:00\n');
    expect(run(join(root, 'usr/local/sbin/note-start'), [join(root, 'srv')])).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(join(root, 'srv/starts'), 'utf8')).toMatch(
      /^i-0before started at .+\ni-0me started at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00\n$/,
    );
  });

  const shellcheck = spawnSync('shellcheck', ['--version']).status === 0 ? test : test.skip;
  shellcheck('shellcheck finds nothing', () => {
    expect(spawnSync('shellcheck', [program], { encoding: 'utf8' }).stdout).toBe('');
  });
});

describe('templates', () => {
  matchesItsSnapshots(name);
});
