import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as eventbridge from '@aws-sdk/client-eventbridge';
import * as s3 from '@aws-sdk/client-s3';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import type { SQSBatchResponse } from 'aws-lambda';
import type { BusEvent } from '../../../lib/constructs/messaging/bus-pattern';
import { freshHandler } from '../../support/fresh-handler';

const environment: Record<string, string> = {
  EVENT_BUS: 'the-hub',
  UPLOAD_BUCKET: 'the-photos',
  UPLOADS_TABLE: 'uploads',
  FEED_TABLE: 'feed',
  USAGE_TABLE: 'usage',
  DAY_ZONE: 'Europe/Berlin',
  POWERTOOLS_SERVICE_NAME: 'event-hub',
};

export type HandlerName = 'intake' | 'retry' | 'tell' | 'count' | 'close';
type Item = Record<string, unknown>;

/** The keys of each table, of which its items have a name. */
const keys: Readonly<Record<string, readonly string[]>> = {
  uploads: ['key', 'version'],
  feed: ['feed', 'at'],
  usage: ['day', 'entry'],
};

/** Everything the three services see: a bucket, their tables, and what they put on the bus. */
export class World {
  readonly descriptions = new Map<string, string>();
  readonly tables: Record<string, Map<string, Item>> = {};
  /** What was put on the bus, in order. */
  readonly said: BusEvent[] = [];
  readonly database = mockClient(dynamodb.DynamoDBClient);
  readonly events = mockClient(eventbridge.EventBridgeClient);
  private readonly storage = mockClient(s3.S3Client);

  constructor() {
    this.reset();
  }

  reset(): void {
    this.descriptions.clear();
    this.said.length = 0;
    for (const table of Object.keys(keys)) this.tables[table] = new Map();
    this.database.reset();
    this.events.reset();
    this.storage.reset();
    this.storage.on(s3.GetObjectCommand).callsFake(({ Key }: { Key: string }) => {
      const text = this.descriptions.get(Key);
      if (text === undefined)
        throw Object.assign(new Error('The specified key does not exist.'), { name: 'NoSuchKey' });
      return { Body: { transformToString: () => Promise.resolve(text) } };
    });
    this.events.on(eventbridge.PutEventsCommand).callsFake(({ Entries }: { Entries: Record<string, string>[] }) => {
      this.said.push(
        ...Entries.map(({ Source, DetailType, Detail }) => ({
          source: Source,
          'detail-type': DetailType,
          detail: JSON.parse(Detail) as object,
        })),
      );
      return { Entries: Entries.map(() => ({ EventId: 'one' })) };
    });
    for (const [table, named] of Object.entries(keys)) this.serve(table, named);
  }

  /** Items of a table, as they are. */
  items = (table: string): Item[] => [...this.tables[table].values()];

  private serve(TableName: string, named: readonly string[]): void {
    const nameOf = (item: Item) => named.map((key) => String(item[key])).join(' | ');
    this.database.on(dynamodb.PutItemCommand, { TableName }).callsFake((input: dynamodb.PutItemCommandInput) => {
      const item = unmarshall(input.Item!);
      const old = this.tables[TableName].get(nameOf(item));
      if (old && !allows(input, old))
        throw new dynamodb.ConditionalCheckFailedException({
          message: 'The conditional request failed',
          $metadata: {},
        });
      this.tables[TableName].set(nameOf(item), item);
      return {};
    });
    this.database.on(dynamodb.GetItemCommand, { TableName }).callsFake(({ Key }: dynamodb.GetItemCommandInput) => {
      const found = this.tables[TableName].get(nameOf(unmarshall(Key!)));
      return found ? { Item: marshall(found) } : {};
    });
    this.database.on(dynamodb.QueryCommand, { TableName }).callsFake((input: dynamodb.QueryCommandInput) => {
      const { ':day': day, ':upload': upload } = unmarshall(input.ExpressionAttributeValues!);
      const found = this.items(TableName).filter((item) => item.day === day && String(item.entry).startsWith(upload));
      const start = input.ExclusiveStartKey ? Number(input.ExclusiveStartKey.page.N) : 0;
      const more = found.length > start + 2;
      return {
        Items: found.slice(start, start + 2).map((item) => marshall(item)),
        ...(more && { LastEvaluatedKey: { page: { N: String(start + 2) } } }),
      };
    });
  }
}

/** The two conditions that handlers make. */
function allows({ ConditionExpression, ExpressionAttributeValues }: dynamodb.PutItemCommandInput, old: Item): boolean {
  if (ConditionExpression === undefined) return true;
  if (ConditionExpression === 'attribute_not_exists(closedAt)') return old.closedAt === undefined;
  if (ConditionExpression === 'attribute_not_exists(attempt) OR attempt <= :attempt')
    return Number(old.attempt) <= Number(ExpressionAttributeValues![':attempt'].N);
  throw new Error(`this table does not know the condition ${ConditionExpression}`);
}

/** A new environment of a function; the SDK's classes are the test's. */
export const start = (name: HandlerName): ((event: unknown) => Promise<SQSBatchResponse | void>) =>
  freshHandler(`event-hub/${name}`, {
    environment,
    modules: {
      '@aws-sdk/client-s3': s3,
      '@aws-sdk/client-dynamodb': dynamodb,
      '@aws-sdk/client-eventbridge': eventbridge,
    },
  });

/** What S3 tells the default bus of a new photo; recorded, with names of ours. */
export const photo = (
  name: string,
  { version = 'v1', bytes = 4_000_000, at = '2026-11-28T09:00:00Z', bucket = 'the-photos' } = {},
) => ({
  version: '0',
  id: '2d4eba74-fd51-3966-4bfa-b013c9da8ff1',
  'detail-type': 'Object Created',
  source: 'aws.s3',
  account: '111122223333',
  time: at,
  region: 'eu-west-1',
  resources: [`arn:aws:s3:::${bucket}`],
  detail: {
    version: '0',
    bucket: { name: bucket },
    object: {
      key: `uploads/${name}`,
      size: bytes,
      etag: 'd41d8cd98f00b204e9800998ecf8427e',
      'version-id': version,
      sequencer: '00617F08299329D189',
    },
    'request-id': 'N4N7GDK58NMKJ12R',
    requester: '111122223333',
    'source-ip-address': '203.0.113.7',
    reason: 'PutObject',
  },
});

let serial = 0;
/** An event as a queue hands it on. */
export const queued = (...events: unknown[]) => ({
  Records: events.map((event) => ({
    messageId: `message-${(serial += 1)}`,
    receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
    body: typeof event === 'string' ? event : JSON.stringify(event),
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '1795336200000',
      SenderId: 'AIDAIENQZJOLO23YVJ4VO',
      ApproximateFirstReceiveTimestamp: '1795336200100',
    },
    messageAttributes: {},
    md5OfBody: '7b270e59b47ff90a553787216d55d91d',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:111122223333:retries',
    awsRegion: 'eu-west-1',
  })),
});

/** An event of ours as the bus hands it on. */
export const told = (
  source: string,
  type: string,
  data: object,
  { id = 'one', attempt = 1, version = 1 } = {},
): BusEvent => ({
  source,
  'detail-type': type,
  detail: { id, version, attempt, data },
});
