import { resolve } from 'node:path';
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  RunInstancesCommand,
  StartInstancesCommand,
} from '@aws-sdk/client-ec2';
import { HandlerBundle } from '../../lib/constructs/serverless/handler-bundle';
import { account, Aws, emulatorEndpoint, region } from './support/aws';
import { answerLost, lostBefore, throttled } from './support/faults';
import { FunctionPool } from './support/function-pool';
import { Wire } from './support/wire';

const aws = new Aws(emulatorEndpoint());
const { ec2 } = aws;
let wire: Wire;
let pool: FunctionPool;
let office: string[];
let others: string[];

const run = async (count: number, tags: readonly { Key: string; Value: string }[]): Promise<string[]> => {
  const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }));
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId: Images![0].ImageId,
      MinCount: count,
      MaxCount: count,
      TagSpecifications: [{ ResourceType: 'instance', Tags: [...tags] }],
    }),
  );
  return Instances!.map(({ InstanceId }) => InstanceId!);
};

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  office = await run(3, [{ Key: 'wire-hours', Value: 'office' }]);
  others = await run(1, [{ Key: 'wire-hours', Value: 'always' }]);
  const name = 'office-hours-turner';
  pool = new FunctionPool(
    {
      name,
      arn: `arn:aws:lambda:${region}:${account}:function:${name}`,
      bundle: new HandlerBundle(resolve('lambda', 'office-hours', 'switch.ts')).folder(),
      handler: 'index.handler',
      timeoutSeconds: 120,
      environment: { TAG_KEY: 'wire-hours', TAG_VALUE: 'office' },
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
  await ec2.send(new StartInstancesCommand({ InstanceIds: [...office, ...others] }));
});

async function states(ids: readonly string[]): Promise<(string | undefined)[]> {
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [...ids] }));
  const found = Reservations!.flatMap(({ Instances = [] }) => Instances);
  return ids.map((id) => found.find(({ InstanceId }) => InstanceId === id)?.State?.Name);
}

const told = (does: 'start' | 'stop') => pool.invoke({ does, scheduledTime: '2026-11-27T17:30:00Z' });
const still = ['stopped', 'stopped', 'stopped'];
const running = ['running', 'running', 'running'];

test('in the evening the tagged servers stop, and in the morning they start; others run on [compute-start-stop-schedule]', async () => {
  const answer = (await told('stop')) as { result: { instances: string[] } };
  expect([...answer.result.instances].sort()).toEqual([...office].sort());
  expect(await states(office)).toEqual(still);
  expect(await states(others)).toEqual(['running']);
  await told('start');
  expect(await states(office)).toEqual(running);
});

test('a repeated event asks for nothing', async () => {
  await told('stop');
  expect(await told('stop')).toMatchObject({ result: { instances: [] } });
  expect(wire.effects('StopInstances')).toHaveLength(1);
});

test.each([
  ['throttled', (call: Parameters<typeof throttled>[0]) => throttled(call)],
  ['lost before it arrives', () => lostBefore],
  ['done and its answer lost', () => answerLost],
])(
  'when the first call of every kind is %s, they stop all the same [compute-start-stop-schedule]',
  async (_, fault) => {
    wire.plan = (call, nth) => (call.service === 'ec2' && nth === 1 ? fault(call) : undefined);
    await told('stop');
    expect(await states(office)).toEqual(still);
  },
);

test('when EC2 throttles for longer than it is asked, the run fails and names them, and the next one does the work [compute-start-stop-schedule]', async () => {
  wire.plan = (call) => (call.operation === 'StopInstances' ? throttled(call) : undefined);
  expect(await told('stop')).toMatchObject({
    error: { errorMessage: expect.stringMatching(/^cannot stop i-\w+: .*; i-\w+: .*; i-\w+: /) },
  });
  expect(await states(office)).toEqual(running);
  wire.plan = () => undefined;
  await told('stop');
  expect(await states(office)).toEqual(still);
});
