import { randomUUID } from 'node:crypto';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateConfigurationSetCommand,
  CreateConfigurationSetEventDestinationCommand,
  CreateEmailIdentityCommand,
} from '@aws-sdk/client-sesv2';
import { SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { synthesised } from '../support/architecture';
import { account, Aws, emulatorEndpoint, region } from './support/aws';
import { EventSource } from './support/event-source';
import { answerLost, firstOf, kill, lostBefore, randomFaults, throttled } from './support/faults';
import { note, type Figures } from './support/figures';
import { FunctionPool } from './support/function-pool';
import { WireQueue } from './support/queue';
import { Chance } from './support/random';
import { StandIn } from './support/stand-in';
import { Wire } from './support/wire';

const aws = new Aws(emulatorEndpoint());
const chance = new Chance(jest.getSeed());
const receiptsIn = 150;
const readers = 60;

/** One purpose: its queue, its function, and what Lambda does between the two. */
interface Way {
  readonly set: string;
  readonly queue: WireQueue;
  readonly dead: WireQueue;
  readonly pool: FunctionPool;
  readonly source: EventSource;
}
let wire: Wire;
let stack: StandIn;
let subscribers: string;
let receipts: Way;
let letters: Way;
let issues: WireQueue;
let publish: { pool: FunctionPool; source: EventSource };
let told: WireQueue;
let hear: FunctionPool;
let door: FunctionPool;

async function way(part: string, worker: RegExp): Promise<Way> {
  const { name: set } = stack.find('AWS::SES::ConfigurationSet', new RegExp(`^${part}`));
  const queue = await WireQueue.at(aws, stack.find('AWS::SQS::Queue', new RegExp(`^${part}MailsQueue`)));
  const dead = await WireQueue.at(aws, stack.find('AWS::SQS::Queue', new RegExp(`^${part}MailsDeadLetters`)));
  const pool = new FunctionPool(stack.function(worker, 'newsletter-and-receipts/send', { timeoutSeconds: 60 }), wire);
  const source = new EventSource(
    queue,
    { batchSize: 10, partialFailures: true, concurrency: 2 },
    (event) => pool.invoke(event),
    {
      delivered: (records) => {
        const order = chance.shuffled(records, records[0].body);
        return chance.happens(0.1, 'to two', records[0].body) ? [order, order] : [order];
      },
    },
  );
  await aws.ses.send(new CreateConfigurationSetCommand({ ConfigurationSetName: set }));
  await aws.ses.send(
    new CreateConfigurationSetEventDestinationCommand({
      ConfigurationSetName: set,
      EventDestinationName: 'events',
      EventDestination: {
        Enabled: true,
        MatchingEventTypes: ['SEND', 'DELIVERY', 'BOUNCE', 'COMPLAINT'],
        SnsDestination: { TopicArn: stack.find('AWS::SNS::Topic', /^FeedbackEvents/).arn },
      },
    }),
  );
  return { set, queue, dead, pool, source };
}

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  stack = await StandIn.make(synthesised('newsletter-and-receipts')['newsletter-and-receipts'], aws, 'mail');
  subscribers = stack.find('AWS::DynamoDB::GlobalTable', /^ListsSubscribers/).name;
  await aws.ses.send(new CreateEmailIdentityCommand({ EmailIdentity: 'newsletter.example' }));
  receipts = await way('Receipts', /^SendReceipts/);
  letters = await way('Newsletters', /^SendNewsletters/);
  issues = await WireQueue.at(aws, stack.find('AWS::SQS::Queue', /^PublishIssuesQueue/));
  const pool = new FunctionPool(stack.function(/^PublishWorker/, 'newsletter-and-receipts/publish'), wire);
  publish = {
    pool,
    source: new EventSource(issues, { batchSize: 1, partialFailures: true, concurrency: 1 }, (event) =>
      pool.invoke(event),
    ),
  };
  hear = new FunctionPool(stack.function(/^FeedbackWorker/, 'newsletter-and-receipts/hear'), wire);
  door = new FunctionPool(stack.function(/^SubscriptionsDoor/, 'newsletter-and-receipts/subscriptions'), wire);
  told = await listener();
  wire.onKill = (environment) => [receipts.pool, letters.pool].forEach((each) => each.kill(environment));
});
afterEach(() => wire.clear());
afterAll(async () => {
  for (const pool of [receipts.pool, letters.pool, publish.pool, hear, door]) pool.stop();
  await wire.stop();
  aws.stop();
});

