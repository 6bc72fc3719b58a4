import { GetObjectCommand, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { mockClient, type AwsClientStub } from 'aws-sdk-client-mock';

/** What S3 throws, by its code. */
export const s3Error = (name: string, status: number): S3ServiceException =>
  new S3ServiceException({ name, $fault: status < 500 ? 'client' : 'server', $metadata: { httpStatusCode: status } });

/** Buckets in memory: versions that can be read in parts, and writes that may insist on being the first. */
export class FakeBuckets {
  readonly client: AwsClientStub<S3Client> = mockClient(S3Client);
  /** `bucket/key?version` to content. */
  private readonly sources = new Map<string, Uint8Array>();
  /** `bucket/key` to text. */
  readonly written = new Map<string, string>();
  /** Thrown instead of answering when it returns an error. */
  trouble: (request: { readonly Key: string }) => Error | undefined = () => undefined;

  constructor() {
    this.reset();
  }

  reset(): void {
    this.sources.clear();
    this.written.clear();
    this.trouble = () => undefined;
    this.client.reset();
    this.client.on(GetObjectCommand).callsFake(({ Bucket, Key, VersionId, Range }) => {
      this.refuse({ Key });
      const content = this.sources.get(`${Bucket}/${Key}?${VersionId}`);
      if (!content) throw s3Error('NoSuchVersion', 404);
      const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(Range)!;
      return {
        ETag: `"${VersionId}"`,
        ContentType: 'video/mp4',
        Body: { transformToByteArray: () => Promise.resolve(content.slice(Number(first), Number(last) + 1)) },
      };
    });
    this.client.on(PutObjectCommand).callsFake(({ Bucket, Key, Body, IfNoneMatch }) => {
      this.refuse({ Key });
      const path = `${Bucket}/${Key}`;
      if (IfNoneMatch === '*' && this.written.has(path)) throw s3Error('PreconditionFailed', 412);
      this.written.set(path, Body);
      return {};
    });
  }

  upload(bucket: string, key: string, version: string, content: Uint8Array): void {
    this.sources.set(`${bucket}/${key}?${version}`, content);
  }

  private refuse(request: { readonly Key: string }): void {
    const error = this.trouble(request);
    if (error) throw error;
  }
}
