import { copiedDeeds, type CopyingRule } from '../../../lib/constructs/storage/copied-deeds';
import { simulateObjects, type AgeingBucket, type ObjectDeed } from '../../../lib/constructs/storage/simulate-objects';
import {
  willReplicate,
  type ReplicationCandidate,
  type ReplicationRule,
} from '../../../lib/constructs/storage/will-replicate';

const rule: ReplicationRule = { Status: 'Enabled', Filter: { Prefix: '' } };
const withKeys: ReplicationRule = {
  ...rule,
  SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
};
const bothWays: ReplicationRule = { ...rule, SourceSelectionCriteria: { ReplicaModifications: { Status: 'Enabled' } } };
const markers: ReplicationRule = { ...rule, DeleteMarkerReplication: { Status: 'Enabled' } };
const tagged: ReplicationRule = {
  ...rule,
  Filter: { And: { Prefix: 'invoices/', TagFilters: [{ Key: 'keep', Value: 'yes' }] } },
};

describe('what S3 copies', () => {
  test.each<[string, ReplicationRule, Partial<ReplicationCandidate>]>([
    ['a new object', rule, {}],
    ['a new version of one in any class that can be read', rule, { storageClass: 'GLACIER_IR' }],
    ['an object whose caller brings the key', rule, { encryption: 'caller' }],
    ['an object under a customer key, by a rule that names one for the copy', withKeys, { encryption: 'kms' }],
    ['an object under two layers, by such a rule', withKeys, { encryption: 'dsse' }],
    ['changed tags', rule, { happened: 'tags changed' }],
    ['changed tags of a copy, where both rules say so', bothWays, { happened: 'tags changed', isReplica: true }],
    ['a delete marker, by a rule that says so', markers, { happened: 'marker' }],
    ['an object with the prefix and the tags', tagged, { key: 'invoices/1.pdf', tags: { keep: 'yes', more: 'x' } }],
  ])('%s [storage-replication-exclusions]', (_what, by, about) => {
    expect(willReplicate({ key: 'a.txt', ...about }, by)).toEqual({ copied: true });
  });

  test.each<[string, ReplicationRule, Partial<ReplicationCandidate>, string]>([
    [
      'what a lifecycle rule does',
      rule,
      { happened: 'lifecycle' },
      'what lifecycle rules do is never copied; give the other bucket rules of its own',
    ],
    ['an archived object', rule, { storageClass: 'GLACIER' }, 'it is archived, and would have to be restored first'],
    [
      'a deeply archived one',
      rule,
      { storageClass: 'DEEP_ARCHIVE' },
      'it is archived, and would have to be restored first',
    ],
    ['a copy that another rule made', rule, { isReplica: true }, 'it is a copy itself, and copies are not copied on'],
    [
      'changes of a copy',
      rule,
      { isReplica: true, happened: 'tags changed' },
      'changes of copies come back only where both rules copy them',
    ],
    ['an object that the owner may not read', rule, { readable: false }, 'the owner of the bucket may not read it'],
    [
      'an object under a customer key',
      rule,
      { encryption: 'kms' },
      'it is encrypted with a customer key, and the rule names none for the copy',
    ],
    [
      'an object under two layers',
      rule,
      { encryption: 'dsse' },
      'it is encrypted with a customer key, and the rule names none for the copy',
    ],
    ['an object without the tag', tagged, { key: 'invoices/1.pdf' }, 'the rule selects others, by prefix or tags'],
    [
      'an object elsewhere',
      tagged,
      { key: 'a.txt', tags: { keep: 'yes' } },
      'the rule selects others, by prefix or tags',
    ],
    ['anything, by a rule that is off', { ...rule, Status: 'Disabled' }, {}, 'the rule is disabled'],
  ])('but not %s [storage-replication-exclusions]', (_what, by, about, because) => {
    expect(willReplicate({ key: 'a.txt', ...about }, by)).toEqual({ copied: false, because });
  });

  test('nor delete markers by default, and deletes of versions never [storage-replication-deletes]', () => {
    const because = 'the delete of a version is never copied, so that nobody deletes both at once';
    expect(willReplicate({ key: 'a', happened: 'marker' }, rule)).toEqual({
      copied: false,
      because: 'delete markers are not copied unless the rule says so',
    });
    for (const by of [rule, markers])
      expect(willReplicate({ key: 'a', happened: 'version deleted' }, by)).toEqual({ copied: false, because });
  });

  test('nor what was there before the rule [storage-replication-not-retroactive]', () => {
    expect(willReplicate({ key: 'a', older: true }, rule)).toEqual({
      copied: false,
      because: 'it was there before the rule; a job of S3 Batch Operations copies it',
    });
  });
});