/** A queue in the place of the function's subscription, from which the test hands it what SES tells. */
async function listener(): Promise<WireQueue> {
  const QueueName = `mail-told-${randomUUID()}`;
  const arn = `arn:aws:sqs:${region}:${account}:${QueueName}`;
  const { arn: TopicArn } = stack.find('AWS::SNS::Topic', /^FeedbackEvents/);
  const { QueueUrl } = await aws.sqs.send(new CreateQueueCommand({ QueueName }));
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: arn,
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await aws.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  await aws.sns.send(
    new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: arn, Attributes: { RawMessageDelivery: 'true' } }),
  );
  return WireQueue.at(aws, { name: QueueName, arn });
}

/** Hands on what SES told; a run that fails is tried again, as Lambda does. Some is told twice. */
async function listen(): Promise<void> {
  for (let heard = await told.empty(); heard.length > 0; heard = await told.empty()) {
    for (const { body, messageId } of heard) {
      const event = { Records: [{ EventSource: 'aws:sns', Sns: { Message: body } }] };
      const times = chance.happens(0.1, 'told twice', messageId) ? 2 : 1;
      for (let done = 0, tries = 0; done < times && tries < 10; tries++) if (!(await hear.invoke(event)).error) done++;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Works until nothing comes back; what SES tells arrives long before a hidden message does. */
async function workAll(): Promise<void> {
  for (let rounds = 0, more = true; more && rounds < 60; rounds++) {
    await publish.source.drain();
    await Promise.all([receipts, letters].map(({ source }) => source.drain()));
    await listen();
    const shown = await Promise.all([publish, receipts, letters].map(({ source }) => source.hiddenTimeEnds()));
    for (const pool of [receipts.pool, letters.pool]) pool.clock += 120_000;
    more = shown.includes(true);
  }
}

const receipt = (n: number) => ({
  template: 'receipt',
  id: `order-${n}`,
  to: `customer${n}@example.com`,
  order: String(n),
  total: '12.50 EUR',
});
/** How often SES took each mail of a set. */
function taken({ set }: Way): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { key } of wire.effects('SendEmail', set)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
const reasonOf = ({ pool }: Way, { messageId }: SQSRecord) =>
  pool.log.findLast((line) => line.messageId === messageId) as { message: string; reason: string } | undefined;

/** Sends back what is among the dead letters for no fault of its own, as a person would; keeps the others. */
async function sentBack(of: Way, refused: SQSRecord[]): Promise<number> {
  let count = 0;
  for (const letter of await of.dead.empty()) {
    if (reasonOf(of, letter)?.message === 'message refused') refused.push(letter);
    else await of.queue.send(letter.body).then(() => (count += 1));
  }
  return count;
}

const faulty = () =>
  firstOf(
    // A worker dies right after SES took a mail, before it could write that down.
    (call, nth) =>
      call.operation === 'SendEmail' && nth === 1 && chance.happens(0.03, 'kill', call.key) ? kill : undefined,
    (call, nth) => {
      if (call.operation !== 'SendEmail' || nth > 4) return undefined;
      const draw = chance.of('mail', call.key, nth);
      if (draw < 0.08) return throttled(call);
      if (draw < 0.11) return lostBefore;
      return draw < 0.15 ? answerLost : undefined;
    },
    randomFaults(chance, { throttled: 2, lostBefore: 1, answerLost: 2 }),
  );

test('receipts under faults: each is sent once, though SES knows no second request from a first, and each that cannot be is kept with its reason [messaging-email-send]', async () => {
  wire.plan = faulty();
  const good = Array.from({ length: receiptsIn }, (_, n) => receipt(n));
  const bad = [
    '{"half',
    JSON.stringify({ ...receipt(1000), to: 'a@example.com\r\nBcc: b@example.com' }),
    JSON.stringify({
      template: 'newsletter',
      id: 'x',
      to: 'a@example.com',
      subject: 's',
      text: 't',
      token: 'a'.repeat(16),
    }),
  ];
  for (const mail of good) {
    await receipts.queue.send(JSON.stringify(mail));
    // An order that is told twice.
    if (chance.happens(0.1, 'ordered twice', mail.id)) await receipts.queue.send(JSON.stringify(mail));
  }
  for (const body of bad) await receipts.queue.send(body);
  await workAll();
  const refused: SQSRecord[] = [];
  for (let tries = 0; (await sentBack(receipts, refused)) > 0 && tries < 4; tries++) {
    wire.plan = () => undefined;
    await workAll();
  }

  const counts = taken(receipts);
  const figures: Figures = {
    what: 'newsletter-and-receipts, receipts',
    in: good.length + bad.length,
    once: good.filter(({ id }) => counts.get(id) === 1).length,
    refused: refused.length,
    lost: good.filter(({ id }) => !counts.has(id)).length + bad.length - refused.length,
    doubled: good.filter(({ id }) => (counts.get(id) ?? 0) > 1).length,
  };
  note('4-receipts', [figures]);
  expect(figures).toEqual({ ...figures, once: good.length, refused: bad.length, lost: 0, doubled: 0 });
});

test('an issue that is published twice under faults reaches each reader once, and none that left, bounced or complained [messaging-email-suppression]', async () => {
  const standings = ['listed', 'listed', 'listed', 'listed', 'left', 'pending'] as const;
  const list = Array.from({ length: readers }, (_, n) => {
    const standing = standings[n % standings.length];
    const email =
      n % 20 === 2
        ? `bounce+${n}@simulator.amazonses.com`
        : n % 20 === 3
          ? 'complaint@simulator.amazonses.com'
          : `reader${n}@example.com`;
    return { email, standing, token: randomUUID() };
  }).filter(({ email }, n, all) => all.findIndex((one) => one.email === email) === n);
  for (const { email, standing, token } of list)
    await aws.dynamodb.send(
      new PutItemCommand({
        TableName: subscribers,
        Item: {
          email: { S: email },
          standing: { S: standing },
          token: { S: token },
          ...(standing === 'listed' && { listed: { S: 'all' } }),
        },
      }),
    );
  wire.plan = faulty();
  const issue = (id: string) => JSON.stringify({ id, subject: 'News', text: 'Much happened.' });
  for (const id of ['may', 'may']) await issues.send(issue(id));
  await workAll();
  wire.plan = () => undefined;
  await workAll();

  const counts = taken(letters);
  const wanted = list.filter(({ standing }) => standing === 'listed');
  note('5-letters', [
    {
      what: 'newsletter-and-receipts, an issue to its readers',
      in: wanted.length,
      once: [...counts.values()].filter((n) => n === 1).length,
      refused: 0,
      lost: wanted.length - counts.size,
      doubled: [...counts.values()].filter((n) => n > 1).length,
    },
  ]);
  expect([...counts.values()]).toEqual(wanted.map(() => 1));

  wire.clear();
  await issues.send(issue('june'));
  await workAll();
  const struck = wanted.filter(({ email }) => email.endsWith('simulator.amazonses.com'));
  expect(struck.length).toBeGreaterThan(2);
  expect(taken(letters).size).toBe(wanted.length - struck.length);
});

test('who asks, confirms and leaves by the door is listed and is no more, though calls are lost', async () => {
  wire.plan = randomFaults(chance, { throttled: 10, lostBefore: 5, answerLost: 5 }, 2);
  const call = async (method: string, rawPath: string, more: object = {}) => {
    const event = { rawPath, requestContext: { http: { method } }, isBase64Encoded: false, ...more };
    for (;;) {
      const { result } = await door.invoke(event);
      if (result.statusCode !== 503) return result.statusCode as number;
    }
  };
  const standing = async () => {
    const key = { TableName: subscribers, Key: { email: { S: 'new@example.com' } }, ConsistentRead: true };
    return (await aws.dynamodb.send(new GetItemCommand(key))).Item;
  };
  expect(await call('POST', '/subscribe', { body: '{"email":"New@example.com"}' })).toBe(202);
  const token = (await standing())!.token.S!;
  expect((await standing())!.standing.S).toBe('pending');
  expect(await call('GET', '/confirm', { queryStringParameters: { token } })).toBe(200);
  expect((await standing())!.standing.S).toBe('pending');
  expect(await call('POST', '/confirm', { queryStringParameters: { token } })).toBe(200);
  expect((await standing())!.listed.S).toBe('all');
  expect(await call('POST', '/unsubscribe', { queryStringParameters: { token } })).toBe(200);
  expect(await standing()).toEqual({ email: { S: 'new@example.com' }, standing: { S: 'left' }, token: { S: token } });
});
