import { createHash } from 'node:crypto';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { mockClient, type AwsClientStub } from 'aws-sdk-client-mock';
import { s3Error } from '../../support/fake-bucket';

interface Stored {
  readonly body: Uint8Array;
  readonly tag: string;
  readonly type?: string;
  readonly metadata: Record<string, string>;
  readonly put: Date;
}

/** One bucket in memory, with the conditions on reading and writing that S3 knows. */
export class FakeFiles {
  readonly client: AwsClientStub<S3Client> = mockClient(S3Client);
  readonly objects = new Map<string, Stored>();
  /** Every key that was written, as often as it was. */
  readonly writes: string[] = [];
  /** Called before each call; it may change the bucket, or throw what S3 would. */
  before: (operation: string, key: string) => void = () => undefined;
  /** How many names a page of a list has. */
  pageSize = 1000;

  reset(): void {
    this.objects.clear();
    this.writes.length = 0;
    this.before = () => undefined;
    this.pageSize = 1000;
    this.client.reset();
    this.client.on(HeadObjectCommand).callsFake(({ Key }) => {
      this.before('HeadObject', Key);
      const { tag, body, metadata } = this.found(Key, 'NotFound');
      return { ETag: tag, ContentLength: body.length, Metadata: metadata };
    });
    this.client.on(GetObjectCommand).callsFake(({ Key, IfMatch }) => {
      this.before('GetObject', Key);
      const { tag, body } = this.found(Key, 'NoSuchKey');
      if (IfMatch !== undefined && IfMatch !== tag) throw s3Error('PreconditionFailed', 412);
      return { ETag: tag, Body: { transformToByteArray: () => Promise.resolve(body) } };
    });
    this.client.on(PutObjectCommand).callsFake(({ Key, Body, ContentType, Metadata, IfMatch, IfNoneMatch }) => {
      this.before('PutObject', Key);
      const there = this.objects.get(Key);
      if (IfNoneMatch === '*' && there) throw s3Error('PreconditionFailed', 412);
      if (IfMatch !== undefined && !there) throw s3Error('NoSuchKey', 404);
      if (IfMatch !== undefined && there?.tag !== IfMatch) throw s3Error('PreconditionFailed', 412);
      this.writes.push(Key);
      this.put(Key, typeof Body === 'string' ? Buffer.from(Body) : Body, { type: ContentType, metadata: Metadata });
      return {};
    });
    this.client.on(ListObjectsV2Command).callsFake(({ Prefix, StartAfter = '', ContinuationToken }) => {
      this.before('ListObjectsV2', Prefix);
      const behind = ContinuationToken ?? StartAfter;
      const keys = [...this.objects.keys()].filter((key) => key.startsWith(Prefix) && key > behind).sort();
      const page = keys.slice(0, this.pageSize);
      return {
        Contents: page.map((Key) => ({ Key, LastModified: this.objects.get(Key)!.put })),
        ...(keys.length > page.length && { NextContinuationToken: page.at(-1) }),
      };
    });
  }

  put(
    key: string,
    body: Uint8Array,
    { put = new Date(), type, metadata = {} }: { put?: Date; type?: string; metadata?: Record<string, string> } = {},
  ): void {
    const tag = `"${createHash('md5').update(body).digest('hex')}"`;
    this.objects.set(key, { body, tag, put, metadata, ...(type !== undefined && { type }) });
  }

  below(prefix: string): string[] {
    return [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  private found(key: string, name: string): Stored {
    const object = this.objects.get(key);
    if (!object) throw s3Error(name, 404);
    return object;
  }
}
