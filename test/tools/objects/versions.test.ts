import type { S3Client } from '@aws-sdk/client-s3';
import { mfaDelete, deleteVersion, legalHold } from '../../../tools/objects/locks';
import { restore } from '../../../tools/objects/state';
import { purge, undelete, versionsOf } from '../../../tools/objects/versions';
import { S3Server } from '../../support/s3-server';

const here = { bucket: 'b', key: 'a' };
let server: S3Server;
let s3: S3Client;
beforeEach(async () => {
  server = new S3Server();
  s3 = await server.start();
});
afterEach(() => server.stop());
const marker = { marker: true };

describe('undelete', () => {
  test('takes away the newest marker and nothing else, also when listings come in pages [storage-undelete]', async () => {
    server.page = 2;
    for (const key of ['a', 'a', 'a2', 'a', 'a/b']) server.put(key, 'x');
    const { version } = server.put('a', '', marker);
    expect(await undelete(s3, here, false)).toMatchObject({
      marker: version,
      readsAgain: { version: 'v4' },
      done: false,
    });
    expect(server.requests('DELETE')).toEqual([]);
    expect(await undelete(s3, here, true)).toMatchObject({
      marker: version,
      readsAgain: { version: 'v4' },
      done: true,
    });
    expect(server.versions.map((one) => one.version)).toEqual(['v5', 'v4', 'v3', 'v2', 'v1']);
  });

  test('tells when another marker lies below', async () => {
    server.put('a', 'x');
    server.put('a', '', marker);
    server.put('a', '', marker);
    expect(await undelete(s3, here, true)).toEqual({ marker: 'v3', done: true });
    expect(await undelete(s3, here, true)).toMatchObject({ marker: 'v2', readsAgain: { version: 'v1' } });
  });

  test('fails when there is no marker, or never was such an object [storage-undelete]', async () => {
    server.put('ab', 'x');
    await expect(undelete(s3, here, true)).rejects.toThrow('there is no s3://b/a, and no old version of it');
    const { at } = server.put('a', 'x');
    await expect(undelete(s3, here, true)).rejects.toThrow(
      `s3://b/a is not deleted; its newest version is v2 of ${at}`,
    );
  });
});

describe('purge', () => {
  test('is paid for by who asks, where that is said, by each of its requests [storage-purge, storage-requester-pays-client]', async () => {
    server.put(here.key, 'x');
    server.payer = 'Requester';
    expect(await purge(s3, { ...here, requesterPays: true }, { confirmed: true })).toMatchObject({
      done: true,
      failed: [],
    });
    expect(server.versions).toEqual([]);
  });

  test('deletes every version and marker of a key, a thousand at once, once it is confirmed [storage-purge]', async () => {
    for (let i = 0; i < 2400; i++) server.put('a', 'x', i % 10 === 0 ? marker : {});
    server.put('ab', 'x');
    expect(await purge(s3, here)).toMatchObject({ done: false, failed: [], versions: { length: 2400 } });
    expect(server.requests('POST', 'delete')).toEqual([]);
    expect(await purge(s3, here, { confirmed: true })).toMatchObject({ done: true, failed: [] });
    const sizes = server.requests('POST', 'delete').map(({ body }) => body.toString().split('<Object>').length - 1);
    expect(sizes).toEqual([1000, 1000, 400]);
    expect(server.versions.map(({ key }) => key)).toEqual(['ab']);
  });

  test('deletes all below a folder, and in a bucket', async () => {
    for (const key of ['f/a', 'f/b', 'g']) server.put(key, 'x');
    await purge(s3, { bucket: 'b', key: 'f/' }, { confirmed: true });
    expect(server.versions.map(({ key }) => key)).toEqual(['g']);
    await purge(s3, { bucket: 'b', key: '' }, { confirmed: true });
    expect(await versionsOf(s3, { bucket: 'b', key: '' })).toEqual([]);
    await expect(purge(s3, here, { confirmed: true })).rejects.toThrow('there is nothing at s3://b/a to delete');
  });

  test('reports what could not go, and goes on with the rest [storage-purge]', async () => {
    server.put('a', 'x', { lock: { retained: { mode: 'GOVERNANCE', until: 1 } } });
    server.put('a', 'y');
    const { failed } = await purge(s3, here, { confirmed: true });
    expect(failed).toEqual([
      { key: 'a', version: 'v1', why: 'AccessDenied: Access Denied because object protected by object lock.' },
    ]);
    expect(server.versions.map(({ version }) => version)).toEqual(['v1']);
    server.mayBypass = true;
    expect(await purge(s3, here, { confirmed: true, asOfficer: true })).toMatchObject({ failed: [] });
  });
});

