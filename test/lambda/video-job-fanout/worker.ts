import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as s3 from '@aws-sdk/client-s3';
import { freshHandler } from '../../support/fresh-handler';

export const environmentOf = (rendition: string): Record<string, string> => ({
  RENDITION: rendition,
  UPLOAD_BUCKET: 'the-uploads',
  UPLOAD_PREFIX: 'uploads/',
  VIDEO_SUFFIXES: '.mp4,.mov,.mkv,.webm',
  RENDITION_BUCKET: 'the-renditions',
  IDEMPOTENCY_TABLE: 'done',
  IDEMPOTENCY_EXPIRY_SECONDS: '1296000',
  POWERTOOLS_SERVICE_NAME: 'video-job-fanout',
  POWERTOOLS_METRICS_NAMESPACE: 'Groundplan',
});

/** A new environment of a worker; the SDK's classes are the test's. */
export const startWorker = (
  rendition: string,
  environment: Readonly<Record<string, string | undefined>> = {},
): ((event: SQSEvent) => Promise<SQSBatchResponse>) =>
  freshHandler('video-job-fanout/transcode', {
    environment: { ...environmentOf(rendition), ...environment },
    modules: { '@aws-sdk/client-s3': s3, '@aws-sdk/client-dynamodb': dynamodb },
  });

/** An event as S3 sends it. */
export const announced = (
  key: string,
  { version = 'v1', size = 20_971_520, bucket = 'the-uploads', name = 'ObjectCreated:Put' } = {},
) => ({
  Records: [
    {
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: 'eu-west-1',
      eventTime: '2026-11-21T08:30:00.000Z',
      eventName: name,
      userIdentity: { principalId: 'AWS:AIDAIENQZJOLO23YVJ4VO' },
      requestParameters: { sourceIPAddress: '203.0.113.7' },
      responseElements: { 'x-amz-request-id': 'C3D13FE58DE4C810' },
      s3: {
        s3SchemaVersion: '1.0',
        configurationId: 'uploads',
        bucket: { name: bucket, ownerIdentity: { principalId: 'A3NL1KOZZKExample' }, arn: `arn:aws:s3:::${bucket}` },
        object: {
          key: encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+'),
          size,
          eTag: 'd41d8cd98f00b204e9800998ecf8427e',
          versionId: version,
          sequencer: '0055AED6DCD90281E5',
        },
      },
    },
  ],
});

let serial = 0;
export const record = (body: unknown, receives = 1): SQSRecord => ({
  messageId: `message-${(serial += 1)}`,
  receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  attributes: {
    ApproximateReceiveCount: String(receives),
    SentTimestamp: '1795336200000',
    SenderId: 'AIDAIENQZJOLO23YVJ4VO',
    ApproximateFirstReceiveTimestamp: '1795336200100',
  },
  messageAttributes: {},
  md5OfBody: '7b270e59b47ff90a553787216d55d91d',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:eu-west-1:111122223333:jobs-720p',
  awsRegion: 'eu-west-1',
});

/** The first bytes of an MP4 file, and enough of the rest. */
export const mp4 = Uint8Array.from([0, 0, 0, 32, ...Buffer.from('ftypisom'), ...Array<number>(64).fill(0)]);
export const matroska = Uint8Array.from([0x1a, 0x45, 0xdf, 0xa3, ...Array<number>(64).fill(0)]);
export const plainText = Uint8Array.from(Buffer.from('this is not a video at all'));
