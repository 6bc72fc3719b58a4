import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { run } from '../../../tools/objects';
import { listening } from '../../support/console';
import { S3Server } from '../../support/s3-server';

describe('groundplan objects', () => {
  const said = listening();
  let server: S3Server;
  let s3: S3Client;
  let read: string;
  const path = join(mkdtempSync(join(tmpdir(), 'groundplan-')), 'file');

  beforeEach(async () => {
    server = new S3Server();
    s3 = await server.start();
    read = '';
    writeFileSync(path, 'one\ntwo\n');
  });
  afterEach(() => server.stop());

  const call = (...args: string[]) =>
    run(args, { s3: () => s3, out: (content) => void (read += Buffer.from(content).toString()) });
  const changes = () => server.seen.filter(({ method }) => !['GET', 'HEAD'].includes(method)).length;

  test('uploads a file and reads it, whole, by bytes and by lines', async () => {
    expect(await call('upload', path, 's3://box/a', '--class', 'GLACIER_IR')).toBe(0);
    expect(said).toEqual(['s3://box/a: 8 bytes in 1 parts, version v1.']);
    expect(server.seen[0].headers['x-amz-storage-class']).toBe('GLACIER_IR');
    await call('read', 's3://box/a');
    await call('read', 's3://box/a', '--bytes', '0-2');
    await call('read', 's3://box/a', '--lines', '1-5');
    expect(read).toBe('one\ntwo\nontwo\n');
    expect(said).toHaveLength(1);
  });

  test('retains what it uploads, and brings a key of its own', async () => {
    writeFileSync(`${path}.key`, Buffer.alloc(32, 1));
    await call(
      'upload',
      path,
      's3://box/a',
      '--retain',
      'GOVERNANCE:2131-01-31',
      '--caller-key',
      `${path}.key`,
      '--json',
    );
    expect(JSON.parse(said[0])).toEqual({ parts: 1, version: 'v1' });
    expect(server.seen[0].headers).toMatchObject({
      'x-amz-object-lock-retain-until-date': '2131-01-31T00:00:00Z',
      'x-amz-server-side-encryption-customer-algorithm': 'AES256',
    });
  });

  test('lists versions, and brings a deleted object back once it is told to [storage-undelete]', async () => {
    const { at } = server.put('a', 'x');
    const { version } = server.put('a', '', { marker: true });
    await call('versions', 's3://box/');
    expect(said[0].split('\n')[2]).toMatch(/^a +v2 .* 0 {2}delete marker, newest$/);
    expect(await call('undelete', 's3://box/a')).toBe(0);
    const without = `s3://box/a: without the marker ${version}, version v1 of ${at} is read again.`;
    expect(said[1]).toBe(`${without} Nothing was changed; add --apply to do it.`);
    expect(changes()).toBe(0);
    await call('undelete', 's3://box/a', '--apply');
    expect(said[2]).toBe(`${without} Done.`);
    expect(server.versions).toHaveLength(1);
  });

  test('purges once the address is typed again [storage-purge]', async () => {
    server.put('f/a', 'x');
    expect(await call('purge', 's3://box/f/')).toBe(0);
    expect(said[0]).toContain('Nothing was deleted; add --confirm s3://box/f/ to delete it for good.');
    expect(changes()).toBe(0);
    expect(await call('purge', 's3://box/f/', '--confirm', 's3://box/f/')).toBe(0);
    expect(said[1]).toBe('s3://box/f/: 1 versions are gone for good.');
    server.put('f/a', 'x', { lock: { held: true } });
    expect(await call('purge', 's3://box/f/', '--confirm', 's3://box/f/')).toBe(1);
    expect(said[2].split('\n')[1]).toMatch(/^ {2}not f\/a, version v2: AccessDenied: /);
  });

  test('restores, changes the class, holds, releases and deletes a version, each only when told to', async () => {
    const { version } = server.put('a', 'x', { storageClass: 'GLACIER' });
    const orders = [
      ['hold', 's3://box/a', '--version', version],
      ['release', 's3://box/a', '--version', version],
      ['restore', 's3://box/a', '--tier', 'Bulk', '--days', '2'],
      ['delete', 's3://box/a', '--version', version],
    ];
    for (const order of orders) expect(await call(...order)).toBe(0);
    expect(changes()).toBe(0);
    for (const order of orders) expect(await call(...order, '--apply')).toBe(0);
    expect(server.versions).toEqual([]);
    server.put('a', 'x');
    await call('class', 's3://box/a', 'STANDARD_IA', '--apply');
    expect(said.slice(-6)).toEqual([
      `s3://box/a (version ${version}) goes for good. Nothing was changed; add --apply to do it.`,
      `s3://box/a (version ${version}): legal hold ON. Done.`,
      `s3://box/a (version ${version}): legal hold OFF. Done.`,
      's3://box/a: readable for 2 days, 5 hours to 12 hours from now. Done.',
      `s3://box/a (version ${version}) goes for good. Done.`,
      's3://box/a: from Standard to Standard-IA. Done.',
    ]);
  });

  test('switches MFA Delete on and off [storage-mfa-delete]', async () => {
    const factor = ['--serial', 'arn:aws:iam::111122223333:mfa/root', '--code', '123456'];
    await call('mfa-delete', 's3://box', ...factor);
    expect(changes()).toBe(0);
    expect(await call('mfa-delete', 's3://box', ...factor, '--apply')).toBe(0);
    expect(server.mfaDelete).toBe('arn:aws:iam::111122223333:mfa/root 123456');
    await call('mfa-delete', 's3://box', ...factor, '--off', '--apply', '--json');
    expect(JSON.parse(said[2])).toEqual({ mfaDelete: 'Disabled', done: true });
  });

  test.each([
    [[], '"" is nothing that can be done; say one of upload, read, versions,'],
    [['melt', 's3://box/a'], '"melt" is nothing that can be done'],
    [['read'], 'read takes <object>, not 0 words'],
    [['read', 'box/a'], '"box/a" is no address; write it as s3://bucket/key'],
    [['read', 's3://box/f/'], 's3://box/f/ names no object; add its key, as in s3://box/folder/name'],
    [['mfa-delete', 's3://box/a'], 's3://box/a names an object; name the bucket alone, as in s3://box'],
    [['read', 's3://box/a', '--apply'], '--apply is not for read; leave it out'],
    [['purge', 's3://box/a', '--version', 'v1', '--confirm', 's3://box/a'], '--version is not for purge; leave it out'],
    [['undelete', 's3://box/a', '--version', 'v1', '--apply'], '--version is not for undelete; leave it out'],
    [['read', 's3://box/a', '--bytes', '1:2'], '--bytes is 1:2; write it as 0-1000, the second without'],
    [['restore', 's3://box/a', '--tier', 'Slow'], '--tier is Slow; give Expedited, Standard or Bulk'],
    [['upload', 'f', 's3://box/a', '--retain', 'FOREVER'], '--retain is FOREVER; write it as GOVERNANCE:2031-01-31'],
    [['upload', 'f', 's3://box/a', '--context', 'x'], '--context is x; write it as name=value'],
    [
      ['purge', 's3://box/f/', '--confirm', 's3://box/'],
      '--confirm is s3://box/; type s3://box/f/ again to delete what is there for good',
    ],
  ])('fails when the words cannot be understood: %j', async (args, reason) => {
    expect(await call(...args)).toBe(2);
    expect(said[0]).toContain(reason);
    expect(said[0]).toContain('groundplan objects upload <file>');
    expect(server.seen).toEqual([]);
  });

  test('fails with what S3 says', async () => {
    expect(await call('restore', 's3://box/a')).toBe(1);
    expect(said[0]).toBe('there is no s3://box/a, or it is deleted; groundplan objects versions tells');
    server.payer = 'Requester';
    expect(await call('versions', 's3://box/')).toBe(1);
    expect(said[1]).toBe('AccessDenied: Access Denied');
    expect(await call('versions', 's3://box/', '--requester-pays')).toBe(0);
  });
});
