import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetSubscriptionAttributesCommand, PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { synthesised, type CfnTemplate } from '../support/architecture';
import { Aws, emulatorEndpoint } from './support/aws';
import { firstOf, kill, randomFaults } from './support/faults';
import { note } from './support/figures';
import { FunctionPool } from './support/function-pool';
import { WireQueue } from './support/queue';
import { Chance } from './support/random';
import { StandIn } from './support/stand-in';
import { Wire } from './support/wire';

const aws = new Aws(emulatorEndpoint());
const chance = new Chance(jest.getSeed());
const whole = synthesised('alert-broadcast')['alert-broadcast'];
/** Without the subscription: its address is the test's own. */
const template: CfnTemplate = {
  ...whole,
  Resources: Object.fromEntries(
    Object.entries(whole.Resources).filter(([, { Type }]) => Type !== 'AWS::SNS::Subscription'),
  ),
};
let wire: Wire;
let stack: StandIn;
let pool: FunctionPool;
let topic: string;
let book: string;
let undelivered: WireQueue;
let subscription: string;
/** The function's address: what is posted there runs it, now and then twice. */
const door = createServer((from, to) => void passed(from, to));

const runOf = (body: string) =>
  pool.invoke({
    version: '2.0',
    rawPath: '/',
    requestContext: { requestId: 'r', http: { method: 'POST' } },
    body,
    isBase64Encoded: false,
  });
let posts = 0;
async function passed(from: IncomingMessage, to: ServerResponse): Promise<void> {
  const body = await new Response(from as never).text();
  const twice = chance.happens(0.1, 'posted twice', (posts += 1));
  const [run] = await Promise.all(twice ? [runOf(body), runOf(body)] : [runOf(body)]);
  to.writeHead(run.error ? 502 : (run.result.statusCode as number)).end();
}

const eventually = async (holds: () => Promise<boolean>, seconds = 120): Promise<boolean> => {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    if (await holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return false;
};
async function inBook(): Promise<string[]> {
  const { Items = [] } = await aws.dynamodb.send(new ScanCommand({ TableName: book, ConsistentRead: true }));
  return Items.map(({ id }) => id.S!);
}

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  stack = await StandIn.make(template, aws, 'news');
  topic = stack.find('AWS::SNS::Topic', /^NewsTopic/).arn;
  book = stack.find('AWS::DynamoDB::GlobalTable', /^ReceiverBook/).name;
  undelivered = await WireQueue.at(aws, stack.find('AWS::SQS::Queue', /^Undelivered/));
  pool = new FunctionPool(stack.function(/^ReceiverFunction/, 'alert-broadcast/receive', { timeoutSeconds: 60 }), wire);
  wire.onKill = (environment) => pool.kill(environment);
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const [, { Properties }] = Object.entries(whole.Resources).find(([, { Type }]) => Type === 'AWS::SNS::Subscription')!;
  const { SubscriptionArn } = await aws.sns.send(
    new SubscribeCommand({
      TopicArn: topic,
      Protocol: 'http',
      Endpoint: `http://127.0.0.1:${(door.address() as AddressInfo).port}/`,
      Attributes: {
        DeliveryPolicy: JSON.stringify(Properties!.DeliveryPolicy),
        RedrivePolicy: JSON.stringify(stack.resolve(Properties!.RedrivePolicy)),
      },
      ReturnSubscriptionArn: true,
    }),
  );
  subscription = SubscriptionArn!;
});
afterEach(() => wire.clear());
afterAll(async () => {
  pool.stop();
  door.closeAllConnections();
  await new Promise((resolve) => door.close(resolve));
  await wire.stop();
  aws.stop();
});

test('news by the hundred under faults: each is written once, and what SNS has not signed never', async () => {
  // The address confirms by itself: a certificate and a confirmation are asked for on the same line.
  const confirmed = await eventually(async () => {
    const question = new GetSubscriptionAttributesCommand({ SubscriptionArn: subscription });
    return (await aws.sns.send(question)).Attributes!.PendingConfirmation === 'false';
  });
  expect(confirmed).toBe(true);

  wire.plan = firstOf(
    (call, nth) => (call.operation === 'PutItem' && chance.happens(0.05, 'kill', call.key, nth) ? kill : undefined),
    randomFaults(chance, { throttled: 10, lostBefore: 5, answerLost: 10 }),
  );
  const news = Array.from({ length: 120 }, (_, i) => i);
  const ids = await Promise.all(
    news.map(
      async (i) => (await aws.sns.send(new PublishCommand({ TopicArn: topic, Message: `news ${i}` }))).MessageId!,
    ),
  );
  const forged = await Promise.all(
    news.filter((i) => i % 12 === 0).map((i) => runOf(JSON.stringify({ ...forgery, MessageId: `forged-${i}` }))),
  );
  await eventually(async () => (await inBook()).length >= ids.length);

  const written = await inBook();
  const times = (id: string) => wire.effects('PutItem', book).filter(({ key }) => key === id).length;
  const figure = {
    what: 'alert-broadcast, news',
    in: ids.length + forged.length,
    once: ids.filter((id) => times(id) === 1).length,
    refused: forged.filter(({ result }) => result?.statusCode === 403).length,
    lost: ids.filter((id) => !written.includes(id)).length,
    doubled: ids.filter((id) => times(id) > 1).length,
  };
  note('7-alert-broadcast', [figure]);
  expect(figure).toEqual({ ...figure, once: ids.length, refused: forged.length, lost: 0, doubled: 0 });
  expect(written.filter((id) => !ids.includes(id))).toEqual([]);
  expect(await undelivered.empty()).toEqual([]);
});

test('a receiver that is away for a moment misses nothing', async () => {
  wire.plan = (_, nth) => (nth <= 3 ? { kind: 'turned away', status: 500, headers: {}, body: '{}' } : undefined);
  const { MessageId } = await aws.sns.send(new PublishCommand({ TopicArn: topic, Message: 'while it was away' }));
  expect(await eventually(async () => (await inBook()).includes(MessageId!))).toBe(true);
});

const forgery = {
  Type: 'Notification',
  TopicArn: 'arn:aws:sns:us-east-1:123456789012:theirs',
  Message: 'All is well',
  Timestamp: '2026-11-28T11:00:00.000Z',
  SignatureVersion: '2',
  Signature: 'c2lnbmVk',
  SigningCertURL: 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-emulator.pem',
};
