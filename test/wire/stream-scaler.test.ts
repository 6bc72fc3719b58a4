import { resolve } from 'node:path';
import { CreateStreamCommand, DescribeStreamSummaryCommand, DeleteStreamCommand } from '@aws-sdk/client-kinesis';
import { HandlerBundle } from '../../lib/constructs/serverless/handler-bundle';
import { account, Aws, emulatorEndpoint, region } from './support/aws';
import { answerLost, lostBefore, throttled } from './support/faults';
import { FunctionPool } from './support/function-pool';
import { Wire } from './support/wire';

const StreamName = 'wire-scaled-clicks';
const aws = new Aws(emulatorEndpoint());
let wire: Wire;
let pool: FunctionPool;

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  const name = 'scaler';
  pool = new FunctionPool(
    {
      name,
      arn: `arn:aws:lambda:${region}:${account}:function:${name}`,
      bundle: new HandlerBundle(resolve('lambda', 'stream-scaler', 'scale.ts')).folder(),
      handler: 'index.handler',
      timeoutSeconds: 660,
      environment: { STREAM_NAME: StreamName },
    },
    wire,
  );
});
afterAll(async () => {
  pool.stop();
  aws.stop();
  await wire.stop();
});
beforeEach(async () => {
  wire.clear();
  await aws.kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
});
afterEach(() => aws.kinesis.send(new DeleteStreamCommand({ StreamName })));

const shards = async () =>
  (await aws.kinesis.send(new DescribeStreamSummaryCommand({ StreamName }))).StreamDescriptionSummary!.OpenShardCount;

test('a stream is doubled once however often its alarm comes, and halved again [messaging-stream-capacity]', async () => {
  expect(await pool.invoke({ atLeast: 2 })).toEqual({ result: { from: 1, to: 2 } });
  expect(await pool.invoke({ atLeast: 2 })).toEqual({ result: { from: 2, to: 2 } });
  expect(await shards()).toBe(2);
  expect(await pool.invoke({ atMost: 1 })).toEqual({ result: { from: 2, to: 1 } });
  expect(await shards()).toBe(1);
  expect(wire.effects('UpdateShardCount')).toHaveLength(2);
});

test.each([
  ['throttled', (call: Parameters<typeof throttled>[0]) => throttled(call)],
  ['lost before it arrives', () => lostBefore],
  ['done and its answer lost', () => answerLost],
])(
  'when the first call of every kind is %s, it is doubled all the same [messaging-stream-capacity]',
  async (_, fault) => {
    wire.plan = (call, nth) => (nth === 1 ? fault(call) : undefined);
    expect(await pool.invoke({ atLeast: 2 })).toMatchObject({ result: { to: 2 } });
    expect(await shards()).toBe(2);
  },
);

test('a stream that cannot be reached fails the run, and the next one does the work', async () => {
  wire.plan = () => lostBefore;
  expect((await pool.invoke({ atLeast: 2 })).error).toBeDefined();
  wire.plan = () => undefined;
  expect(await pool.invoke({ atLeast: 2 })).toEqual({ result: { from: 1, to: 2 } });
});
