import { createSocket, type Socket } from 'node:dgram';
import { resolve } from 'node:path';
import { HandlerBundle } from '../../lib/constructs/serverless/handler-bundle';
import { answerTo, type Zone } from '../support/name-server';
import { account, emulatorEndpoint, region } from './support/aws';
import { FunctionPool } from './support/function-pool';
import { Wire } from './support/wire';

/** What becomes of a question, one after the other; the last one for good. */
type Weather = 'answer' | 'lose' | 'SERVFAIL' | 'rubbish';

const name = 'accounting.groundplan.internal';
const zone: Zone = { [name]: ['10.19.0.10'] };
let wire: Wire;
let pool: FunctionPool;
let server: Socket;
let asked: number;
let weather: Weather[];

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  pool = new FunctionPool(
    {
      name: 'probe',
      arn: `arn:aws:lambda:${region}:${account}:function:probe`,
      bundle: new HandlerBundle(resolve('lambda', 'internal-names', 'probe.ts')).folder(),
      handler: 'index.handler',
      timeoutSeconds: 60,
      environment: {},
    },
    wire,
  );
  server = createSocket('udp4', (query, { address, port }) => {
    const now = weather[Math.min(asked, weather.length - 1)];
    asked += 1;
    if (now === 'lose') return;
    const answer =
      now === 'rubbish' ? Buffer.from('no name server') : answerTo(query, now === 'SERVFAIL' ? { [name]: now } : zone);
    server.send(answer!, port, address);
  });
  await new Promise<void>((bound) => server.bind(0, '127.0.0.1', bound));
});
afterAll(async () => {
  server.close();
  pool.stop();
  await wire.stop();
});

const ask = (...of: Weather[]) => {
  [asked, weather] = [0, of];
  return pool.invoke({ names: [name], server: `127.0.0.1:${server.address().port}` });
};
const found = { result: [{ name, addresses: ['10.19.0.10'] }] };
const because = (reason: string) => ({ result: [{ name, addresses: [], because: reason }] });

test('a name is found, also when the first question is lost or answered with rubbish', async () => {
  expect(await ask('answer')).toEqual(found);
  expect(await ask('lose', 'answer')).toEqual(found);
  expect(asked).toBe(2);
  expect(await ask('rubbish', 'answer')).toEqual(found);
});

test('a server that keeps failing or keeps silent is an answer too, after two tries', async () => {
  expect(await ask('SERVFAIL')).toEqual(because('the resolver failed'));
  expect(await ask('lose')).toEqual(because('no answer'));
  expect(asked).toBe(2);
});

test('the next question in the same environment is not spoilt by the one before', async () => {
  expect(await ask('lose')).toEqual(because('no answer'));
  expect(await ask('answer')).toEqual(found);
});