describe('what lies in the bucket of the copies, a year long', () => {
  const here: AgeingBucket = {
    VersioningConfiguration: { Status: 'Enabled' },
    LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ExpirationInDays: 60 }] },
  };
  const there: AgeingBucket = { VersioningConfiguration: { Status: 'Enabled' } };
  const copying: CopyingRule = { ...rule, Destination: { StorageClass: 'GLACIER_IR' } };
  const deeds: ObjectDeed[] = [
    { day: 0, key: 'old.pdf', does: 'put', kilobytes: 200 },
    { day: 10, key: 'a.pdf', does: 'put', kilobytes: 200 },
    { day: 12, key: 'a.pdf', does: 'put', kilobytes: 300 },
    { day: 20, key: 'a.pdf', does: 'delete' },
    { day: 21, key: 'a.pdf', does: 'delete version', number: 1 },
  ];
  const at = (day: number, by: CopyingRule) => {
    const { copied } = copiedDeeds(by, deeds, 5);
    const live = (bucket: AgeingBucket, all: readonly ObjectDeed[]) =>
      simulateObjects(bucket, all, day)
        .at(-1)!
        .versions.map(({ key, number, marker, storageClass, replacedOn }) =>
          [key, number, marker ? 'marker' : storageClass, replacedOn === undefined ? 'current' : 'old'].join(' '),
        );
    return { here: live(here, deeds), there: live(there, copied) };
  };

  test('is what was put since the rule, in its class, whatever is deleted or expires on the other side [storage-replication-deletes, storage-replication-exclusions, storage-replication-not-retroactive]', () => {
    expect(at(15, copying)).toEqual({
      here: ['old.pdf 1 STANDARD current', 'a.pdf 1 STANDARD old', 'a.pdf 2 STANDARD current'],
      there: ['a.pdf 1 GLACIER_IR old', 'a.pdf 2 GLACIER_IR current'],
    });
    for (const day of [30, 90, 365])
      expect(at(day, copying).there).toEqual(['a.pdf 1 GLACIER_IR old', 'a.pdf 2 GLACIER_IR current']);
    // The marker of the delete lies on top, what expired is hidden by another.
    expect(at(365, copying).here).toEqual([
      'old.pdf 1 STANDARD old',
      'a.pdf 2 STANDARD old',
      'a.pdf 3 marker current',
      'old.pdf 2 marker current',
    ]);
  });

  test('hides what is deleted here where the rule copies markers, and keeps every version of it [storage-replication-deletes]', () => {
    expect(at(365, { ...copying, DeleteMarkerReplication: { Status: 'Enabled' } }).there).toEqual([
      'a.pdf 1 GLACIER_IR old',
      'a.pdf 2 GLACIER_IR old',
      'a.pdf 3 marker current',
    ]);
  });

  test('and every deed that was not copied has its reason', () => {
    const { left } = copiedDeeds(copying, deeds, 5);
    expect(left.map(({ deed, because }) => `${deed.key} ${deed.does}: ${because}`)).toEqual([
      'old.pdf put: it was there before the rule; a job of S3 Batch Operations copies it',
      'a.pdf delete: delete markers are not copied unless the rule says so',
      'a.pdf delete version: the delete of a version is never copied, so that nobody deletes both at once',
    ]);
  });
});
