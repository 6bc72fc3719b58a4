import { CopyObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import { KeptFiles, madeOfTag, orNothing, type Known } from '../shared/kept-files';

/** Why a file was refused, as it is kept. */
const kept = z.object({ file: z.string(), reason: z.string() });

/** The files of one bucket, which are copied for others or refused. */
export class ExchangeFiles extends KeptFiles {
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
      Metadata: madeOfTag(tag),
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
