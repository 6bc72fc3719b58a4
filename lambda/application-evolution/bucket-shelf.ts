import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { pageSize, type Listed, type Shelf } from './shelf';

/** A folder of a bucket, with an object for each thing. */
export class BucketShelf<Thing> implements Shelf<Thing>, Listed {
  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
    private readonly prefix: string,
  ) {}

  async put(id: string, thing: Thing): Promise<void> {
    await this.s3.send(
      new PutObjectCommand({
        Bucket: this.bucket,
        Key: `${this.prefix}${id}`,
        Body: JSON.stringify(thing),
        ContentType: 'application/json',
      }),
    );
  }

  async get(id: string): Promise<Thing | undefined> {
    try {
      const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: `${this.prefix}${id}` }));
      return JSON.parse(await Body!.transformToString()) as Thing;
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return undefined;
      throw error;
    }
  }

  async list(after: string): Promise<string[]> {
    const { Contents = [] } = await this.s3.send(
      new ListObjectsV2Command({
        Bucket: this.bucket,
        Prefix: this.prefix,
        MaxKeys: pageSize,
        ...(after !== '' && { StartAfter: `${this.prefix}${after}` }),
      }),
    );
    return Contents.map(({ Key }) => Key!.slice(this.prefix.length));
  }
}
