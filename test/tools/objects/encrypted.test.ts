import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import type { S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { getEncrypted, putEncrypted } from '../../../tools/objects/encrypted';
import { S3Server } from '../../support/s3-server';

const here = { bucket: 'b', key: 'a' };
const kms = new KMSClient({ region: 'eu-west-1' });
const mock = mockClient(KMSClient);
const secret = Buffer.from('a record nobody at the provider may read');
let server: S3Server;
let s3: S3Client;
/** What KMS gave out in plain, as the caller holds it. */
let given: Uint8Array[];

beforeEach(async () => {
  server = new S3Server();
  s3 = await server.start();
  given = [];
  mock.reset();
  const known = new Map<string, { readonly key: Buffer; readonly context: string }>();
  mock.on(GenerateDataKeyCommand).callsFake(({ EncryptionContext }: { EncryptionContext: object }) => {
    const wrapped = `wrapped ${known.size}`;
    const key = Buffer.alloc(32, known.size + 1);
    known.set(wrapped, { key, context: JSON.stringify(EncryptionContext) });
    given.push(Uint8Array.from(key));
    return { Plaintext: given.at(-1), CiphertextBlob: Buffer.from(wrapped) };
  });
  mock.on(DecryptCommand).callsFake(({ CiphertextBlob, EncryptionContext }: any) => {
    const { key, context } = known.get(Buffer.from(CiphertextBlob).toString()) ?? {};
    if (!key || context !== JSON.stringify(EncryptionContext))
      throw Object.assign(new Error('no such key'), { name: 'InvalidCiphertextException' });
    given.push(Uint8Array.from(key));
    return { Plaintext: given.at(-1) };
  });
});
afterEach(() => server.stop());

const put = (context?: Record<string, string>) =>
  putEncrypted(s3, kms, here, secret, { keyId: 'alias/records', ...(context && { context }) });

describe('an object that is encrypted before it leaves', () => {
  test('is read back, and is nothing but ciphertext on the wire [storage-client-side]', async () => {
    await put();
    const [{ body, headers }] = server.seen;
    expect(body.includes(secret.subarray(0, 8))).toBe(false);
    expect(body).toHaveLength(secret.length + 16);
    expect(Object.values(headers).join(' ')).not.toContain(Buffer.alloc(32, 1).toString('base64'));
    expect(headers['x-amz-meta-x-amz-key-v2']).toBe(Buffer.from('wrapped 0').toString('base64'));
    expect(headers['x-amz-meta-x-amz-wrap-alg']).toBe('kms+context');
    expect((await getEncrypted(s3, kms, here)).equals(secret)).toBe(true);
  });

  test('has a data key of its own, forgotten after use [storage-client-side]', async () => {
    await put();
    const first = server.versions[0].body;
    await put();
    await getEncrypted(s3, kms, here);
    expect(server.versions[0].body.equals(first)).toBe(false);
    expect(given).toHaveLength(3);
    for (const key of given) expect(key.every((byte) => byte === 0)).toBe(true);
  });

  test('is read only under the context it was written with [storage-client-side]', async () => {
    await put({ client: '4711' });
    expect((await getEncrypted(s3, kms, here, { client: '4711' })).equals(secret)).toBe(true);
    await expect(getEncrypted(s3, kms, here, { client: '4712' })).rejects.toMatchObject({
      name: 'InvalidCiphertextException',
    });
    await expect(getEncrypted(s3, kms, here)).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
  });

  test('fails to be read when a byte was changed, of the body or of its tag [storage-client-side]', async () => {
    await put();
    const { body } = server.versions[0];
    for (const at of [0, body.length - 1]) {
      body[at] ^= 1;
      await expect(getEncrypted(s3, kms, here)).rejects.toThrow(
        's3://b/a is not what was written; somebody changed it, or its metadata',
      );
      body[at] ^= 1;
    }
    for (const key of given) expect(key.every((byte) => byte === 0)).toBe(true);
  });

  test('fails to be read when its writer encrypted nothing', async () => {
    server.put('a', 'plain');
    await expect(getEncrypted(s3, kms, here)).rejects.toThrow(
      's3://b/a was not encrypted by its writer with AES/GCM/NoPadding and KMS; read it as it is',
    );
  });
});
