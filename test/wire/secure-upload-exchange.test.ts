import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { read, request, type Answer } from '../support/rest-call';
import { announced } from '../lambda/secure-upload-exchange/start';
import { synthesised } from '../support/architecture';
import { AsyncInvocations } from './support/async-invocations';
import { Aws, emulatorEndpoint } from './support/aws';
import { answerLost, firstOf, kill, randomFaults, silence } from './support/faults';
import { note } from './support/figures';
import { FunctionPool } from './support/function-pool';
import { WireQueue } from './support/queue';
import { Chance } from './support/random';
import { StandIn } from './support/stand-in';
import { Wire } from './support/wire';

const aws = new Aws(emulatorEndpoint());
const chance = new Chance(jest.getSeed());
let wire: Wire;
let bucket: string;
let failures: WireQueue;
let pools: Readonly<Record<'uploads' | 'files' | 'inspect', FunctionPool>>;
let inspecting: AsyncInvocations;

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  const name = 'secure-upload-exchange';
  const stack = await StandIn.make(synthesised(name)[name], aws, 'exchange');
  bucket = stack.find('AWS::S3::Bucket', /^StoreFiles/).name;
  failures = await WireQueue.at(aws, stack.find('AWS::SQS::Queue', /^InspectionFailures/));
  // Seconds of a machine that is busy are short; runs that take too long have tests of their own.
  const pool = (id: RegExp, handler: string) =>
    new FunctionPool(stack.function(id, `secure-upload-exchange/${handler}`, { timeoutSeconds: 60 }), wire);
  pools = {
    uploads: pool(/^TransferUploads/, 'uploads'),
    files: pool(/^TransferOutcomes/, 'files'),
    inspect: pool(/^InspectionInspector/, 'inspect'),
  };
  wire.onKill = (environment) => Object.values(pools).forEach((each) => each.kill(environment));
  const { MaximumRetryAttempts } = stack.find('AWS::Lambda::EventInvokeConfig', /^InspectionArrivals/).properties;
  inspecting = new AsyncInvocations(pools.inspect, {
    maximumRetryAttempts: MaximumRetryAttempts as number,
    onFailure: failures,
  });
});
afterEach(() => wire.clear());
afterAll(async () => {
  for (const pool of Object.values(pools)) pool.stop();
  await wire.stop();
  aws.stop();
});

const document = Buffer.from('%PDF-1.4\nan order');
const program = Buffer.from('MZ, a program');
const nameOf = (i: number) => `k3y1d/${i.toString(16).padStart(32, '0')}/order.pdf`;
const put = (key: string, content: Uint8Array) =>
  aws.s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: content, ContentType: 'application/pdf', IfNoneMatch: '*' }),
  );
/** What S3 tells the inspector of files. */
const news = (...keys: readonly string[]) => {
  const event = announced(...keys);
  for (const record of event.Records) record.s3.bucket.name = bucket;
  return event;
};
/** How often something was written to a key; on the wire a copy is a write too. */
const writes = (key: string): number => wire.effects('PutObject', bucket).filter((call) => call.key === key).length;
const there = (key: string): Promise<boolean> =>
  aws.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key })).then(
    () => true,
    () => false,
  );
const inspect = (...keys: string[]) => pools.inspect.invoke(news(...keys));

test('files by the hundred under faults: each is accepted or refused once, and none that is no document comes through', async () => {
  const files = Array.from({ length: 200 }, (_, i) => ({
    name: nameOf(i + 1),
    good: !chance.happens(0.2, 'bad', i),
  }));
  wire.plan = firstOf(
    // A run dies right after it has copied a file, before it can say so to anybody.
    (call, nth) =>
      call.operation === 'PutObject' && nth === 1 && chance.happens(0.02, 'kill', call.key) ? kill : undefined,
    randomFaults(chance, { throttled: 2, lostBefore: 1, answerLost: 2 }),
  );
  for (let i = 0; i < files.length; i += 50) {
    const wave = files.slice(i, i + 50);
    await Promise.all(wave.map(({ name, good }) => put(`arrivals/${name}`, good ? document : program)));
    for (const { name } of chance.shuffled(wave, 'wave', i)) {
      // S3 tells now and then twice.
      inspecting.accept(news(`arrivals/${name}`));
      if (chance.happens(0.1, 'twice', name)) inspecting.accept(news(`arrivals/${name}`));
    }
    await inspecting.settled();
  }
  // What failed three times lies in the queue, from where a person hands it in again.
  wire.plan = () => undefined;
  for (const { body } of await failures.empty()) inspecting.accept(JSON.parse(body).requestPayload);
  await inspecting.settled();

  const outcomes = await Promise.all(
    files.map(async ({ name, good }) => ({
      good,
      accepted: await there(`accepted/${name}`),
      refused: await there(`refused/${name}.json`),
      reasons: writes(`refused/${name}.json`),
    })),
  );
  const figure = {
    what: 'secure-upload-exchange, files',
    in: files.length,
    once: outcomes.filter(({ good, accepted, refused }) => good && accepted && !refused).length,
    refused: outcomes.filter(({ good, accepted, refused }) => !good && refused && !accepted).length,
    lost: outcomes.filter(({ accepted, refused }) => !accepted && !refused).length,
    doubled: outcomes.filter(({ accepted, refused, reasons }) => (accepted && refused) || reasons > 1).length,
  };
  note('9-secure-upload-exchange', [figure]);
  expect(figure).toEqual({ ...figure, once: files.length - figure.refused, lost: 0, doubled: 0 });
  expect(figure.refused).toBe(files.filter(({ good }) => !good).length);
});

