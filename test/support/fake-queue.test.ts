import fc from 'fast-check';
import type { SQSRecord } from 'aws-lambda';
import { FakeClock, FakeQueue, poll, type FakeQueueSettings } from './fake-queue';

const queue = (settings: Partial<FakeQueueSettings> = {}) => {
  const clock = new FakeClock();
  const deadLetters = new FakeQueue(clock, { name: 'dead', visibility: 30, retention: 1_209_600 });
  const made = new FakeQueue(clock, {
    name: 'jobs',
    visibility: 30,
    retention: 345_600,
    maxReceiveCount: 3,
    deadLetters,
    ...settings,
  });
  return { clock, deadLetters, queue: made };
};
const bodies = (records: readonly SQSRecord[]) => records.map(({ body }) => body);
const orders = (settings: Partial<FakeQueueSettings> = {}) =>
  queue({ name: 'orders.fifo', fifo: { contentBasedDeduplication: true }, ...settings });

describe('a received message', () => {
  test('is hidden, not gone, and comes back when it is not deleted in time [messaging-queue-visibility]', () => {
    const { queue: jobs, clock } = queue();
    jobs.send('a');
    expect(bodies(jobs.receive(10))).toEqual(['a']);
    expect(jobs.receive(10)).toEqual([]);
    expect(jobs.bodies).toEqual(['a']);
    clock.advance(30);
    const [again] = jobs.receive(10);
    expect(again).toMatchObject({ body: 'a', attributes: { ApproximateReceiveCount: '2' } });
  });

  test('that is deleted too late, by a receipt that has expired, is left to whoever has it now [messaging-queue-visibility]', () => {
    const { queue: jobs, clock } = queue();
    jobs.send('a');
    const [early] = jobs.receive(10);
    clock.advance(31);
    const [late] = jobs.receive(10);
    jobs.delete(early.receiptHandle);
    expect(jobs.bodies).toEqual(['a']);
    jobs.delete(late.receiptHandle);
    jobs.delete(late.receiptHandle);
    expect(jobs.bodies).toEqual([]);
  });

  test('moves aside when it came too often, and keeps its age there [messaging-queue-dead-letter]', () => {
    const { queue: jobs, clock, deadLetters } = queue({ visibility: 3600, retention: 86_400 });
    jobs.send('a');
    for (let receives = 0; receives < 3; receives++) {
      expect(jobs.receive(10)).toHaveLength(1);
      clock.advance(3600);
    }
    expect(jobs.receive(10)).toEqual([]);
    expect([jobs.bodies, deadLetters.bodies]).toEqual([[], ['a']]);
    clock.advance(1_209_600 - 3 * 3600 - 1);
    expect(deadLetters.bodies).toEqual(['a']);
    clock.advance(1);
    expect(deadLetters.bodies).toEqual([]);
  });

  test('would be lost at once among dead letters that live shorter than messages [messaging-queue-dead-letter]', () => {
    const clock = new FakeClock();
    const deadLetters = new FakeQueue(clock, { name: 'dead', visibility: 30, retention: 60 });
    const jobs = new FakeQueue(clock, {
      name: 'jobs',
      visibility: 30,
      retention: 345_600,
      maxReceiveCount: 2,
      deadLetters,
    });
    jobs.send('a');
    for (let receives = 0; receives < 3; receives++) {
      jobs.receive(10);
      clock.advance(30);
    }
    expect([jobs.bodies, deadLetters.bodies]).toEqual([[], []]);
  });

  test('that nobody takes is lost after its retention [messaging-queue-retention]', () => {
    const { queue: jobs, clock } = queue({ retention: 60 });
    jobs.send('a');
    clock.advance(59);
    expect(jobs.bodies).toEqual(['a']);
    clock.advance(1);
    expect(jobs.receive(10)).toEqual([]);
  });

  test('is hidden at first in a queue with a delay [messaging-queue-delay]', () => {
    const { queue: jobs, clock } = queue({ delay: 900 });
    jobs.send('a');
    clock.advance(899);
    expect(jobs.receive(10)).toEqual([]);
    clock.advance(1);
    expect(jobs.receive(10)).toHaveLength(1);
  });
});

