import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import type { Context } from 'aws-lambda';
import { picture } from '../../support/pictures';
import { Output } from '../../support/output';
import { FakeFiles } from './fake-files';
import { context, environmentOf, start } from './start';

const scheduledTime = '2026-11-21T12:00:00Z';
/** So many minutes before the time the run is for. */
const ago = (minutes: number): Date => new Date(Date.parse(scheduledTime) - minutes * 60_000);

const files = new FakeFiles();
const lambda = mockClient(LambdaClient);
const output = new Output();
let sweep: ReturnType<typeof start>;
let resize: ReturnType<typeof start>;
let cat: Buffer;
beforeAll(async () => {
  [sweep, resize] = [start('sweep'), start('resize')];
  cat = await picture('image/png', 20, 10);
});
beforeEach(() => {
  files.reset();
  lambda.reset();
  lambda.on(InvokeCommand).resolves({ StatusCode: 202 });
  output.listen();
});
/** Whom the sweep told what, in turn. */
const told = () =>
  lambda
    .commandCalls(InvokeCommand)
    .map(({ args: [{ input }] }) => [
      input.FunctionName === environmentOf.RESIZER ? 'resizer' : input.FunctionName,
      input.InvocationType,
      JSON.parse(Buffer.from(input.Payload as Uint8Array).toString()),
    ]);
const asked = () => told().map(([, , event]) => event.key);

describe('the sweep', () => {
  test('has resized what has neither results nor a reason, without waiting [serverless-cron]', async () => {
    files.put('incoming/missed.png', cat, { put: ago(120) });
    files.put('incoming/done.png', cat, { put: ago(120) });
    files.put('incoming/broken.png', Buffer.from('no picture'), { put: ago(120) });
    await resize({ key: 'incoming/done.png' });
    await resize({ key: 'incoming/broken.png' }).catch(() => undefined);
    expect(await sweep({ scheduledTime })).toEqual({ looked: 3, missed: 1 });
    expect(told()).toEqual([['resizer', 'Event', { key: 'incoming/missed.png' }]]);
    expect(output.metrics).toMatchObject({ FilesMissed: 1 });
  });

  test('finds a result that was lost, and one of an earlier content', async () => {
    for (const name of ['lost', 'old']) {
      files.put(`incoming/${name}.png`, cat, { put: ago(120) });
      await resize({ key: `incoming/${name}.png` });
    }
    files.objects.delete('resized/8/lost.png');
    files.put('incoming/old.png', await picture('image/png', 30, 10), { put: ago(120) });
    await sweep({ scheduledTime });
    expect(asked()).toEqual(['incoming/lost.png', 'incoming/old.png']);
  });

  test('leaves alone what Lambda may still be working, and what earlier sweeps looked at; by the time it is for, not by the clock [serverless-cron]', async () => {
    files.put('incoming/1-new.png', cat, { put: ago(89) });
    files.put('incoming/2-settled.png', cat, { put: ago(91) });
    files.put('incoming/3-in-reach.png', cat, { put: ago(269) });
    files.put('incoming/4-old.png', cat, { put: ago(271) });
    files.put('incoming/folder/', new Uint8Array(), { put: ago(120) });
    expect(await sweep({ scheduledTime })).toEqual({ looked: 2, missed: 2 });
    expect(asked()).toEqual(['incoming/2-settled.png', 'incoming/3-in-reach.png']);
  });

  test('the same time again asks for the same files, which changes nothing once they are resized [serverless-cron, serverless-idempotency]', async () => {
    files.put('incoming/missed.png', cat, { put: ago(120) });
    await sweep({ scheduledTime });
    await sweep({ scheduledTime });
    expect(asked()).toEqual(['incoming/missed.png', 'incoming/missed.png']);
    for (const key of asked()) await resize({ key });
    expect(files.writes).toEqual(['resized/8/missed.png', 'resized/16/missed.png']);
    expect(await sweep({ scheduledTime })).toMatchObject({ missed: 0 });
  });

  test('goes through lists of any length, page by page', async () => {
    for (let i = 0; i < 7; i++) files.put(`incoming/${i}.png`, cat, { put: ago(120) });
    files.pageSize = 3;
    expect(await sweep({ scheduledTime })).toEqual({ looked: 7, missed: 7 });
    expect(new Set(asked()).size).toBe(7);
  });
});

describe('a sweep that runs out of time', () => {
  /** A run whose time goes by with every call of S3. */
  const running = (seconds: number, each: number): Context => {
    let left = seconds * 1000;
    files.before = () => void (left -= each);
    return { ...context, invokedFunctionArn: 'the-sweep', getRemainingTimeInMillis: () => left };
  };

  test('has another run go on behind the last file it looked at [serverless-time-left-guard]', async () => {
    for (let i = 0; i < 9; i++) files.put(`incoming/${i}.png`, cat, { put: ago(120) });
    // A list, and four looks for each file.
    const first = await sweep({ scheduledTime }, running(20, 1000));
    expect(first.looked).toBeGreaterThan(0);
    expect(first.looked).toBeLessThan(9);
    const after = `incoming/${first.looked - 1}.png`;
    expect(told().at(-1)).toEqual(['the-sweep', 'Event', { scheduledTime, after }]);
  });

  test('runs one after another come to the end, each file looked at once, whatever the time of each [serverless-time-left-guard]', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 8, max: 60 }), fc.integer({ min: 1, max: 12 }), async (seconds, count) => {
        files.reset();
        lambda.resetHistory();
        for (let i = 0; i < count; i++) files.put(`incoming/${i + 10}.png`, cat, { put: ago(120) });
        const events: object[] = [{ scheduledTime }];
        for (const event of events) {
          const before = told().length;
          await sweep(event, running(seconds, 1000));
          events.push(
            ...told()
              .slice(before)
              .flatMap(([callee, , next]) => (callee === 'the-sweep' ? [next] : [])),
          );
        }
        expect(asked().filter(Boolean)).toEqual(files.below('incoming/'));
      }),
      { numRuns: 20 },
    );
  });

  test('fails when there is no time for a single file, so that somebody is told', async () => {
    files.put('incoming/a.png', cat, { put: ago(120) });
    await expect(sweep({ scheduledTime }, running(1, 0))).rejects.toThrow('the run is too short for one file');
  });
});

test.each([[{}], [{ scheduledTime: 'yesterday' }], [{ scheduledTime, after: '' }], [null]])(
  'fails for %j, which is no time a run is for [serverless-untrusted-input]',
  async (event) => {
    await expect(sweep(event)).rejects.toThrow();
    expect([files.client.calls(), told()]).toEqual([[], []]);
    expect(output.logs).toContainEqual(expect.objectContaining({ level: 'ERROR', message: 'not swept' }));
  },
);

test('a resizer that Lambda does not take events for fails the run, and the next asks again', async () => {
  files.put('incoming/a.png', cat, { put: ago(120) });
  lambda.on(InvokeCommand).resolvesOnce({ StatusCode: 500 }).resolves({ StatusCode: 202 });
  await expect(sweep({ scheduledTime })).rejects.toThrow('Lambda answered 500');
  expect(await sweep({ scheduledTime })).toMatchObject({ missed: 1 });
});
