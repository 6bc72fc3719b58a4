import type { S3Client } from '@aws-sdk/client-s3';

/** Where an object lies, and on whose bill it is read. */
export interface ObjectAddress {
  readonly bucket: string;
  readonly key: string;
  /** A version; the newest one when left out. */
  readonly version?: string;
  /**
   * Whether the caller pays for requests and transfer instead of the owner; S3 asks that of everybody else where the bucket says so.
   * @default false
   */
  readonly requesterPays?: boolean;
  /**
   * The 32 bytes that S3 encrypts with and forgets; they must come with every write and every read.
   * @default - the bucket decides how objects are encrypted
   */
  readonly callerKey?: Uint8Array;
}

/** What S3 is told of an address in every request. */
export interface AddressFields {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string;
  readonly RequestPayer?: 'requester';
}

/** @claims storage-requester-pays-client */
export const fieldsOf = ({ bucket, key, version, requesterPays = false }: ObjectAddress): AddressFields => ({
  Bucket: bucket,
  Key: key,
  ...(version !== undefined && { VersionId: version }),
  ...(requesterPays && { RequestPayer: 'requester' }),
});

export const written = ({ bucket, key, version }: ObjectAddress): string =>
  `s3://${bucket}/${key}${version === undefined ? '' : ` (version ${version})`}`;

/** @throws when it is no address of an object, or of all objects below a folder where that is asked for */
export function understoodAddress(text: string, what: 'object' | 'folder' | 'bucket' = 'object'): ObjectAddress {
  const [, bucket, key] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s.exec(text) ?? [];
  if (bucket === undefined) throw new Error(`"${text}" is no address; write it as s3://bucket/key`);
  if (what === 'object' && (key === undefined || key === '' || key.endsWith('/')))
    throw new Error(`${text} names no object; add its key, as in s3://${bucket}/folder/name`);
  if (what === 'bucket' && key) throw new Error(`${text} names an object; name the bucket alone, as in s3://${bucket}`);
  return { bucket, key: key ?? '' };
}

interface CallerKeyFields {
  readonly SSECustomerAlgorithm: 'AES256';
  readonly SSECustomerKey: string;
  readonly SSECustomerKeyMD5: string;
}

/**
 * What S3 is told of a key that the caller brings: the key itself, which is why it must not go over plain HTTP.
 *
 * @throws when the key is not 32 bytes long, or would be seen on the way
 * @claims storage-sse-c
 */
export async function callerKeyFields(s3: S3Client, { callerKey }: ObjectAddress): Promise<CallerKeyFields | object> {
  if (callerKey === undefined) return {};
  if (callerKey.length !== 32)
    throw new Error(`the key has ${callerKey.length} bytes; give 32, as openssl rand -out key 32 makes them`);
  const { protocol, hostname } = (await s3.config.endpoint?.()) ?? { protocol: 'https:', hostname: '' };
  if (protocol !== 'https:' && !['127.0.0.1', 'localhost'].includes(hostname))
    throw new Error(`the key would go to ${hostname} over plain HTTP; use an endpoint that begins with https://`);
  const { createHash } = await import('node:crypto');
  return {
    SSECustomerAlgorithm: 'AES256',
    SSECustomerKey: Buffer.from(callerKey).toString('base64'),
    SSECustomerKeyMD5: createHash('md5').update(callerKey).digest('base64'),
  };
}
