import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { patience } from '../shared/patience';
import { tableClient } from '../shared/table-client';
import { variables } from '../shared/variables';
import type { Workplace } from './attempt';
import { environment } from './environment';

const { uploadBucket, uploadsTable, bus } = variables({
  uploadBucket: environment.uploadBucket,
  uploadsTable: environment.uploadsTable,
  bus: environment.bus,
});

/** What both functions of intake work with. */
export const workplace: Workplace = {
  s3: new S3Client(patience),
  bucket: uploadBucket,
  dynamodb: tableClient(),
  table: uploadsTable,
  events: new EventBridgeClient(patience),
  bus,
};
