import { Logger } from '@aws-lambda-powertools/logger';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { environment as payloadEnvironment } from '../payload-store/environment';
import { Payloads } from '../payload-store/payloads';
import { PayloadSource } from '../payload-store/source';
import { patience } from '../shared/patience';
import { variables } from '../shared/variables';
import { runWorker } from '../worker-tier/run';
import { workerEnvironment } from './environment';
import { workMessage } from './work';

const given = variables(workerEnvironment);
const store = variables(payloadEnvironment);
// A document may take long to read; what is no longer wanted is told by the signal.
const s3 = new S3Client({ maxAttempts: patience.maxAttempts });
const place = { s3, uploadBucket: given.uploadBucket, reportBucket: given.reportBucket };
const payloads = new Payloads({
  s3,
  sqs: new SQSClient(patience),
  bucket: store.bucket,
  threshold: Number(store.threshold),
});
const notes = new Logger();

/** What each instance of the tier runs: reads documents and writes reports of them, as long as there are any. */
void runWorker({
  through: (queue) =>
    new PayloadSource(queue, payloads, ({ id }, { message }) =>
      notes.warn('a body stays until it expires', { messageId: id, reason: message }),
    ),
  work: async (message, signal) => {
    const reports = await workMessage(message, place, signal);
    notes.info('reported', { messageId: message.id, receiveCount: message.receives, reports });
  },
}).catch((error: Error) => {
  notes.critical('worker failed', error);
  process.exitCode = 1;
});
