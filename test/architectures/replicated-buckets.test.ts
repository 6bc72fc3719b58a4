import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { copiedDeeds, type CopyingRule } from '../../lib/constructs/storage/copied-deeds';
import { simulateObjects, type AgeingBucket, type ObjectDeed } from '../../lib/constructs/storage/simulate-objects';
import { willReplicate, type ReplicationCandidate } from '../../lib/constructs/storage/will-replicate';
import type { Settings } from '../../lib/settings';
import { markdownTable } from '../../tools/table';
import { accessOf } from '../support/access';
import { architecture, matchesItsSnapshots, synthesised } from '../support/architecture';
import { text } from '../support/decide';

const name = 'replicated-buckets';
const readme = readFileSync(join(__dirname, '../../lib/architectures', name, 'README.md'), 'utf8');
const follow: Settings = { variant: ['deletes-follow'] };

/** The properties of the bucket whose logical id begins so; the copies stand in a stack of their own. */
function bucketOf(id: string, settings: Settings = {}): any {
  const stack = id === 'Copies' ? `${name}-copies` : name;
  const [, found] = Object.entries(synthesised(name, settings)[stack].Resources).find(
    ([logicalId, { Type }]) => Type === 'AWS::S3::Bucket' && logicalId.startsWith(`${id}Bucket`),
  )!;
  return found.Properties;
}
const ruleOf = (id: string, settings?: Settings): any => bucketOf(id, settings).ReplicationConfiguration.Rules[0];

