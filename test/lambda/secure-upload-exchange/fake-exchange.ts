import { createHash } from 'node:crypto';
import { CopyObjectCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient, type AwsClientStub } from 'aws-sdk-client-mock';
import { s3Error } from '../../support/fake-bucket';

interface Stored {
  readonly body: Buffer;
  readonly tag: string;
  readonly contentType: string;
  readonly disposition?: string;
  readonly metadata: Record<string, string>;
}

/** The bucket of the exchange in memory, with the conditions on reading, copying and writing that S3 knows. */
export class FakeExchange {
  readonly client: AwsClientStub<S3Client> = mockClient(S3Client);
  readonly objects = new Map<string, Stored>();
  /** Every key that was written, as often as it was. */
  readonly writes: string[] = [];
  /** How many bytes were read of files. */
  read = 0;
  /** Called before each call; it may change the bucket, or throw what S3 would. */
  before: (operation: string, key: string) => void = () => undefined;

  reset(): void {
    this.objects.clear();
    this.writes.length = 0;
    this.read = 0;
    this.before = () => undefined;
    this.client.reset();
    this.client.on(HeadObjectCommand).callsFake(({ Key }) => {
      this.before('HeadObject', Key);
      const { tag, body, contentType, metadata } = this.found(Key, 'NotFound');
      return { ETag: tag, ContentLength: body.length, ContentType: contentType, Metadata: metadata };
    });
    this.client.on(GetObjectCommand).callsFake(({ Key, IfMatch, Range }) => {
      this.before('GetObject', Key);
      const { tag, body } = this.found(Key, 'NoSuchKey');
      if (IfMatch !== undefined && IfMatch !== tag) throw s3Error('PreconditionFailed', 412);
      const [, last] = /^bytes=0-(\d+)$/.exec(Range ?? '') ?? [];
      const part = body.subarray(0, last === undefined ? body.length : Number(last) + 1);
      this.read += part.length;
      return {
        Body: {
          transformToByteArray: () => Promise.resolve(new Uint8Array(part)),
          transformToString: () => Promise.resolve(part.toString('utf8')),
        },
      };
    });
    this.client.on(CopyObjectCommand).callsFake((input) => {
      const { Key, CopySource, CopySourceIfMatch, ContentType, ContentDisposition, Metadata } = input;
      const source = decodeURIComponent(CopySource.slice('the-exchange/'.length));
      this.before('CopyObject', source);
      const { body, tag } = this.found(source, 'NoSuchKey');
      if (CopySourceIfMatch !== tag) throw s3Error('PreconditionFailed', 412);
      this.writes.push(Key);
      this.put(Key, body, ContentType, { metadata: Metadata, disposition: ContentDisposition });
      return {};
    });
    this.client.on(PutObjectCommand).callsFake(({ Key, Body, ContentType, IfNoneMatch }) => {
      this.before('PutObject', Key);
      if (IfNoneMatch === '*' && this.objects.has(Key)) throw s3Error('PreconditionFailed', 412);
      this.writes.push(Key);
      this.put(Key, Buffer.from(Body as string), ContentType);
      return {};
    });
  }

  put(
    key: string,
    body: Buffer,
    contentType: string,
    { metadata = {}, disposition }: { metadata?: Record<string, string>; disposition?: string } = {},
  ): void {
    const tag = `"${createHash('md5').update(body).digest('hex')}"`;
    this.objects.set(key, { body, tag, contentType, metadata, ...(disposition !== undefined && { disposition }) });
  }

  private found(key: string, otherwise: string): Stored {
    const found = this.objects.get(key);
    if (!found) throw s3Error(otherwise, 404);
    return found;
  }
}