describe('deleting a retained version', () => {
  const attempt = async (mayBypass: boolean, asOfficer: boolean) => {
    server.put('a', 'x', { lock: { retained: { mode: 'GOVERNANCE', until: 1 } } });
    server.mayBypass = mayBypass;
    const { version } = server.versions[0];
    return deleteVersion(s3, { ...here, version }, asOfficer);
  };

  test('needs the permission and the header, and neither alone is enough [storage-object-lock-governance]', async () => {
    await expect(attempt(true, false)).rejects.toThrow(/was not deleted: .*; officers add --as-officer$/);
    await expect(attempt(false, true)).rejects.toThrow(/was not deleted: .*; only officers may override/);
    expect(server.versions).toHaveLength(2);
    await attempt(true, true);
    expect(server.versions).toHaveLength(2);
    expect(server.seen.map(({ headers }) => headers['x-amz-bypass-governance-retention'])).toEqual([
      undefined,
      'true',
      'true',
    ]);
  });

  test('fails without a version, which would only hide the object', async () => {
    await expect(deleteVersion(s3, here, true)).rejects.toThrow(
      's3://b/a names no version, and without one nothing would be deleted but hidden; give one',
    );
    expect(server.seen).toEqual([]);
  });
});

describe('a legal hold', () => {
  test('keeps a version until it is taken off, for officers too [storage-object-lock-legal-hold]', async () => {
    const { version } = server.put('a', 'x');
    server.mayBypass = true;
    const address = { ...here, version };
    await legalHold(s3, address, 'ON');
    await expect(deleteVersion(s3, address, true)).rejects.toThrow('nobody a hold or compliance mode');
    await legalHold(s3, address, 'OFF');
    await deleteVersion(s3, address, false);
    expect(server.versions).toEqual([]);
    expect(server.requests('PUT', 'legal-hold').map(({ query }) => query.get('versionId'))).toEqual([version, version]);
  });
});

