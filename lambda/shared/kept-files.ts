import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** Under which name a result says of which content it was made. */
const madeOf = 'made-of';

/** What is known of an object without reading it. */
export interface Known {
  /** The tag of its content; two objects with the same tag have the same. */
  readonly tag: string;
  readonly bytes: number;
  readonly contentType: string;
  /** Of a result, the tag of the file it was made of. */
  readonly madeOf?: string;
}

export interface Result {
  readonly body: Uint8Array | string;
  readonly type: string;
  /** The tag of the file it was made of. */
  readonly madeOf: string;
}

/** The files of one bucket, and the results that are kept beside them: each says of which content it was made, so that it is made once. */
export class KeptFiles {
  constructor(
    protected readonly s3: S3Client,
    protected readonly bucket: string,
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
      ...(madeOf in Metadata && { madeOf: Metadata[madeOf] }),
    };
  }

  /** The content with this tag; nothing when there is another by now, or none. */
  read(key: string, tag: string, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    return this.#content({ Key: key, IfMatch: tag }, signal);
  }

  /** How the content with this tag begins, and no more of it than that; nothing when there is another by now, or none. */
  beginning(key: string, tag: string, length: number, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    return this.#content({ Key: key, IfMatch: tag, Range: `bytes=0-${length - 1}` }, signal);
  }

  /** Writes a result where what is known of lies, or nothing; not where somebody else has written since. */
  async write(key: string, result: Result, instead: Known | undefined): Promise<boolean> {
    const call = new PutObjectCommand({
      Bucket: this.bucket,
      Key: key,
      Body: result.body,
      ContentType: result.type,
      Metadata: madeOfTag(result.madeOf),
      ...(instead ? { IfMatch: instead.tag } : { IfNoneMatch: '*' }),
    });
    return (await orNothing(this.s3.send(call))) !== undefined;
  }

  async #content(
    what: { readonly Key: string; readonly IfMatch: string; readonly Range?: string },
    signal?: AbortSignal,
  ): Promise<Uint8Array | undefined> {
    const call = new GetObjectCommand({ Bucket: this.bucket, ...what });
    const found = await orNothing(this.s3.send(call, { abortSignal: signal }));
    return found?.Body?.transformToByteArray();
  }
}

/** What an object carries with it that was made of the content with this tag. */
export const madeOfTag = (tag: string): Record<string, string> => ({ [madeOf]: tag });

/** What S3 says when there is nothing under a key, or something else than was expected. */
const nothing = new Set(['NoSuchKey', 'NotFound', 'PreconditionFailed', 'ConditionalRequestConflict']);

/** The answer; nothing where S3 says that there is nothing, or something else than was expected. */
export async function orNothing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (nothing.has((error as Error).name)) return undefined;
    throw error;
  }
}
