import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import type { S3Client } from '@aws-sdk/client-s3';
import { written, type ObjectAddress } from './address';
import { readObject } from './read';
import { bytes, upload, type Uploaded, type UploadOptions } from './upload';

/** What goes with the data key, is no secret, and must be said again to read: such as whose record it is. */
export type EncryptionContext = Readonly<Record<string, string>>;

const algorithm = 'AES/GCM/NoPadding';
const tagBytes = 16;
/** As AWS's own encryption clients for S3 write it, so that they can read it. */
const field = {
  key: 'x-amz-key-v2',
  iv: 'x-amz-iv',
  context: 'x-amz-matdesc',
  wrapped: 'x-amz-wrap-alg',
  cipher: 'x-amz-cek-alg',
};

/**
 * Puts an object that is encrypted before it leaves: AWS keeps the ciphertext and the wrapped key, and never sees the content. Each object
 * has a data key of its own, made by KMS and forgotten after use.
 *
 * @claims storage-client-side
 */
export async function putEncrypted(
  s3: S3Client,
  kms: KMSClient,
  address: ObjectAddress,
  content: Uint8Array,
  { keyId, context = {}, ...options }: UploadOptions & { readonly keyId: string; readonly context?: EncryptionContext },
): Promise<Uploaded> {
  const whole = { ...context, 'aws:x-amz-cek-alg': algorithm };
  const { Plaintext, CiphertextBlob } = await kms.send(
    new GenerateDataKeyCommand({ KeyId: keyId, KeySpec: 'AES_256', EncryptionContext: whole }),
  );
  const key = Plaintext!;
  try {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, iv);
    const body = Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()]);
    const metadata = {
      ...options.metadata,
      [field.key]: Buffer.from(CiphertextBlob!).toString('base64'),
      [field.iv]: iv.toString('base64'),
      [field.context]: JSON.stringify(whole),
      [field.cipher]: algorithm,
      [field.wrapped]: 'kms+context',
      'x-amz-tag-len': String(8 * tagBytes),
      'x-amz-unencrypted-content-length': String(content.length),
    };
    return await upload(s3, address, bytes(body), { ...options, metadata });
  } finally {
    key.fill(0);
  }
}

/**
 * Reads what `putEncrypted` wrote.
 *
 * @param context what was said when it was written; another one is refused
 * @throws when it is not encrypted like that, was changed since, or belongs to another context
 * @claims storage-client-side
 */
export async function getEncrypted(
  s3: S3Client,
  kms: KMSClient,
  address: ObjectAddress,
  context: EncryptionContext = {},
): Promise<Buffer> {
  const { content, metadata } = await readObject(s3, address);
  const [wrapped, iv] = [metadata[field.key], metadata[field.iv]];
  if (!wrapped || !iv || metadata[field.cipher] !== algorithm || metadata[field.wrapped] !== 'kms+context')
    throw new Error(`${written(address)} was not encrypted by its writer with ${algorithm} and KMS; read it as it is`);
  const { Plaintext } = await kms.send(
    new DecryptCommand({
      CiphertextBlob: Buffer.from(wrapped, 'base64'),
      EncryptionContext: { ...context, 'aws:x-amz-cek-alg': algorithm },
    }),
  );
  const key = Plaintext!;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64'), { authTagLength: tagBytes });
    const end = content.length - tagBytes;
    decipher.setAuthTag(content.subarray(end));
    return Buffer.concat([decipher.update(content.subarray(0, end)), decipher.final()]);
  } catch (cause) {
    throw new Error(`${written(address)} is not what was written; somebody changed it, or its metadata`, { cause });
  } finally {
    key.fill(0);
  }
}
