import { resolve } from 'node:path';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { environment } from '../../lambda/dns-routing-gallery/environment';
import { HandlerBundle } from '../../lib/constructs/serverless/handler-bundle';
import { account, emulatorEndpoint, region } from './support/aws';
import { answerLost, lostBefore, silence, type Fault } from './support/faults';
import { FunctionPool } from './support/function-pool';
import { Wire } from './support/wire';

const name = `switch-${process.pid}`;
const ssm = new SSMClient({
  endpoint: emulatorEndpoint(),
  region,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});
let wire: Wire;
let pool: FunctionPool;

beforeAll(async () => {
  // The emulator loads a service when it is first asked for it, which would be too late for the budget.
  await ssm.send(new PutParameterCommand({ Name: `${name}-warm`, Value: 'up', Type: 'String' }));
  wire = await Wire.start(emulatorEndpoint());
  pool = new FunctionPool(
    {
      name: 'health',
      arn: `arn:aws:lambda:${region}:${account}:function:health`,
      bundle: new HandlerBundle(resolve('lambda', 'dns-routing-gallery', 'health.ts')).folder(),
      handler: 'index.handler',
      timeoutSeconds: 60,
      environment: { [environment.switch]: name },
    },
    wire,
  );
});
afterEach(() => wire.clear());
afterAll(async () => {
  pool.stop();
  ssm.destroy();
  await wire.stop();
});

const turn = (Value: string) =>
  ssm.send(new PutParameterCommand({ Name: name, Value, Type: 'String', Overwrite: true }));
const once = async () => {
  const { result } = (await pool.invoke({ rawPath: '/health' })) as { result: { statusCode: number; body: string } };
  return [result.statusCode, (JSON.parse(result.body) as { dependencies: { switch: string } }).dependencies.switch];
};
/** The answer; asked anew where this machine was too busy to give it within the budget, as a checker would ask. */
const asked = async () => {
  for (let nth = 1; nth < 20; nth++) {
    const answer = await once();
    if (answer[1] !== 'late') return answer;
  }
  return once();
};

test('says what the switch says, each time anew, and that there is none', async () => {
  expect(await asked()).toEqual([503, 'failed']);
  await turn('up');
  expect(await asked()).toEqual([200, 'ok']);
  await turn('down');
  expect(await asked()).toEqual([503, 'failed']);
  await turn('up');
  expect(await asked()).toEqual([200, 'ok']);
});

const throttled: Fault = {
  kind: 'turned away',
  status: 400,
  headers: { 'Content-Type': 'application/x-amz-json-1.1' },
  body: JSON.stringify({ __type: 'ThrottlingException', message: 'Rate exceeded' }),
};

test.each<[string, Fault, string]>([
  ['turned away', throttled, 'failed'],
  ['lost on the way', lostBefore, 'failed'],
  ['answered in vain', answerLost, 'failed'],
  ['never answered', silence, 'late'],
])(
  'is unhealthy, and answers all the same, when its question is %s; the next checker hears the truth',
  async (_, fault, word) => {
    await turn('up');
    expect(await asked()).toEqual([200, 'ok']);
    wire.clear();
    wire.plan = () => fault;
    expect(await once()).toEqual([503, word]);
    expect(wire.seen).toHaveLength(1);
    wire.clear();
    expect(await asked()).toEqual([200, 'ok']);
  },
);
