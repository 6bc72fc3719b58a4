import { S3Client } from '@aws-sdk/client-s3';
import { Links } from '../../../lambda/shared/links';

const now = new Date('2026-11-21T08:30:00.000Z');
const clientUntil = (expiration?: Date) =>
  new S3Client({
    region: 'eu-west-1',
    credentials: () =>
      Promise.resolve({
        accessKeyId: 'AKIDEXAMPLE',
        secretAccessKey: 'secret',
        sessionToken: 'token',
        ...(expiration && { expiration }),
      }),
  });
const links = (expiration?: Date, maximum = 900) =>
  new Links(clientUntil(expiration), 'the-documents', maximum, () => now);
const secondsOf = ({ url }: { url: string }) => Number(new URL(url).searchParams.get('X-Amz-Expires'));
const inSeconds = (seconds: number) => new Date(now.getTime() + seconds * 1000);

describe('a link', () => {
  test('is good for the least of what is asked for, what is allowed, and what the credentials have left [storage-presigned-expiry]', async () => {
    expect(secondsOf(await links().toDownload('k', 300))).toBe(300);
    expect(secondsOf(await links().toDownload('k', 1200))).toBe(900);
    expect(secondsOf(await links(inSeconds(3600)).toDownload('k'))).toBe(900);
    const short = await links(inSeconds(42.9)).toDownload('k', 300);
    expect(secondsOf(short)).toBe(42);
    expect(short.expiresAt).toBe('2026-11-21T08:30:42.000Z');
  });

  test('is not made with credentials that have expired [storage-presigned-expiry]', async () => {
    await expect(links(inSeconds(0)).toDownload('k')).rejects.toThrow('the credentials at hand have expired');
  });

  test.each([604_801, 0, 1.5, NaN])(
    'fails at start when links would be good for %d seconds [storage-presigned-expiry]',
    (maximum) => {
      expect(() => links(undefined, maximum)).toThrow(`links would be good for ${maximum} seconds; give 1 to 604800`);
    },
  );

  test('may be good for a week, and carries the session it dies with', async () => {
    const { url } = await links(undefined, 604_800).toDownload('k');
    expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('604800');
    expect(new URL(url).searchParams.get('X-Amz-Security-Token')).toBe('token');
  });

  test('to get is for GET and needs no headers [storage-presigned-url]', async () => {
    const link = await links().toDownload('invoices/a b.html');
    expect(link).toMatchObject({ method: 'GET', headers: {} });
    const url = new URL(link.url);
    expect([url.pathname, url.searchParams.get('x-id'), url.searchParams.get('X-Amz-SignedHeaders')]).toEqual([
      '/invoices/a%20b.html',
      'GetObject',
      'host',
    ]);
  });

  test('is signed whether or not the signer may do it, as nobody is asked [storage-presigned-rights]', async () => {
    const send = jest.spyOn(S3Client.prototype, 'send');
    expect((await links().toDownload('a-key-of-somebody-else')).url).toContain('a-key-of-somebody-else');
    expect(send).not.toHaveBeenCalled();
  });
});