describe('a standard queue', () => {
  test('may hand out copies, in any order, and everything at least once [messaging-queue-standard]', async () => {
    let seed = 7;
    const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    const { queue: jobs } = queue({ copies: 2, random });
    const sent = Array.from({ length: 20 }, (_, i) => String(i));
    for (const body of sent) jobs.send(body);
    const seen: string[] = [];
    while (
      await poll(jobs, ({ Records }) => {
        seen.push(...bodies(Records));
        return Promise.resolve({ batchItemFailures: [] });
      })
    );
    expect(seen).toHaveLength(40);
    expect([...new Set(seen)].sort()).toEqual([...sent].sort());
    expect(seen).not.toEqual([...sent, ...sent]);
  });

  test('gives a function that fails, or fails in part, its messages again [serverless-partial-batch]', async () => {
    const { queue: jobs, clock } = queue();
    for (const body of ['a', 'b', 'c']) jobs.send(body);
    await poll(jobs, () => Promise.reject(new Error('out of memory')));
    expect(jobs.bodies).toEqual(['a', 'b', 'c']);
    clock.advance(30);
    await poll(jobs, ({ Records }) =>
      Promise.resolve({ batchItemFailures: [{ itemIdentifier: Records.find(({ body }) => body === 'b')!.messageId }] }),
    );
    expect(jobs.bodies).toEqual(['b']);
  });
});

describe('a FIFO queue', () => {
  test('keeps order within a group and works groups beside each other [messaging-queue-fifo]', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 40 }),
        fc.integer({ min: 1, max: 10 }),
        (groups, max) => {
          const { queue: jobs } = orders();
          groups.forEach((groupId, i) => jobs.send(`${groupId}${i}`, { groupId }));
          const seen: string[] = [];
          for (let records = jobs.receive(max); records.length > 0; records = jobs.receive(max)) {
            seen.push(...bodies(records));
            for (const { receiptHandle } of records) jobs.delete(receiptHandle);
          }
          for (const group of ['x', 'y', 'z']) {
            const sent = groups.flatMap((each, i) => (each === group ? [`${each}${i}`] : []));
            expect(seen.filter((body) => body.startsWith(group))).toEqual(sent);
          }
        },
      ),
    );
  });

  test('holds a group back while one of it is worked, and hands out the others [messaging-queue-fifo]', () => {
    const { queue: jobs, clock } = orders();
    jobs.send('x1', { groupId: 'x' });
    jobs.send('x2', { groupId: 'x' });
    jobs.send('y1', { groupId: 'y' });
    expect(bodies(jobs.receive(1))).toEqual(['x1']);
    expect(bodies(jobs.receive(10))).toEqual(['y1']);
    clock.advance(30);
    expect(bodies(jobs.receive(10))).toEqual(['x1', 'x2', 'y1']);
  });

  test('takes a message once within five minutes, and again after [messaging-queue-fifo]', () => {
    const { queue: jobs, clock } = orders();
    const send = () => jobs.send('pay', { groupId: 'x' });
    send();
    clock.advance(299);
    send();
    expect(jobs.bodies).toEqual(['pay']);
    clock.advance(1);
    send();
    expect(jobs.bodies).toEqual(['pay', 'pay']);
  });

  test('wants a group, and an id unless it compares contents [messaging-queue-fifo]', () => {
    const { queue: jobs } = orders({ fifo: { contentBasedDeduplication: false } });
    expect(() => jobs.send('a')).toThrow('MessageGroupId');
    expect(() => jobs.send('a', { groupId: 'x' })).toThrow('ContentBasedDeduplication');
    jobs.send('a', { groupId: 'x', deduplicationId: '1' });
    jobs.send('a', { groupId: 'x', deduplicationId: '2' });
    expect(jobs.bodies).toEqual(['a', 'a']);
  });
});
