import { createSign, generateKeyPairSync } from 'node:crypto';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { signedText } from '../../../lambda/shared/topic-message';

const { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand, ProvisionedThroughputExceededException } =
  dynamodb;
const topicArn = 'arn:aws:sns:eu-west-1:111122223333:news';
const certificateUrl = 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem';
const subscribeUrl = `https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=t`;
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const client = mockClient(DynamoDBClient);
const written = () => client.commandCalls(PutItemCommand).map(({ args }) => args[0].input);

/** What was asked of SNS, and what it answers. */
const asked: string[] = [];
let answerOfSns: () => Response;
const ask = jest.spyOn(globalThis, 'fetch').mockImplementation(async (url) => {
  asked.push(typeof url === 'string' ? url : url instanceof URL ? url.href : url.url);
  return answerOfSns();
});
afterAll(() => ask.mockRestore());

const context = { awsRequestId: 'r', functionName: 'receive', getRemainingTimeInMillis: () => 10_000 } as Context;
let receive: (event: unknown, run: Context) => Promise<any>;
beforeEach(() => {
  Object.assign(process.env, {
    NEWS_TOPIC_ARN: topicArn,
    BOOK_TABLE: 'the-book',
    AWS_REGION: 'eu-west-1',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
  delete process.env.AWS_ENDPOINT_URL;
  client.reset();
  client.on(PutItemCommand).resolves({});
  asked.splice(0);
  answerOfSns = () => new Response(publicKey.export({ type: 'spki', format: 'pem' }).toString());
  jest.isolateModules(() => {
    jest.doMock('@aws-sdk/client-dynamodb', () => dynamodb);
    receive = (require('../../../lambda/alert-broadcast/receive') as { handler: typeof receive }).handler;
  });
});

function posted(more: Record<string, string> = {}): string {
  const message = {
    Type: 'Notification',
    MessageId: '165545c9-2a5c-472c-8df2-7ff2be2b3b1b',
    TopicArn: topicArn,
    Message: 'Disk is full',
    Timestamp: '2026-11-28T11:00:00.000Z',
    SignatureVersion: '2',
    SigningCertURL: certificateUrl,
    ...more,
  };
  return JSON.stringify({
    ...message,
    Signature: createSign('RSA-SHA256').update(signedText(message)).sign(privateKey, 'base64'),
  });
}
/** A request at the function's address as SNS makes it; recorded, with the body put in. */
const request = (body: string, method = 'POST', isBase64Encoded = false) => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: '/',
  rawQueryString: '',
  headers: {
    'content-type': 'text/plain; charset=UTF-8',
    'user-agent': 'Amazon Simple Notification Service Agent',
    'x-amz-sns-message-type': 'Notification',
    'x-amz-sns-topic-arn': topicArn,
  },
  requestContext: {
    accountId: 'anonymous',
    http: { method, path: '/', protocol: 'HTTP/1.1', sourceIp: '54.240.197.1', userAgent: 'Amazon' },
    requestId: 'b2b6b0a5',
    routeKey: '$default',
    stage: '$default',
  },
  body,
  isBase64Encoded,
});
const take = (body: string, ...more: [method?: string, isBase64Encoded?: boolean]) =>
  receive(request(body, ...more), context);
const detail = ({ body }: { body: string }) => (JSON.parse(body) as { detail: string }).detail;

test('confirms the subscription of its own topic, where SNS says [messaging-topic-subscribers]', async () => {
  const answer = await take(posted({ Type: 'SubscriptionConfirmation', Token: 't', SubscribeURL: subscribeUrl }));
  expect([answer.statusCode, JSON.parse(answer.body as string)]).toEqual([200, { subscription: 'confirmed' }]);
  expect(asked).toEqual([certificateUrl, subscribeUrl]);
  expect(written()).toEqual([]);
});

test('writes news down under the id SNS gave it, for ninety days, and only where it is not there yet', async () => {
  const before = Math.floor(Date.now() / 1000);
  expect((await take(posted({ Subject: 'ALARM' }))).statusCode).toBe(200);
  const [{ TableName, Item, ConditionExpression }, ...others] = written();
  expect(others).toEqual([]);
  expect([TableName, ConditionExpression]).toEqual(['the-book', 'attribute_not_exists(id)']);
  expect(Item).toEqual({
    id: { S: '165545c9-2a5c-472c-8df2-7ff2be2b3b1b' },
    at: { S: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) },
    subject: { S: 'ALARM' },
    text: { S: 'Disk is full' },
    expires: { N: expect.any(String) },
  });
  const kept = Number(Item!.expires.N) - before;
  expect(Math.round(kept / 86_400)).toBe(90);
});

test('news that comes again is taken and changes nothing', async () => {
  client.on(PutItemCommand).rejects(new ConditionalCheckFailedException({ message: 'there', $metadata: {} }));
  expect((await take(posted())).statusCode).toBe(200);
});

test('a certificate is asked for once', async () => {
  await take(posted());
  await take(posted({ MessageId: 'another' }));
  expect(asked).toEqual([certificateUrl]);
});

test('a body in base 64 is the same', async () => {
  expect((await take(Buffer.from(posted()).toString('base64'), 'POST', true)).statusCode).toBe(200);
});

test.each([
  ['is none of a topic', 'hello', 'This message is not taken: it is no message of a topic.'],
  [
    'is of another topic',
    posted({ TopicArn: `${topicArn}-of-somebody` }),
    `This message is not taken: it is of ${topicArn}-of-somebody, and this address listens to ${topicArn}.`,
  ],
  [
    'was changed after it was signed',
    posted().replace('full', 'fine'),
    'This message is not taken: its signature does not fit its text.',
  ],
])('a message that %s is refused for good, with the reason [messaging-topic-subscribers]', async (_, body, reason) => {
  const answer = await take(body);
  expect([answer.statusCode, detail(answer)]).toEqual([403, reason]);
  expect(written()).toEqual([]);
});

test('what only passes is answered so that SNS tries again', async () => {
  client.on(PutItemCommand).rejects(new ProvisionedThroughputExceededException({ message: 'busy', $metadata: {} }));
  expect((await take(posted())).statusCode).toBe(503);
  answerOfSns = () => new Response('', { status: 503 });
  const elsewhere = posted({ SigningCertURL: certificateUrl.replace('1.pem', '2.pem') });
  expect((await take(elsewhere)).statusCode).toBe(500);
});

test('is only posted to', async () => {
  const answer = await take('', 'GET');
  expect([answer.statusCode, detail(answer)]).toEqual([405, 'News is posted here, by SNS.']);
});

test('asks what stands in for SNS where there is one, as the SDK does', async () => {
  process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:5000';
  await take(posted());
  expect(asked).toEqual(['http://127.0.0.1:5000/SimpleNotificationService-1.pem']);
});

test('does not start without its variables, and names them', () => {
  delete process.env.NEWS_TOPIC_ARN;
  process.env.BOOK_TABLE = '';
  expect(() => jest.isolateModules(() => require('../../../lambda/alert-broadcast/receive'))).toThrow(
    'environment variables missing: NEWS_TOPIC_ARN, BOOK_TABLE',
  );
});
