import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { synthesised } from '../support/architecture';
import { picture, seen } from '../support/pictures';
import { announced } from '../lambda/file-intake/start';
import { AsyncInvocations } from './support/async-invocations';
import { Aws, emulatorEndpoint } from './support/aws';
import { answerLost, firstOf, kill, lostBefore, randomFaults, silence, throttled } from './support/faults';
import { note } from './support/figures';
import { FunctionPool } from './support/function-pool';
import { WireQueue } from './support/queue';
import { Chance } from './support/random';
import { StandIn } from './support/stand-in';
import { Wire } from './support/wire';

const widths = [320, 1280] as const;
const hour = 3_600_000;

const aws = new Aws(emulatorEndpoint());
const chance = new Chance(jest.getSeed());
let wire: Wire;
let bucket: string;
let failures: WireQueue;
let pools: Readonly<Record<'resizer' | 'sweep' | 'desk' | 'cameras', FunctionPool>>;
let resizing: AsyncInvocations;
/** What a sweep that ran out of time left to the next. */
const further: unknown[] = [];
/** Two pictures that differ, small but wider than the smaller result. */
let red: Buffer;
let blue: Buffer;

beforeAll(async () => {
  red = await picture('image/png', 400, 20);
  blue = await picture('image/png', 400, 20, [0x2222ccff, 0xcc2222ff]);
  wire = await Wire.start(emulatorEndpoint());
  const stack = await StandIn.make(synthesised('file-intake', { variant: ['cameras'] })['file-intake'], aws, 'intake');
  bucket = stack.find('AWS::S3::Bucket', /^Files/).name;
  failures = await WireQueue.at(aws, stack.find('AWS::SQS::Queue', /^Failures/));
  // Seconds of a machine that is busy are short; runs that take too long have tests of their own.
  const pool = (id: RegExp, handler: string) =>
    new FunctionPool(stack.function(id, `file-intake/${handler}`, { timeoutSeconds: 60 }), wire);
  pools = {
    resizer: pool(/^ResizerFunction/, 'resize'),
    sweep: pool(/^SweepFunction/, 'sweep'),
    desk: pool(/^DeskFunction/, 'desk'),
    cameras: pool(/^CamerasFunction/, 'take-picture'),
  };
  wire.onKill = (environment) => Object.values(pools).forEach((each) => each.kill(environment));
  const { MaximumRetryAttempts } = stack.find('AWS::Lambda::EventInvokeConfig', /^Resizer/).properties;
  resizing = new AsyncInvocations(pools.resizer, {
    maximumRetryAttempts: MaximumRetryAttempts as number,
    onFailure: failures,
  });
  wire.onInvoke = (callee, event) => {
    if (callee === pools.resizer.definition.arn) resizing.accept(event);
    else further.push(event);
  };
  wire.onCall = (_, event) => pools.resizer.invoke(event);
});
afterEach(() => wire.clear());
afterAll(async () => {
  for (const pool of Object.values(pools)) pool.stop();
  await wire.stop();
  aws.stop();
});

const put = async (key: string, content: Uint8Array): Promise<string> => {
  const { ETag } = await aws.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content }));
  return ETag!;
};
/** What S3 tells the resizer of files. */
const news = (...keys: readonly string[]) => {
  const event = announced(...keys);
  for (const record of event.Records) record.s3.bucket.name = bucket;
  return event;
};
const resultOf = (key: string, width: number) => key.replace('incoming/', `resized/${width}/`);
const madeOf = async (key: string): Promise<string | undefined> => {
  const found = await aws.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key })).catch(() => undefined);
  return found?.Metadata?.['made-of'];
};
/** How often an object was written by a function. */
const writes = (key: string): number => wire.effects('PutObject', bucket).filter((call) => call.key === key).length;
/** A sweep, and those that go on where it stopped. */
async function sweepThrough(due: unknown): Promise<number> {
  let missed = 0;
  for (let event: unknown = due; event !== undefined; event = further.shift()) {
    missed += (await pools.sweep.invoke(event)).result?.missed ?? 0;
  }
  await resizing.settled();
  return missed;
}
const sweepDue = (from = Date.now()) => ({
  scheduledTime: new Date(from + 2 * hour).toISOString().replace(/\.\d+/, ''),
});

