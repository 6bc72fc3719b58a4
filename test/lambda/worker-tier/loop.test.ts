import type { Logger } from '@aws-lambda-powertools/logger';
import { Refused } from '../../../lambda/shared/batch';
import { workLoop, type LoopSettings } from '../../../lambda/worker-tier/loop';
import type { Received, WorkSource } from '../../../lambda/worker-tier/source';
import { pause } from '../../../lambda/worker-tier/time';
import { FakeQueue, type FakeClock, type FakeQueueSettings } from '../../support/fake-queue';

/** The clock of jest, in seconds; it passes only when told to. */
const clock = {
  get now() {
    return Date.now() / 1000;
  },
} as FakeClock;

/** A queue as SQS shows it to a worker: it waits up to twenty seconds for a first message. */
class FakeSource implements WorkSource {
  /** What each call asked for. */
  readonly asked: number[] = [];
  /** Receipts that the next deletes leave where they are. */
  stubborn = new Map<string, number>();
  /** What goes wrong with the next calls of hide. */
  deaf = 0;

  constructor(readonly queue: FakeQueue) {}

  async receive(max: number, signal: AbortSignal): Promise<Received[]> {
    this.asked.push(max);
    for (let waited = 0; waited <= 20 && !signal.aborted; waited++) {
      const records = this.queue.receive(max);
      if (records.length > 0)
        return records.map(({ messageId, receiptHandle, body, attributes }) => ({
          id: messageId,
          receipt: receiptHandle,
          body,
          receives: Number(attributes.ApproximateReceiveCount),
          attributes: {},
        }));
      if (waited < 20) await pause(1000, signal);
    }
    return [];
  }

  hide(messages: readonly Received[], seconds: number): Promise<void> {
    if (this.deaf > 0) {
      this.deaf -= 1;
      return Promise.reject(new Error('the network is gone'));
    }
    for (const { receipt } of messages) this.queue.hide(receipt, seconds);
    return Promise.resolve();
  }

  remove(messages: readonly Received[]): Promise<Received[]> {
    return Promise.resolve(
      messages.filter(({ receipt, body }) => {
        const left = this.stubborn.get(body) ?? 0;
        if (left > 0) this.stubborn.set(body, left - 1);
        else this.queue.delete(receipt);
        return left > 0;
      }),
    );
  }
}

const settings: LoopSettings = { concurrency: 4, visibilitySeconds: 60, longestSeconds: 300, drainSeconds: 120 };
const hour = 3600;

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** A worker at a queue. @param minutes how long each body is worked, none by default; below 0 it fails, at once */
function tier(options: { settings?: Partial<LoopSettings>; queue?: Partial<FakeQueueSettings> } = {}) {
  const given = { name: 'dead', visibility: 60, retention: 14 * 24 * hour };
  const dead = new FakeQueue(clock, given);
  const jobs = new FakeQueue(clock, {
    name: 'jobs',
    visibility: 60,
    retention: 4 * 24 * hour,
    maxReceiveCount: 3,
    deadLetters: dead,
    ...options.queue,
  });
  const source = new FakeSource(jobs);
  const lines: { level: string; message: string; reason?: string; failures?: number }[] = [];
  const note = (level: string) => (message: string, more: object) => void lines.push({ level, message, ...more });
  const notes = { info: note('info'), warn: note('warn'), error: note('error') } as unknown as Logger;
  const spared: boolean[] = [];
  const host = { protect: (busy: boolean) => Promise.resolve(void spared.push(busy)) };
  const worked: string[] = [];
  const stop = new AbortController();
  let work = async (message: Received, _signal: AbortSignal): Promise<unknown> =>
    Promise.resolve(worked.push(message.body));
  const start = () =>
    workLoop(
      {
        source,
        host,
        notes,
        settings: { ...settings, ...options.settings },
        work: (message, signal) => work(message, signal),
      },
      stop.signal,
    );
  return {
    jobs,
    dead,
    source,
    lines,
    spared,
    worked,
    stop,
    start,
    host,
    does: (what: typeof work) => (work = what),
    seconds: (many: number) => jest.advanceTimersByTimeAsync(1000 * many),
  };
}

