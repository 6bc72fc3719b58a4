import { S3Client } from '@aws-sdk/client-s3';
import { patience } from '../shared/patience';
import { variables } from '../shared/variables';
import { BucketShelf } from './bucket-shelf';
import type { Document } from './document';
import { documentPrefix, environment, summaryPrefix } from './environment';
import type { Summary } from './summary';

/** The bucket of documents, of programs that may use it. */
export function documentShelf(): BucketShelf<Document> {
  const { bucket } = variables({ bucket: environment.documentBucket });
  return new BucketShelf(new S3Client(patience), bucket, documentPrefix);
}

/** The bucket of summaries, of programs that may use it. */
export function summaryShelf(): BucketShelf<Summary> {
  const { bucket } = variables({ bucket: environment.summaryBucket });
  return new BucketShelf(new S3Client(patience), bucket, summaryPrefix);
}