describe('the copies', () => {
  test('are in another region, in a stack that is deployed first, and neither takes a value of the other [storage-replication-crr, storage-bucket-names]', () => {
    const { [name]: home, [`${name}-copies`]: far } = synthesised(name, { region: 'eu-west-1' });
    expect(bucketOf('Copies')).toMatchObject({
      BucketNamePrefix: 'replicated-buckets-copies',
      BucketNamespace: 'account-regional',
      VersioningConfiguration: { Status: 'Enabled' },
    });
    expect(text(ruleOf('Documents', { region: 'eu-west-1' }).Destination.Bucket)).toBe(
      'arn:<AWS::Partition>:s3:::replicated-buckets-copies-<AWS::AccountId>-eu-central-1-an',
    );
    expect(home.Outputs!.CopiesRegion.Value).toBe('eu-central-1');
    for (const template of [home, far]) expect(JSON.stringify(template)).not.toContain('Fn::ImportValue');
  });

  test.each<[Settings, string]>([
    [{}, 'us-west-2'],
    [{ region: 'us-west-2' }, 'us-east-1'],
    [{ region: 'eu-central-1' }, 'eu-west-1'],
    [{ region: 'eu-central-1', secondRegion: 'eu-north-1' }, 'eu-north-1'],
  ])('with %j are in %s [storage-data-residency]', (settings, region) => {
    expect(synthesised(name, settings)[name].Outputs!.CopiesRegion.Value).toBe(region);
  });

  test('fail to be deployed where they would be lost with the originals [storage-replication-crr]', () => {
    const { Rules } = synthesised(name)[name] as unknown as { readonly Rules: Record<string, any> };
    expect(Object.values(Rules).flatMap(({ Assertions }) => Assertions)).toContainEqual({
      Assert: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-west-2'] }] },
      AssertDescription: 'Copies go to us-west-2, and would be lost with it; deploy the source to another region.',
    });
    const nowhere = () => synthesised(name, { region: 'me-south-1' }, { gates: false, context: {} });
    expect(nowhere).toThrow(
      'me-south-1 has no second region that could be taken without asking; say where second copies may lie (-c secondRegion=…)',
    );
  });

  test('are encrypted by a key of their own region, and cost a sixth of their originals [storage-replication-kms, storage-replication-filter-class]', () => {
    const { Destination, SourceSelectionCriteria } = ruleOf('Documents');
    expect(SourceSelectionCriteria).toEqual({ SseKmsEncryptedObjects: { Status: 'Enabled' } });
    expect(Destination.StorageClass).toBe('GLACIER_IR');
    expect(text(Destination.EncryptionConfiguration.ReplicaKmsKeyID)).toBe(
      'arn:<AWS::Partition>:kms:us-west-2:<AWS::AccountId>:alias/replicated-buckets-copies',
    );
    const aliases = Object.values(synthesised(name)[`${name}-copies`].Resources).filter(
      ({ Type }) => Type === 'AWS::KMS::Alias',
    );
    expect(aliases.map(({ Properties }) => Properties!.AliasName)).toEqual(['alias/replicated-buckets-copies']);
  });

  test('are promised within fifteen minutes, and alarms tell of late ones and of failed ones [storage-replication-time-control]', () => {
    const watched = (settings?: Settings) =>
      Object.values(architecture(name, settings).findResources('AWS::CloudWatch::Alarm')).map(
        ({ Properties }) => Properties.MetricName as string,
      );
    expect(ruleOf('Documents').Destination.ReplicationTime).toEqual({ Status: 'Enabled', Time: { Minutes: 15 } });
    expect(watched().sort()).toEqual(['OperationsFailedReplication', 'ReplicationLatency']);
    expect(watched({ variant: ['copies-in-their-time'] })).toEqual([]);
    expect(ruleOf('Documents', { variant: ['copies-in-their-time'] }).Destination).not.toHaveProperty('Metrics');
  });

  test('are out of reach of whoever works with documents, for good or ill [storage-replication-deletes]', () => {
    const access = accessOf(name);
    expect(access).toAllow('Editor', 's3:DeleteObjectVersion', 'Documents/Bucket:a');
    for (const action of ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:GetObject'])
      expect(access).not.toAllow('Editor', action, 'Copies/Bucket:a');
    expect(access).toAllow('Rescuer', 's3:GetObject', 'Copies/Bucket:a');
    for (const action of ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'])
      expect(access).not.toAllow('Rescuer', action, 'Copies/Bucket:a');
  });
});

describe('reports', () => {
  test('of two shops come together in a bucket of the same region, each in a folder of its own [storage-replication-srr]', () => {
    for (const shop of ['North', 'South']) {
      const { Filter, Destination } = ruleOf(`Reports${shop}`);
      expect(Filter).toEqual({ Prefix: `${shop.toLowerCase()}/` });
      expect(text(Destination.Bucket)).toMatch(/^<ReportsTogetherBucket\w+\.Arn>$/);
    }
  });
});

describe('what the README says of time', () => {
  const heading = ['what happened', 'day', 'here', 'there', 'there, `deletes-follow`'];
  const what: Readonly<Record<string, readonly ObjectDeed[]>> = {
    'nothing more': [],
    'replaced on day 10': [{ day: 10, key: 'a', does: 'put', kilobytes: 200 }],
    'deleted on day 10': [{ day: 10, key: 'a', does: 'delete' }],
    'deleted on day 10, each version of it': [
      { day: 10, key: 'a', does: 'delete' },
      { day: 10, key: 'a', does: 'delete version', number: 1 },
    ],
  };
  const lies = (bucket: AgeingBucket, deeds: readonly ObjectDeed[], day: number) =>
    simulateObjects(bucket, deeds, day)[day].versions.map(
      ({ marker, replacedOn }) => `${marker ? 'a marker' : 'a version'}${replacedOn === undefined ? '' : ' below'}`,
    );
  const shown = (versions: readonly string[]) => versions.toReversed().join(', ') || 'nothing';

  test('what is here and there after so many days [storage-replication-deletes, storage-replication-not-retroactive]', () => {
    const put: ObjectDeed = { day: 0, key: 'a', does: 'put', kilobytes: 200 };
    const rowsOf = (words: string, deeds: readonly ObjectDeed[], since = 0) => {
      const there = (day: number, settings?: Settings) => {
        const rule = ruleOf('Documents', settings) as CopyingRule;
        const { copied } = copiedDeeds(rule, deeds, since, () => ({ encryption: 'kms' }));
        return shown(lies(bucketOf('Copies'), copied, day));
      };
      return [20, 60, 400].map((day) => [
        words,
        day,
        shown(lies(bucketOf('Documents'), deeds, day)),
        there(day),
        there(day, follow),
      ]);
    };
    const rows = [
      ...Object.entries(what).flatMap(([words, more]) => rowsOf(words, [put, ...more])),
      ...rowsOf('put before there was a rule', [put], 5),
    ];
    expect(readme).toContain(markdownTable([heading, ...rows]));
  });

  test('what is copied, and what is not, and why [storage-replication-exclusions, storage-replication-kms, storage-replication-one-way]', () => {
    const happening: Readonly<Record<string, Omit<ReplicationCandidate, 'key'>>> = {
      'a document is put, or put again': {},
      'its tags change': { happened: 'tags changed' },
      'it is deleted': { happened: 'marker' },
      'a version of it is deleted': { happened: 'version deleted' },
      'a lifecycle rule ends an old version': { happened: 'lifecycle' },
      'it was there before the rule': { older: true },
      'it is put into an archive': { storageClass: 'DEEP_ARCHIVE' },
      'a copy gets other tags': { happened: 'tags changed', isReplica: true },
      'it is a copy of another bucket': { isReplica: true },
    };
    const verdict = (about: Omit<ReplicationCandidate, 'key'>, settings?: Settings) => {
      const told = willReplicate({ encryption: 'kms', ...about, key: 'a' }, ruleOf('Documents', settings));
      return told.copied ? 'yes' : `no: ${told.because}`;
    };
    const rows = Object.entries(happening).map(([words, about]) => [
      words,
      verdict(about),
      verdict(about, follow) === verdict(about) ? 'the same' : verdict(about, follow),
    ]);
    expect(readme).toContain(markdownTable([['what happens here', 'copied', '`deletes-follow`'], ...rows]));
  });
});

describe('the templates', () => matchesItsSnapshots(name));