test('files by the hundred under faults: each is resized once, each that cannot be lies in the failure queue with its reason', async () => {
  const folders = ['', 'trips/São João/', 'a b/'];
  const files = Array.from({ length: 100 }, (_, i) => {
    const poison = chance.happens(0.05, 'poison', i);
    return {
      key: `incoming/${chance.pick(folders, 'folder', i)}day ${i}.png`,
      content: poison ? Buffer.from(`no picture, number ${i}`) : chance.happens(0.5, 'colour', i) ? red : blue,
      poison,
    };
  });
  wire.plan = firstOf(
    // A run dies right after it has written a result, before it can say so to anybody.
    (call, nth) =>
      call.operation === 'PutObject' && nth === 1 && chance.happens(0.01, 'kill', call.key) ? kill : undefined,
    randomFaults(chance, { throttled: 2, lostBefore: 1, answerLost: 2 }),
  );
  for (let i = 0; i < files.length; i += 25) {
    const wave = files.slice(i, i + 25);
    await Promise.all(wave.map(({ key, content }) => put(key, content)));
    for (const { key } of chance.shuffled(wave, 'wave', i)) {
      // S3 loses nothing, tells now and then twice, and what it tells is lost behind it in one of twenty.
      if (chance.happens(0.05, 'missed', key)) continue;
      resizing.accept(news(key));
      if (chance.happens(0.1, 'twice', key)) resizing.accept(news(key));
    }
    await resizing.settled();
  }
  // Hourly, and under faults too; what fails for no fault of its own is found by the next.
  for (let sweeps = 0; sweeps < 3; sweeps++) {
    await sweepThrough(sweepDue());
  }

  const letters = (await failures.empty()).map(({ body }) => JSON.parse(body));
  const keyOf = ({ requestPayload: event }: any): string =>
    event.key ?? decodeURIComponent(event.Records[0].s3.object.key.replaceAll('+', ' '));
  const refused = new Set(letters.filter(({ responsePayload }) => responsePayload.errorType === 'Refused').map(keyOf));
  const counts = files.map(({ key }) => widths.map((width) => writes(resultOf(key, width))));
  const good = files.flatMap(({ poison }, i) => (poison ? [] : [counts[i]]));
  const figure = {
    what: 'file-intake, pictures',
    in: files.length,
    once: good.filter((each) => each.every((count) => count === 1)).length,
    refused: files.filter(({ key, poison }) => poison && refused.has(key)).length,
    lost:
      good.filter((each) => each.includes(0)).length +
      files.filter(({ key, poison }) => poison && !refused.has(key)).length,
    doubled: counts.filter((each) => each.some((count) => count > 1)).length,
  };
  note('5-file-intake', [figure]);
  expect(figure).toEqual({ ...figure, once: figure.in - figure.refused, lost: 0, doubled: 0 });
  expect([...refused].sort()).toEqual(
    files
      .filter(({ poison }) => poison)
      .map(({ key }) => key)
      .sort(),
  );
  const sample = chance.pick(
    files.filter(({ poison }) => !poison),
    'sample',
  );
  const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket: bucket, Key: resultOf(sample.key, 320) }));
  expect(await seen(await Body!.transformToByteArray())).toMatchObject({ width: 320, height: 16 });
});

describe('one picture', () => {
  const resize = async (...keys: string[]) => pools.resizer.invoke(news(...keys));

  test('a run killed after its first result: the next writes the other, and none twice', async () => {
    const key = 'incoming/killed.png';
    await put(key, red);
    wire.plan = ({ operation }, nth) => (operation === 'PutObject' && nth === 1 ? kill : undefined);
    expect((await resize(key)).error?.errorType).toBe('Runtime.ExitError');
    wire.plan = () => undefined;
    expect((await resize(key)).result).toMatchObject([{ state: 'resized' }]);
    expect(widths.map((width) => writes(resultOf(key, width)))).toEqual([1, 1]);
  });

  test('a lost answer of a write costs nothing, and nothing is written twice', async () => {
    const key = 'incoming/lost.png';
    await put(key, red);
    wire.plan = ({ operation }, nth) => (operation === 'PutObject' && nth === 1 ? answerLost : undefined);
    expect((await resize(key)).result).toMatchObject([{ state: 'resized' }]);
    expect(widths.map((width) => writes(resultOf(key, width)))).toEqual([1, 1]);
  });

  test('two runs at the same moment, of which one waits before it writes: each result is written once', async () => {
    const key = 'incoming/two.png';
    await put(key, red);
    let go!: () => void;
    const until = new Promise<void>((resolve) => (go = resolve));
    wire.plan = (call, nth) =>
      call.operation === 'GetObject' && call.key === key && nth === 1 ? { kind: 'held', until } : undefined;
    const first = resize(key);
    const second = await resize(key);
    go();
    expect([await first, second].map(({ result }) => result[0].state)).toEqual(['resized', 'resized']);
    expect(widths.map((width) => writes(resultOf(key, width)))).toEqual([1, 1]);
  });

  test('a run that holds an older content ends with the results of the newer', async () => {
    const key = 'incoming/newer.png';
    await put(key, red);
    let go!: () => void;
    const until = new Promise<void>((resolve) => (go = resolve));
    // It has read the older, and waits before it writes.
    wire.plan = (call, nth) => (call.operation === 'PutObject' && nth === 1 ? { kind: 'held', until } : undefined);
    const slow = resize(key);
    while (!wire.seen.some((call) => call.operation === 'GetObject' && call.key === key))
      await new Promise((resolve) => setTimeout(resolve, 5));
    const newer = await put(key, blue);
    go();
    expect((await slow).result).toMatchObject([{ state: 'resized' }]);
    await resize(key);
    expect(await Promise.all(widths.map((width) => madeOf(resultOf(key, width))))).toEqual([newer, newer]);
  });

  test('a bucket that never answers fails the run in time, and the next is right', async () => {
    const key = 'incoming/silent.png';
    await put(key, red);
    const short = new FunctionPool({ ...pools.resizer.definition, timeoutSeconds: 5 }, wire);
    wire.plan = ({ operation }) => (operation === 'HeadObject' ? silence : undefined);
    expect((await short.invoke(news(key))).error?.errorType).toBe('OutOfTime');
    wire.plan = () => undefined;
    expect((await short.invoke(news(key))).result).toMatchObject([{ state: 'resized' }]);
    short.stop();
  });

  test.each([
    ['cannot be reached', () => lostBefore],
    ['has no capacity left', throttled],
  ])(
    'while the bucket %s nothing is written, and three attempts leave the announcement in the failure queue',
    async (_, fault) => {
      const key = 'incoming/down.png';
      await put(key, await picture('image/png', 401, 20));
      wire.plan = (call) => fault(call);
      resizing.accept(news(key));
      await resizing.settled();
      expect(wire.effects('PutObject')).toEqual([]);
      wire.plan = () => undefined;
      const [letter] = await failures.empty();
      expect(JSON.parse(letter.body)).toMatchObject({
        requestContext: { approximateInvokeCount: 3 },
        requestPayload: news(key),
      });
    },
  );
});