describe('restore', () => {
  test.each([
    ['GLACIER', 'Expedited', [1, 5]],
    ['GLACIER', 'Bulk', [300, 720]],
    ['DEEP_ARCHIVE', 'Standard', [0, 720]],
  ] as const)('asks for a copy of what is in %s by %s [storage-restore-job]', async (storageClass, tier, minutes) => {
    server.put('a', 'x', { storageClass });
    const wanted = { from: storageClass, tier, days: 3, minutes };
    expect(await restore(s3, here, { tier, days: 3 }, false)).toEqual({ ...wanted, done: false });
    expect(server.requests('POST', 'restore')).toEqual([]);
    expect(await restore(s3, here, { tier, days: 3 }, true)).toEqual({ ...wanted, done: true });
    const body = server.requests('POST', 'restore')[0].body.toString();
    expect(body).toContain('<Days>3</Days>');
    expect(body).toContain(`<Tier>${tier}</Tier>`);
  });

  test('fails when one is under way, or done, in plain words [storage-restore-job]', async () => {
    const stored = server.put('a', 'x', { storageClass: 'GLACIER' });
    const again = () => restore(s3, here, { tier: 'Standard', days: 1 }, true);
    await again();
    const underWay = 's3://b/a is being restored already; S3 announces when it can be read';
    await expect(again()).rejects.toThrow(underWay);
    // Somebody else was quicker.
    server.mishap = ({ method }) => {
      stored.restore = method === 'HEAD' ? undefined : 'ongoing-request="true"';
      return undefined;
    };
    await expect(again()).rejects.toThrow(underWay);
    server.mishap = () => undefined;
    stored.restore = 'ongoing-request="false", expiry-date="Fri, 04 Dec 2026 00:00:00 GMT"';
    await expect(again()).rejects.toThrow('s3://b/a can be read already, until Fri, 04 Dec 2026 00:00:00 GMT');
  });

  test('fails when the class has no such tier, is read at once, or there is no such object [storage-class-deep-archive, storage-class-glacier, storage-restore-job]', async () => {
    server.put('a', 'x', { storageClass: 'DEEP_ARCHIVE' });
    const ask = (tier: 'Expedited' | 'Bulk', days = 1) => restore(s3, here, { tier, days }, true);
    await expect(ask('Expedited')).rejects.toThrow(
      's3://b/a is in Glacier Deep Archive, which has no Expedited restore; use Standard or Bulk',
    );
    await expect(ask('Bulk', 0)).rejects.toThrow('days is 0; give a whole number, 1 or more');
    server.put('a', 'x');
    await expect(ask('Bulk')).rejects.toThrow('is in Standard, which is read at once; there is nothing to restore');
    server.versions = [];
    await expect(ask('Bulk')).rejects.toThrow('there is no s3://b/a, or it is deleted');
  });

  test('brings back what Intelligent-Tiering archived, for good [storage-restore-job]', async () => {
    server.put('a', 'x', { storageClass: 'INTELLIGENT_TIERING', archiveStatus: 'ARCHIVE_ACCESS' });
    await restore(s3, here, { tier: 'Standard', days: 3 }, true);
    expect(server.requests('POST', 'restore')[0].body.toString()).not.toContain('Days');
  });
});

describe('MFA Delete', () => {
  const factor = { serial: 'arn:aws:iam::111122223333:mfa/root', code: '123456' };

  test('is switched on with the serial number, one space, and the code [storage-mfa-delete]', async () => {
    await mfaDelete(s3, 'b', factor, 'Enabled', false);
    expect(server.requests('PUT')).toEqual([]);
    await mfaDelete(s3, 'b', factor, 'Enabled', true);
    expect(server.mfaDelete).toBe('arn:aws:iam::111122223333:mfa/root 123456');
    const body = server.requests('PUT', 'versioning')[0].body.toString();
    expect(body).toContain('<Status>Enabled</Status>');
    expect(body).toContain('<MfaDelete>Enabled</MfaDelete>');
    await mfaDelete(s3, 'b', { ...factor, serial: 'GAHT12345678' }, 'Disabled', true);
    expect(server.mfaDelete).toBe('GAHT12345678 123456');
  });

  test('fails on a bucket with lifecycle rules, and names them [storage-mfa-delete]', async () => {
    server.lifecycleRules = ['Ladder', 'OldVersions'];
    await expect(mfaDelete(s3, 'b', factor, 'Enabled', true)).rejects.toThrow(
      'b has the lifecycle rules Ladder, OldVersions, with which MFA Delete does not go; take a bucket without, or deny deletion without MFA in its policy',
    );
    expect(server.mfaDelete).toBeUndefined();
  });

  test('fails when serial or code cannot be one', async () => {
    await expect(mfaDelete(s3, 'b', { ...factor, code: '12345' }, 'Enabled', true)).rejects.toThrow(
      'the code is "12345"; give the six digits that the device shows',
    );
    await expect(mfaDelete(s3, 'b', { ...factor, serial: 'a b' }, 'Enabled', true)).rejects.toThrow(
      'the serial is "a b"; give the number of the device, or arn:aws:iam::<account>:mfa/<name>',
    );
    expect(server.seen).toEqual([]);
  });
});
