import { createServer, Socket, type AddressInfo, type Server } from 'node:net';
import type { Context } from 'aws-lambda';
import { doorsIn } from '../../../lambda/network-probe/doors';
import { knock } from '../../../lambda/network-probe/knock';

/** A door that opens, on a port the machine had free. */
let server: Server;
let port: number;
beforeAll(async () => {
  server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** A port that was free a moment ago. */
async function closedPort(): Promise<number> {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port: free } = other.address() as AddressInfo;
  await new Promise((resolve) => other.close(resolve));
  return free;
}

describe('knocking', () => {
  test('tells what opens from what refuses and what has no name', async () => {
    expect(await knock({ name: 'a', host: '127.0.0.1', port })).toBe('open');
    expect(await knock({ name: 'b', host: '127.0.0.1', port: await closedPort() })).toBe('refused');
    expect(await knock({ name: 'c', host: 'no-such-name.invalid', port: 80 })).toMatch(/^(no such name|EAI_AGAIN)$/);
  });

  test('gives up where nothing comes back', async () => {
    const silent = () => new Socket();
    expect(await knock({ name: 'a', host: '10.18.0.5', port: 80 }, 10, silent)).toBe('no answer');
  });
});

describe('doors', () => {
  test('are read with their names, addresses and ports', () => {
    expect(doorsIn('billing=10.18.0.5:2049,s3=s3.eu-west-1.amazonaws.com:443')).toEqual([
      { name: 'billing', host: '10.18.0.5', port: 2049 },
      { name: 's3', host: 's3.eu-west-1.amazonaws.com', port: 443 },
    ]);
  });

  test.each(['billing', 'billing=10.18.0.5', '=10.18.0.5:80', 'billing=10.18.0.5:0', 'billing=10.18.0.5:65536', ''])(
    'fails when one is "%s"',
    (text) => {
      expect(() => doorsIn(text)).toThrow(`"${text}" is no door; write name=host:port, such as billing=10.18.0.5:2049`);
    },
  );
});

describe('the handler', () => {
  beforeEach(() => jest.spyOn(process.stdout, 'write').mockReturnValue(true));
  afterEach(() => jest.restoreAllMocks());

  const start = (doors?: string) => {
    const before = process.env;
    process.env = { ...before, ...(doors !== undefined && { PROBE_DOORS: doors }), POWERTOOLS_DEV: 'false' };
    try {
      let module!: { handler: (event: unknown, context: Context) => Promise<Record<string, string>> };
      jest.isolateModules(() => (module = require('../../../lambda/network-probe/probe')));
      return module.handler;
    } finally {
      process.env = before;
    }
  };

  test('knocks at every door, whatever it is called with', async () => {
    const handler = start(`here=127.0.0.1:${port},there=127.0.0.1:${await closedPort()}`);
    for (const event of [{}, null, 'x'])
      expect(await handler(event, {} as Context)).toEqual({ here: 'open', there: 'refused' });
  });

  test('fails at start when it is told no doors, or bad ones', () => {
    expect(() => start()).toThrow('environment variables missing: PROBE_DOORS');
    expect(() => start('nowhere')).toThrow('"nowhere" is no door');
  });
});