describe('the sweep', () => {
  test('whose run dies is run again for the same time, and what it had asked for twice is done once', async () => {
    const keys = ['incoming/swept/a.png', 'incoming/swept/b.png'];
    for (const key of keys) await put(key, red);
    wire.plan = ({ operation }, nth) => (operation === 'Invoke' && nth === 1 ? kill : undefined);
    const due = sweepDue();
    expect((await pools.sweep.invoke(due)).error?.errorType).toBe('Runtime.ExitError');
    wire.plan = () => undefined;
    expect(await sweepThrough(due)).toBeGreaterThan(0);
    for (const key of keys) expect(widths.map((width) => writes(resultOf(key, width)))).toEqual([1, 1]);
    expect(await sweepThrough(due)).toBe(0);
  });
});

describe('the desk', () => {
  const ask = async (method: string, file: string) => {
    const event = {
      version: '2.0',
      rawPath: '/',
      queryStringParameters: { file },
      requestContext: { requestId: 'r-1', http: { method } },
    };
    const { result } = await pools.desk.invoke(event);
    return { status: result.statusCode, body: JSON.parse(result.body) };
  };

  test('has a file resized while the caller waits, though Lambda turns it away twice before', async () => {
    const file = 'incoming/desk.png';
    await put(file, red);
    wire.plan = (call, nth) => (call.operation === 'Invoke' && nth <= 2 ? throttled(call) : undefined);
    expect(await ask('POST', file)).toMatchObject({ status: 200, body: { state: 'resized' } });
    expect(widths.map((width) => writes(resultOf(file, width)))).toEqual([1, 1]);
  });

  test('tells why a file cannot be resized, and does not run the resizer again', async () => {
    const file = 'incoming/desk.txt.png';
    await put(file, Buffer.from('no picture'));
    expect(await ask('POST', file)).toMatchObject({ status: 422 });
    expect(wire.seen.filter(({ operation }) => operation === 'Invoke')).toHaveLength(1);
    expect(await ask('GET', file)).toMatchObject({ status: 200, body: { state: 'refused' } });
  });

  test('does not send a call again whose answer was lost: the resizer may be running', async () => {
    const file = 'incoming/desk-lost.png';
    await put(file, red);
    wire.plan = ({ operation }, nth) => (operation === 'Invoke' && nth === 1 ? answerLost : undefined);
    expect(await ask('POST', file)).toMatchObject({ status: 503 });
    expect(wire.seen.filter(({ operation }) => operation === 'Invoke')).toHaveLength(1);
    expect(await ask('GET', file)).toMatchObject({ status: 200, body: { state: 'resized' } });
  });
});

test('cameras: a message that comes twice, whose answer was lost, or whose run died puts one file', async () => {
  const message = (name: string) => ({ device: 'gate-7', name, picture: red.toString('base64') });
  const key = (name: string) => `incoming/devices/gate-7/${name}.png`;
  wire.plan = ({ operation, key: at }, nth) => {
    if (operation !== 'PutObject' || nth > 1) return undefined;
    return at.includes('lost') ? answerLost : at.includes('killed') ? kill : undefined;
  };
  for (const name of ['twice', 'lost', 'killed']) {
    await pools.cameras.invoke(message(name));
    expect((await pools.cameras.invoke(message(name))).result).toEqual({ key: key(name), written: false });
    expect(writes(key(name))).toBe(1);
  }
  expect((await pools.cameras.invoke({ ...message('poison'), picture: 'bm8=' })).error?.errorType).toBe('Refused');
});
