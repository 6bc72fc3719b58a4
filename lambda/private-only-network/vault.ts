import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** What became of a note. Being refused is an answer here: the probe is there to find out. */
export type VaultAnswer =
  | { readonly written: string }
  | { readonly text: string }
  | { readonly missing: string }
  | { readonly refused: string };

/** Writes a note; once more makes no difference. */
export const writeNote = (s3: S3Client, bucket: string, key: string, text: string): Promise<VaultAnswer> =>
  answering(key, async () => {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ContentType: 'text/plain' }));
    return { written: key };
  });

export const readNote = (s3: S3Client, bucket: string, key: string): Promise<VaultAnswer> =>
  answering(key, async () => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return { text: await Body!.transformToString() };
  });

async function answering(key: string, work: () => Promise<VaultAnswer>): Promise<VaultAnswer> {
  try {
    return await work();
  } catch (error) {
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    if (status === 403) return { refused: key };
    if (status === 404) return { missing: key };
    throw error;
  }
}
