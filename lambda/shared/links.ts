import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

/** A week: nothing signed with Signature Version 4 is good for longer. */
const longestSeconds = 604_800;

/** Something a person or a program can do once, until a time, with no credentials of its own. */
export interface Link {
  readonly method: 'GET' | 'PUT';
  readonly url: string;
  /** Headers that must be sent exactly so; the signature covers them. */
  readonly headers: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly expiresAt: string;
}

export interface Upload {
  readonly key: string;
  readonly contentType: string;
  readonly bytes: number;
}

/**
 * Makes links to objects of one bucket. Signing is arithmetic with the credentials at hand: S3 is not asked, and a link gives
 * no more than these credentials may do when it is used.
 *
 * @claims storage-presigned-url, storage-presigned-expiry, storage-presigned-rights
 */
export class Links {
  /** @param maximumSeconds how long a link is good at most; above a week it is refused */
  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
    private readonly maximumSeconds: number,
    private readonly now: () => Date = () => new Date(),
  ) {
    if (!(Number.isInteger(maximumSeconds) && maximumSeconds >= 1 && maximumSeconds <= longestSeconds)) {
      throw new Error(`links would be good for ${maximumSeconds} seconds; give 1 to ${longestSeconds}`);
    }
  }

  /** To put one object there: of this type and size, and only while nothing lies under its key. */
  async toUpload({ key, contentType, bytes }: Upload, seconds?: number): Promise<Link> {
    const command = new PutObjectCommand({
      Bucket: this.bucket,
      Key: key,
      ContentType: contentType,
      ContentLength: bytes,
      IfNoneMatch: '*',
    });
    const headers = { 'content-type': contentType, 'content-length': String(bytes), 'if-none-match': '*' };
    return this.signed('PUT', command, headers, seconds);
  }

  /** To get one object. */
  async toDownload(key: string, seconds?: number): Promise<Link> {
    return this.signed('GET', new GetObjectCommand({ Bucket: this.bucket, Key: key }), {}, seconds);
  }

  private async signed(
    method: Link['method'],
    command: PutObjectCommand | GetObjectCommand,
    headers: Readonly<Record<string, string>>,
    wanted = this.maximumSeconds,
  ): Promise<Link> {
    const now = this.now();
    const expiresIn = Math.min(wanted, this.maximumSeconds, await this.secondsOfCredentials(now));
    const url = await getSignedUrl(this.client, command, {
      expiresIn,
      signingDate: now,
      signableHeaders: new Set(['host', ...Object.keys(headers)]),
    });
    return { method, url, headers, expiresAt: new Date(now.getTime() + expiresIn * 1000).toISOString() };
  }

  /** A link dies with the credentials that signed it. Those of a function say when only in some environments. */
  private async secondsOfCredentials(now: Date): Promise<number> {
    const { expiration } = await this.client.config.credentials();
    if (!expiration) return longestSeconds;
    const left = Math.floor((expiration.getTime() - now.getTime()) / 1000);
    if (left < 1) throw new Error('the credentials at hand have expired');
    return left;
  }
}