describe('one file', () => {
  test('a run killed after its copy: the next knows it, and copies nothing', async () => {
    const name = nameOf(1001);
    await put(`arrivals/${name}`, document);
    wire.plan = ({ operation }, nth) => (operation === 'PutObject' && nth === 1 ? kill : undefined);
    expect((await inspect(`arrivals/${name}`)).error?.errorType).toBe('Runtime.ExitError');
    wire.plan = () => undefined;
    expect((await inspect(`arrivals/${name}`)).result).toMatchObject([{ state: 'known' }]);
    expect(writes(`accepted/${name}`)).toBe(1);
  });

  test('a lost answer of a refusal costs nothing, and the reason stays the first one', async () => {
    const name = nameOf(1002);
    await put(`arrivals/${name}`, program);
    wire.plan = ({ operation }, nth) => (operation === 'PutObject' && nth === 1 ? answerLost : undefined);
    await inspect(`arrivals/${name}`);
    wire.plan = () => undefined;
    expect(writes(`refused/${name}.json`)).toBe(1);
    expect(await there(`accepted/${name}`)).toBe(false);
  });

  test('a bucket that never answers fails the run in time, and the next is right', async () => {
    const name = nameOf(1003);
    await put(`arrivals/${name}`, document);
    const short = new FunctionPool({ ...pools.inspect.definition, timeoutSeconds: 5 }, wire);
    wire.plan = ({ operation }) => (operation === 'HeadObject' ? silence : undefined);
    expect((await short.invoke(news(`arrivals/${name}`))).error?.errorType).toBe('OutOfTime');
    wire.plan = () => undefined;
    expect((await short.invoke(news(`arrivals/${name}`))).result).toMatchObject([{ state: 'accepted' }]);
    short.stop();
  });
});

describe('a partner', () => {
  const call = async (pool: FunctionPool, event: unknown): Promise<Answer> => read((await pool.invoke(event)).result);

  test('uploads by a link, is told nothing until the file was looked at, and gets it back', async () => {
    const body = { fileName: 'order.pdf', contentType: 'application/pdf', bytes: document.length };
    const { status, body: link } = await call(pools.uploads, request('POST /uploads', { body }));
    expect([status, wire.seen.length]).toEqual([201, 0]);
    const [, , upload, fileName] = link.file.split('/');
    const ask = () => call(pools.files, request('GET /uploads/{upload}/{fileName}', { path: { upload, fileName } }));
    const key = `k3y1d/${upload}/${fileName}`;
    expect(decodeURIComponent(new URL(link.url).pathname)).toContain(`arrivals/${key}`);
    await put(`arrivals/${key}`, document);
    expect((await ask()).status).toBe(404);
    await inspect(`arrivals/${key}`);
    expect((await ask()).body).toMatchObject({ state: 'accepted', method: 'GET' });
    const { Body, ContentDisposition } = await aws.s3.send(
      new GetObjectCommand({ Bucket: bucket, Key: `accepted/${key}` }),
    );
    expect([await Body!.transformToString(), ContentDisposition]).toEqual([document.toString(), 'attachment']);
  });

  test('is told to come back, and nothing else, while the bucket cannot be reached', async () => {
    wire.plan = () => silence;
    const short = new FunctionPool({ ...pools.files.definition, timeoutSeconds: 5 }, wire);
    const path = { upload: 'a'.repeat(32), fileName: 'order.pdf' };
    const { status, body } = await call(short, request('GET /uploads/{upload}/{fileName}', { path }));
    expect(status).toBe(503);
    expect(JSON.stringify(body)).not.toContain(bucket);
    short.stop();
  });
});
