import type { SQSEvent, SQSRecord } from 'aws-lambda';

/** A batch as SQS hands it over from a standard queue; recorded, with the name of the queue and the bodies put in. */
export const batchOf = (queue: string, bodies: readonly string[]): SQSEvent => ({
  Records: bodies.map((body, index): SQSRecord => ({
    messageId: `m-${index}`,
    receiptHandle: 'AQEB',
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '1790000000000',
      SenderId: 'AROAEXAMPLE:BackplaneAssumeRoleSession',
      ApproximateFirstReceiveTimestamp: '1790000000001',
    },
    messageAttributes: {},
    md5OfBody: 'a',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:eu-west-1:111122223333:${queue}`,
    awsRegion: 'eu-west-1',
  })),
});
