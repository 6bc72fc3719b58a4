import type { SQSEvent, SQSRecord } from 'aws-lambda';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as libDynamodb from '@aws-sdk/lib-dynamodb';
import * as s3 from '@aws-sdk/client-s3';
import * as mediaconvert from '@aws-sdk/client-mediaconvert';
import { freshHandler } from '../../support/fresh-handler';

export const ada = 'us-east-1:1111aaaa-1111-1111-1111-111111111111';
export const bob = 'us-east-1:2222bbbb-2222-2222-2222-222222222222';

const variables: Readonly<Record<string, string>> = {
  UPLOAD_BUCKET: 'the-uploads',
  UPLOAD_PREFIX: 'uploads/',
  MEDIA_BUCKET: 'the-media',
  MEDIA_PREFIX: 'videos/',
  VIDEO_TABLE: 'the-videos',
  TRANSCODING_QUEUE: 'arn:aws:mediaconvert:us-east-1:111122223333:queues/portal',
  TRANSCODER_ROLE: 'arn:aws:iam::111122223333:role/transcoder',
  LINK_SECONDS: '900',
  POWERTOOLS_SERVICE_NAME: 'video-portal',
  POWERTOOLS_METRICS_NAMESPACE: 'Groundplan',
};

// The SDK reads it when it is first asked.
process.env.AWS_REGION = 'us-east-1';

type Name = 'start-transcoding' | 'record-outcome' | 'videos';

/** A new environment of a function; the SDK's classes are the test's. */
export const start = (
  name: Name,
  without?: string,
): ((event: unknown) => Promise<{
  readonly statusCode: number;
  readonly body: string;
  readonly batchItemFailures: unknown[];
  readonly headers: Record<string, string>;
}>) =>
  freshHandler(`video-portal/${name}`, {
    environment: { ...variables, ...(without !== undefined && { [without]: undefined }) },
    modules: {
      '@aws-sdk/client-dynamodb': dynamodb,
      '@aws-sdk/lib-dynamodb': libDynamodb,
      '@aws-sdk/client-mediaconvert': mediaconvert,
      '@aws-sdk/client-s3': s3,
    },
  });

/** What EventBridge says of a new object, as recorded. */
export const uploaded = (
  key = `uploads/${ada}/holiday.mp4`,
  { size = 5_000_000, sequencer = '00661D2C91B1F39C81', bucket = 'the-uploads' } = {},
) => ({
  version: '0',
  id: '2f5a1c5e-6f0e-9a1b-5c2c-3c8d6f0a7b11',
  'detail-type': 'Object Created',
  source: 'aws.s3',
  account: '111122223333',
  time: '2026-11-28T10:00:00Z',
  region: 'us-east-1',
  resources: [`arn:aws:s3:::${bucket}`],
  detail: {
    version: '0',
    bucket: { name: bucket },
    object: { key, size, etag: '4e1aab5c4a3b2e1d0c9f8e7d6c5b4a39', sequencer },
    'request-id': 'N4N7GDK58NMKJ12R',
    requester: '111122223333',
    'source-ip-address': '203.0.113.7',
    reason: 'PutObject',
  },
});

const sequencer = '00661D2C91B1F39C81'.padEnd(32, '0');
const metadata = { owner: ada, video: 'holiday.mp4', sequencer, uploadedAt: '2026-11-28T10:00:00Z' };
const change = (detail: object) => ({
  version: '0',
  id: '9f1b7c6d-1d2e-4f3a-8b4c-5d6e7f8a9b0c',
  'detail-type': 'MediaConvert Job State Change',
  source: 'aws.mediaconvert',
  account: '111122223333',
  time: '2026-11-28T10:03:00Z',
  region: 'us-east-1',
  resources: ['arn:aws:mediaconvert:us-east-1:111122223333:jobs/1764324000000-abc123'],
  detail: {
    timestamp: 1764324180000,
    accountId: '111122223333',
    queue: 'arn:aws:mediaconvert:us-east-1:111122223333:queues/portal',
    jobId: '1764324000000-abc123',
    ...detail,
  },
});
const output = (rendition: string, widthInPx: number, heightInPx: number, bucket: string) => ({
  outputFilePaths: [`s3://${bucket}/videos/0a1b2c/video-${rendition}.mp4`],
  durationInMs: 90_500,
  videoDetails: { widthInPx, heightInPx, averageBitrate: 2_500_000 },
});

/** What MediaConvert says of a job that ended well, as recorded. */
export const completed = ({
  bucket = 'the-media',
  userMetadata = metadata,
}: { bucket?: string; userMetadata?: object } = {}) =>
  change({
    status: 'COMPLETE',
    userMetadata,
    warnings: [],
    outputGroupDetails: [
      { outputDetails: [output('720p', 1280, 720, bucket), output('480p', 854, 480, bucket)], type: 'FILE_GROUP' },
    ],
    paddingInserted: 0,
    blackVideoDetected: 0,
  });
/** The same of one that failed. */
export const failed = () =>
  change({
    status: 'ERROR',
    userMetadata: metadata,
    errorCode: 1030,
    errorMessage: 'Video codec [unknown] is not a supported input video codec',
  });

let serial = 0;
export const record = (body: unknown): SQSRecord => ({
  messageId: `m${(serial += 1)}`,
  receiptHandle: 'r',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: '0',
    SenderId: 'AIDA',
    ApproximateFirstReceiveTimestamp: '0',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:us-east-1:111122223333:events',
  awsRegion: 'us-east-1',
});
export const batch = (...bodies: unknown[]): SQSEvent => ({ Records: bodies.map(record) });

/** A request as the REST proxy passes it on, signed by who holds the credentials of a person. */
export const asked = (
  resource: '/videos' | '/videos/{video}',
  identity: string | null,
  { video, query }: { readonly video?: string; readonly query?: Readonly<Record<string, string>> } = {},
) => ({
  resource,
  path: resource.replace('{video}', video ?? ''),
  httpMethod: 'GET',
  headers: { origin: 'https://page.example.com' },
  multiValueHeaders: {},
  queryStringParameters: query ?? null,
  multiValueQueryStringParameters: null,
  pathParameters: video === undefined ? null : { video },
  stageVariables: null,
  requestContext: {
    requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
    identity: {
      cognitoIdentityId: identity,
      userArn: 'arn:aws:sts::111122223333:assumed-role/people/CognitoIdentityCredentials',
    },
  },
  body: null,
  isBase64Encoded: false,
});

/** Log lines and figures a function wrote. */
export function capture(): { readonly lines: () => Record<string, any>[] } {
  const lines: string[] = [];
  for (const level of ['log', 'info', 'warn', 'error'] as const)
    jest.spyOn(console, level).mockImplementation((...[line]: unknown[]) => void lines.push(String(line)));
  return { lines: () => lines.map((line) => JSON.parse(line) as Record<string, any>) };
}
