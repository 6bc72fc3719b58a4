import type {
  DynamoDBStreamEvent,
  EventBridgeEvent,
  KinesisStreamEvent,
  S3Event,
  SNSEvent,
  SQSEvent,
} from 'aws-lambda';

/*
 * Whole events of the services that tell what happened, in the shape their documentation gives, each about something that a handler of
 * this repository hears of. The types see to it that no field is missing that always comes.
 */

/** A picture among the incoming files of `file-intake`. */
export const s3Event: S3Event = {
  Records: [
    {
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: 'eu-west-1',
      eventTime: '2026-11-28T10:15:30.000Z',
      eventName: 'ObjectCreated:Put',
      userIdentity: { principalId: 'AWS:AIDAEXAMPLE' },
      requestParameters: { sourceIPAddress: '203.0.113.7' },
      responseElements: {
        'x-amz-request-id': 'C3D13FE58DE4C810',
        'x-amz-id-2': 'FMyUVURIY8/IgAtTv8xRjskZQpcIZ9KG4V5Wp6S7S/JRWeUWerMUE5JgHvANOjpD',
      },
      s3: {
        s3SchemaVersion: '1.0',
        configurationId: 'incoming',
        bucket: {
          name: 'the-files',
          ownerIdentity: { principalId: 'A3NL1KOZZKExample' },
          arn: 'arn:aws:s3:::the-files',
        },
        object: {
          key: 'incoming/day+1/cat.jpg',
          size: 1024,
          eTag: 'd41d8cd98f00b204e9800998ecf8427e',
          versionId: '096fKKXTRTtl3on89fVO.nfljtsv6qko',
          sequencer: '0055AED6DCD90281E5',
        },
      },
    },
  ],
};

const message = (messageId: string, body: string): SQSEvent['Records'][number] => ({
  messageId,
  receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
  body,
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: '1795860930000',
    SenderId: 'AIDAEXAMPLE',
    ApproximateFirstReceiveTimestamp: '1795860930001',
  },
  messageAttributes: {},
  md5OfBody: '5d41402abc4b2a76b9719d911017c592',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:eu-west-1:111122223333:orders',
  awsRegion: 'eu-west-1',
});

/** Two messages of a queue, of which the second is none that can be worked. */
export const sqsEvent: SQSEvent = { Records: [message('m-1', '{"order":"o-1"}'), message('m-2', 'no order')] };

/** What SES tells by a topic: it took a mail of `newsletter-and-receipts`. */
export const snsEvent: SNSEvent = {
  Records: [
    {
      EventVersion: '1.0',
      EventSubscriptionArn: 'arn:aws:sns:eu-west-1:111122223333:outcomes:21be56ed-a058-49f5-8c98-aedd2564c486',
      EventSource: 'aws:sns',
      Sns: {
        SignatureVersion: '1',
        Timestamp: '2026-11-28T10:15:30.000Z',
        Signature: 'tcc6faL2yUC6dgZdmrwh1Y4cGa/ebXEkAi6RibDsvpi+tE/1+82j',
        SigningCertUrl: 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-ac565b8b1a6c5d00.pem',
        MessageId: '95df01b4-ee98-5cb9-9903-4c221d41eb5e',
        Message: JSON.stringify({
          eventType: 'Send',
          mail: {
            timestamp: '2026-11-28T10:15:29.000Z',
            source: 'shop@example.com',
            sendingAccountId: '111122223333',
            messageId: '0102019ac1-mail',
            destination: ['ann@example.com'],
            tags: { mail: ['order-7'], 'ses:operation': ['SendEmail'] },
          },
          send: {},
        }),
        MessageAttributes: {},
        Type: 'Notification',
        UnsubscribeUrl: 'https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=outcomes',
        TopicArn: 'arn:aws:sns:eu-west-1:111122223333:outcomes',
        Subject: 'Amazon SES Email Event Notification',
      },
    },
  ],
};

const click = { id: 'click-0001', visitor: 'v1', page: '/shop', at: '2026-11-28T10:15:30.000Z' };

/** A click in the stream of `clickstream-analytics`. */
export const kinesisEvent: KinesisStreamEvent = {
  Records: [
    {
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: 'v1',
        sequenceNumber: '49590338271490256608559692538361571095921575989136588898',
        data: Buffer.from(JSON.stringify(click)).toString('base64'),
        approximateArrivalTimestamp: 1_795_860_930.5,
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: 'shardId-000000000006:49590338271490256608559692538361571095921575989136588898',
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: 'arn:aws:iam::111122223333:role/minutes',
      awsRegion: 'eu-west-1',
      eventSourceARN: 'arn:aws:kinesis:eu-west-1:111122223333:stream/clicks',
    },
  ],
};

/** A task that was written into the table of `full-stack-web-app`. */
export const tableEvent: DynamoDBStreamEvent = {
  Records: [
    {
      eventID: 'c4ca4238a0b923820dcc509a6f75849b',
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'eu-west-1',
      dynamodb: {
        ApproximateCreationDateTime: 1_795_860_930,
        Keys: { owner: { S: 'ada' }, taskId: { S: 'task-0001' } },
        NewImage: {
          owner: { S: 'ada' },
          taskId: { S: 'task-0001' },
          text: { S: 'milk' },
          done: { BOOL: false },
          version: { N: '1' },
          updatedAt: { S: '2026-11-28T10:15:30.000Z' },
        },
        SequenceNumber: '4421584500000000017450439091',
        SizeBytes: 96,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
      eventSourceARN: 'arn:aws:dynamodb:eu-west-1:111122223333:table/tasks/stream/2026-11-28T00:00:00.000',
    },
  ],
};

/** What the clock of `event-hub` puts on its bus. */
export const busEvent: EventBridgeEvent<'announcement.due', object> = {
  version: '0',
  id: '17793124-05d4-b198-2fde-7ededc63b103',
  'detail-type': 'announcement.due',
  source: 'photos.clock',
  account: '111122223333',
  time: '2026-11-28T10:15:30Z',
  region: 'eu-west-1',
  resources: [],
  detail: {
    id: 'sunday',
    version: 1,
    attempt: 1,
    data: { text: 'Closed on Sunday', at: '2026-11-28T10:15:30Z' },
  },
};

/** What a schedule sends, which has no frame of its own: the input of its target, with the time it was due put in. */
export const scheduleEvent = { scheduledTime: '2026-11-28T10:15:00Z' };

/** What a rule of IoT hands on, which has no frame of its own either: what its SQL selects of the message. */
export const deviceEvent = (picture: string) => ({ name: '2026-11-28_101530', picture, device: 'gate-7' });
