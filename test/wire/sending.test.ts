import { SQSClient } from '@aws-sdk/client-sqs';
import { largestMessage } from '../../lambda/shared/message-size';
import { sendBatch } from '../../lambda/shared/send-batch';
import { OrderedQueue } from '../../lib/constructs/messaging/ordered-queue';
import { WorkQueue } from '../../lib/constructs/messaging/work-queue';
import { AlarmTopic } from '../../lib/constructs/operations/alarm-topic';
import { templateOf } from '../support/app';
import { Aws, emulatorEndpoint, region } from './support/aws';
import { answerLost, lostBefore } from './support/faults';
import { WireQueue } from './support/queue';
import { StandIn } from './support/stand-in';
import { Wire } from './support/wire';

const aws = new Aws(emulatorEndpoint());
const noPause = { pause: () => Promise.resolve() };
let wire: Wire;
let sender: SQSClient;
let ordered: WireQueue;
let standard: WireQueue;

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  const template = templateOf((stack) => {
    const alarms = new AlarmTopic(stack, 'Alarms');
    new OrderedQueue(stack, 'Bookings', { alarms, contentBasedDeduplication: true });
    new WorkQueue(stack, 'Jobs', { alarms });
  });
  const stack = await StandIn.make(template.toJSON() as never, aws, 'sending');
  const queue = (id: RegExp) => WireQueue.at(aws, stack.find('AWS::SQS::Queue', id));
  [ordered, standard] = await Promise.all([queue(/^BookingsQueue/), queue(/^JobsQueue/)]);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  sender = new SQSClient({ endpoint: wire.endpoint, useQueueUrlAsEndpoint: false, region, credentials });
});
afterEach(() => wire.clear());
afterAll(async () => {
  sender.destroy();
  await wire.stop();
  aws.stop();
});

describe('sending', () => {
  const bodies = (many: number, mark: string) => Array.from({ length: many }, (_, i) => ({ body: `${mark} ${i}` }));
  const texts = async (queue: WireQueue) => (await queue.empty()).map(({ body }) => body);
  const once = <T>(fault: T) => {
    let left = true;
    return () => (left ? ((left = false), fault) : undefined);
  };

  test('when the answer is lost, a standard queue has the messages twice, an ordered one once', async () => {
    wire.plan = once(answerLost);
    await sendBatch(sender, standard.url, bodies(3, 'standard'), noPause);
    expect(await texts(standard)).toHaveLength(6);

    wire.plan = once(answerLost);
    await sendBatch(
      sender,
      ordered.url,
      bodies(3, 'ordered').map((one) => ({ ...one, groupId: 'g' })),
      noPause,
    );
    const received: string[] = [];
    for (let batch = await ordered.receive(10); batch.length > 0; batch = await ordered.receive(10)) {
      received.push(...batch.map(({ body }) => body));
      await ordered.delete(batch);
    }
    expect(received).toEqual(['ordered 0', 'ordered 1', 'ordered 2']);
  });

  test('to a queue that cannot be reached tells which messages were not taken', async () => {
    const all = bodies(15, 'reached');
    let calls = 0;
    wire.plan = () => ((calls += 1) > 1 ? lostBefore : undefined);
    const unsent = await sendBatch(sender, standard.url, all, { attempts: 2, ...noPause });
    expect(unsent.map(({ item }) => item)).toEqual(all.slice(10));
    wire.plan = () => undefined;
    expect(await texts(standard)).toEqual(all.slice(0, 10).map(({ body }) => body));
  });

  test('a message over the limit is refused before anything is sent; one of exactly the limit arrives', async () => {
    const large = { body: 'x'.repeat(largestMessage) };
    await expect(sendBatch(sender, standard.url, [large, { body: `${large.body}x` }])).rejects.toThrow(
      'message 1 holds 1048577 bytes',
    );
    expect(await texts(standard)).toEqual([]);
    await sendBatch(sender, standard.url, [large], noPause);
    expect((await texts(standard)).map(({ length }) => length)).toEqual([largestMessage]);
  });
});
