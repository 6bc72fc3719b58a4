import { createServer, type AddressInfo, type Server } from 'node:net';
import { resolve } from 'node:path';
import { HandlerBundle } from '../../lib/constructs/serverless/handler-bundle';
import { account, emulatorEndpoint, region } from './support/aws';
import { FunctionPool } from './support/function-pool';
import { Wire } from './support/wire';

let wire: Wire;
let pool: FunctionPool;
let server: Server;
/** Connections the door has seen. */
let opened = 0;

beforeAll(async () => {
  wire = await Wire.start(emulatorEndpoint());
  server = createServer((socket) => {
    opened += 1;
    // Hung up on at once and without a word: to the probe it was open all the same.
    socket.resetAndDestroy();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const name = 'probe';
  pool = new FunctionPool(
    {
      name,
      arn: `arn:aws:lambda:${region}:${account}:function:${name}`,
      bundle: new HandlerBundle(resolve('lambda', 'network-probe', 'probe.ts')).folder(),
      handler: 'index.handler',
      timeoutSeconds: 60,
      environment: { PROBE_DOORS: `open=127.0.0.1:${port},closed=127.0.0.1:1` },
    },
    wire,
  );
});
afterAll(async () => {
  pool.stop();
  server.close();
  await wire.stop();
});

test('it knocks anew each time it is called, tells doors apart, and asks AWS nothing', async () => {
  for (const event of [{}, null, { anything: 'else' }])
    expect(await pool.invoke(event)).toEqual({ result: { open: 'open', closed: 'refused' } });
  expect(opened).toBe(3);
  expect(wire.seen).toEqual([]);
});