describe('a worker', () => {
  test('polls long, works what comes side by side, and deletes what is done [messaging-worker-loop, compute-asg-queue]', async () => {
    const { jobs, source, worked, stop, start, seconds } = tier();
    const ended = start();
    await seconds(60);
    // Three polls of twenty seconds, not sixty of one.
    expect(source.asked).toEqual([4, 4, 4, 4]);
    for (const body of ['a', 'b', 'c', 'd', 'e']) jobs.send(body);
    await seconds(30);
    expect(worked).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(jobs.bodies).toEqual([]);
    stop.abort();
    await ended;
  });

  test('asks for more time as long as it works, so that nobody gets the message meanwhile [messaging-worker-loop, messaging-queue-visibility, compute-asg-queue]', async () => {
    const { jobs, worked, start, seconds, does } = tier();
    does(async ({ body }) => {
      await pause(250_000);
      worked.push(body);
    });
    jobs.send('long');
    void start();
    let seen = 0;
    for (let passed = 0; passed < 240; passed += 10) {
      await seconds(10);
      seen += jobs.visible;
    }
    expect([seen, worked]).toEqual([0, []]);
    await seconds(20);
    expect([worked, jobs.bodies]).toEqual([['long'], []]);
  });

  test('that dies leaves its message, which comes back when its time of hiding ends [messaging-worker-loop]', async () => {
    const { jobs, source, worked, start, seconds } = tier();
    jobs.send('left behind');
    await source.receive(4, new AbortController().signal);
    void start();
    await seconds(59);
    expect(worked).toEqual([]);
    await seconds(5);
    expect([worked, jobs.bodies]).toEqual([['left behind'], []]);
  });

  test('tries what failed again after a while that grows, and the queue moves aside what fails three times [messaging-worker-loop]', async () => {
    const { jobs, dead, lines, start, seconds, does } = tier();
    const times: number[] = [];
    does(() => {
      times.push(clock.now);
      return Promise.reject(new Error('the disk is full'));
    });
    jobs.send('unlucky');
    void start();
    await seconds(300);
    expect(times.slice(1).map((time, i) => Math.round(time - times[i]))).toEqual([10, 20]);
    expect([jobs.bodies, dead.bodies]).toEqual([[], ['unlucky']]);
    expect(lines.filter(({ message }) => message === 'message failed')).toHaveLength(3);
    expect(lines[0]).toMatchObject({ level: 'error', reason: 'the disk is full', receiveCount: 1 });
  });

  test('hands poison back at once, so that it is aside in moments, and works the rest meanwhile [messaging-worker-loop]', async () => {
    const { jobs, dead, worked, lines, start, seconds, does } = tier();
    does(({ body }) => {
      if (body === 'poison') throw new Refused('not a job');
      return Promise.resolve(worked.push(body));
    });
    for (const body of ['poison', 'a', 'b']) jobs.send(body);
    void start();
    await seconds(3);
    expect([worked, dead.bodies, jobs.bodies]).toEqual([['a', 'b'], ['poison'], []]);
    expect(lines.map(({ message, reason }) => [message, reason])).toEqual(
      Array.from({ length: 3 }, () => ['message refused', 'not a job']),
    );
  });

  test('gives a message up that takes too long: it fails, and others go on [messaging-worker-loop]', async () => {
    const { jobs, lines, start, seconds, does } = tier({ settings: { longestSeconds: 30 } });
    does((_, signal) => new Promise((resolve) => signal.addEventListener('abort', resolve)));
    jobs.send('endless');
    void start();
    await seconds(31);
    expect(lines).toEqual([expect.objectContaining({ message: 'message failed', reason: 'not done in 30 seconds' })]);
    expect(jobs.bodies).toEqual(['endless']);
  });

  test('works a message that comes twice twice, which jobs must bear, and deletes both [messaging-worker-loop]', async () => {
    const { jobs, worked, start, seconds } = tier({ queue: { copies: 2 } });
    jobs.send('twin');
    void start();
    await seconds(1);
    expect([worked, jobs.bodies]).toEqual([['twin', 'twin'], []]);
  });

  test('deletes again what the queue did not delete, and that only [messaging-worker-loop]', async () => {
    const { jobs, source, worked, start, seconds } = tier();
    source.stubborn.set('b', 2);
    for (const body of ['a', 'b', 'c']) jobs.send(body);
    void start();
    await seconds(2);
    expect([worked, jobs.bodies]).toEqual([['a', 'b', 'c'], []]);
  });

  test('says so when the queue will not delete at all; the message comes again [messaging-worker-loop]', async () => {
    const { jobs, source, lines, start, seconds } = tier();
    source.stubborn.set('b', 3);
    jobs.send('b');
    void start();
    await seconds(5);
    expect(lines).toEqual([expect.objectContaining({ message: expect.stringContaining('done but not deleted') })]);
    await seconds(60);
    expect(jobs.bodies).toEqual([]);
  });

  test('bears a queue that cannot be asked: it waits longer each time, and works when it is back', async () => {
    const { jobs, source, worked, lines, start, seconds } = tier();
    const receive = source.receive.bind(source);
    let broken = 4;
    source.receive = (...args) => {
      broken -= 1;
      return broken >= 0 ? Promise.reject(new Error('no route')) : receive(...args);
    };
    jobs.send('patient');
    void start();
    await seconds(14);
    expect(worked).toEqual([]);
    expect(lines.map(({ failures }) => failures)).toEqual([1, 2, 3, 4]);
    await seconds(2);
    expect(worked).toEqual(['patient']);
  });

  test('works on when it gets no more time and when it is not spared; both are told', async () => {
    const { jobs, source, worked, lines, host, start, seconds, does } = tier();
    source.deaf = 1;
    host.protect = () => Promise.reject(new Error('throttled'));
    does(async ({ body }) => {
      await pause(30_000);
      worked.push(body);
    });
    jobs.send('a');
    void start();
    await seconds(31);
    expect([worked, jobs.bodies]).toEqual([['a'], []]);
    expect(lines.map(({ message }) => message)).toEqual([
      'the group does not spare the machine',
      'no more time for messages in work; others may get them too',
    ]);
  });
});

