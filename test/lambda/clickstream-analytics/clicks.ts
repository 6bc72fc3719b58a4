import type { KinesisStreamRecord } from 'aws-lambda';
import type { Click } from '../../../lambda/clickstream-analytics/click';

/** What the handlers are told in tests, before they are loaded. */
Object.assign(process.env, {
  CLICK_STREAM: 'clicks',
  MINUTES_TABLE: 'minutes',
  BOARD_TABLE: 'board',
  HOURS_TABLE: 'hours',
  AWS_REGION: 'eu-west-1',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  POWERTOOLS_METRICS_DISABLED: 'true',
});

export const aClick = (overrides: Partial<Click> = {}): Click => ({
  id: 'click-0001',
  visitor: 'v1',
  page: '/shop',
  at: '2026-11-28T10:15:30.000Z',
  ...overrides,
});

let serial = 0;

/** A record as Lambda hands it on; recorded from a stream, with the data of its own. */
export function recordOf(data: unknown, partitionKey = 'v1'): KinesisStreamRecord {
  serial += 1;
  const sequenceNumber = `4967${String(serial).padStart(52, '0')}`;
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey,
      sequenceNumber,
      data: Buffer.from(text).toString('base64'),
      approximateArrivalTimestamp: 1_764_324_930.5,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `shardId-000000000000:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::111122223333:role/counter',
    awsRegion: 'eu-west-1',
    eventSourceARN: 'arn:aws:kinesis:eu-west-1:111122223333:stream/clicks',
  };
}

export const context = {
  awsRequestId: 'run',
  functionName: 'counter',
  functionVersion: '1',
  getRemainingTimeInMillis: () => 30_000,
} as never;
