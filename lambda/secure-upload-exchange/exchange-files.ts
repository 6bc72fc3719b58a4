import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import * as z from 'zod/mini';

/** Under which name a copy says of which content it was made. */
const copyOf = 'copy-of';

/** What is known of an object without reading it. */
export interface Known {
  /** The tag of its content. */
  readonly tag: string;
  readonly bytes: number;
  readonly contentType: string;
  /** Of a copy, the tag of the file it was made of. */
  readonly copyOf?: string;
}

/** Why a file was refused, as it is kept. */
const kept = z.object({ file: z.string(), reason: z.string() });

/** The files of one bucket. */
export class ExchangeFiles {
  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
  ) {}

  /** What is known of what lies under a key; nothing when nothing does. */
  async look(key: string): Promise<Known | undefined> {
    const found = await orNothing(this.s3.send(new HeadObjectCommand({ Bucket: this.bucket, Key: key })));
    if (!found) return undefined;
    const { ETag, ContentLength = 0, ContentType = '', Metadata = {} } = found;
    return {
      tag: ETag!,
      bytes: ContentLength,
      contentType: ContentType,
      ...(copyOf in Metadata && { copyOf: Metadata[copyOf] }),
    };
  }

  /** How a file begins, and no more of it than that; nothing when it has another content by now, or none. */
  async beginning(key: string, tag: string, length: number, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    const call = new GetObjectCommand({
      Bucket: this.bucket,
      Key: key,
      IfMatch: tag,
      Range: `bytes=0-${length - 1}`,
    });
    const found = await orNothing(this.s3.send(call, { abortSignal: signal }));
    return found?.Body?.transformToByteArray();
  }

  /** Copies a content to another key, where browsers will save it and not show it; tags and other words of its sender stay behind. */
  async copy(from: string, { tag, contentType }: Known, to: string): Promise<boolean> {
    const call = new CopyObjectCommand({
      Bucket: this.bucket,
      Key: to,
      CopySource: `${this.bucket}/${from.split('/').map(encodeURIComponent).join('/')}`,
      CopySourceIfMatch: tag,
      MetadataDirective: 'REPLACE',
      TaggingDirective: 'REPLACE',
      ContentType: contentType,
      ContentDisposition: 'attachment',
      Metadata: { [copyOf]: tag },
    });
    return (await orNothing(this.s3.send(call))) !== undefined;
  }

  /** Writes down why a file was refused, once. */
  async keepReason(key: string, file: string, reason: string): Promise<boolean> {
    const call = new PutObjectCommand({
      Bucket: this.bucket,
      Key: key,
      Body: JSON.stringify({ file, reason }, undefined, 2),
      ContentType: 'application/json',
      IfNoneMatch: '*',
    });
    return (await orNothing(this.s3.send(call))) !== undefined;
  }

  /** Why a file was refused; nothing when it was not. */
  async reasonAt(key: string): Promise<string | undefined> {
    const found = await orNothing(this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: key })));
    const text = await found?.Body?.transformToString();
    return text === undefined ? undefined : kept.parse(JSON.parse(text)).reason;
  }
}

/** What S3 says when there is nothing under a key, or something else than was expected. */
const nothing = new Set(['NoSuchKey', 'NotFound', 'PreconditionFailed', 'ConditionalRequestConflict']);

async function orNothing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (nothing.has((error as Error).name)) return undefined;
    throw error;
  }
}