describe('whether the group may take it', () => {
  test('no as long as it works, yes when it finds nothing to do [messaging-worker-tier]', async () => {
    const { jobs, spared, start, seconds, does } = tier();
    does(() => pause(45_000));
    void start();
    await seconds(20);
    expect(spared).toEqual([false]);
    jobs.send('a');
    await seconds(40);
    expect(spared).toEqual([false, true]);
    await seconds(26);
    expect(spared).toEqual([false, true, false]);
  });
});

describe('told to go', () => {
  test('takes no more, finishes what it has, and ends [messaging-worker-loop]', async () => {
    const { jobs, worked, stop, start, seconds, does } = tier();
    does(async ({ body }) => {
      await pause(100_000);
      worked.push(body);
    });
    jobs.send('begun');
    const ended = start();
    await seconds(5);
    stop.abort();
    jobs.send('for others');
    await seconds(99);
    await ended;
    expect([worked, jobs.bodies, jobs.visible]).toEqual([['begun'], ['for others'], 1]);
  });

  test('hands back what is not done in the time it has, for another worker to take at once [messaging-worker-loop]', async () => {
    const { jobs, lines, stop, start, seconds, does } = tier();
    let told = false;
    does(async (_, signal) => {
      await pause(1_000_000, signal);
      told = signal.aborted;
    });
    jobs.send('too long');
    const ended = start();
    await seconds(5);
    stop.abort();
    await seconds(119);
    expect(jobs.visible).toBe(0);
    await seconds(2);
    await ended;
    expect([told, jobs.visible]).toEqual([true, 1]);
    expect(lines).toEqual([
      expect.objectContaining({ message: 'message handed back', reason: 'the machine goes before this was done' }),
    ]);
  });

  test('ends at once when it waits for messages', async () => {
    const { stop, start, seconds } = tier();
    const ended = start();
    await seconds(5);
    stop.abort();
    await ended;
  });
});
