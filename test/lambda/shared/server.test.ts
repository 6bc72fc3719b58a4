import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { listen, serve } from '../../../lambda/shared/server';

process.env.POWERTOOLS_METRICS_DISABLED = 'true';
const logger = new Logger({ logLevel: 'SILENT' });

/** Requests under way, each with what lets it be answered. */
const begun: (() => void)[] = [];
const routes = {
  'GET /slow': async () => {
    await new Promise<void>((resolve) => begun.push(resolve));
    return { status: 200, body: { is: 'done' } };
  },
};
const started = async (behindStage = false): Promise<Server> => {
  process.env.PORT = '0';
  const server = serve(routes, { logger, metrics: new Metrics(), behindStage });
  listen(server, logger);
  await once(server, 'listening');
  return server;
};
const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** Sends bytes as they are, and reads until the server closes the connection. */
async function raw(server: Server, target: string): Promise<string> {
  const socket = connect(portOf(server), '127.0.0.1');
  socket.setEncoding('utf8');
  let answer = '';
  socket.on('data', (piece: string) => (answer += piece));
  socket.write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  await once(socket, 'close');
  return answer;
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  process.removeAllListeners('SIGTERM');
});
const running = async () => {
  const server = await started();
  servers.push(server);
  return server;
};

test('says that it is well as long as it listens [compute-health-check]', async () => {
  const server = await running();
  expect(await raw(server, '/health')).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\nok\r\n/);
  expect(await raw(server, '/health?of=everything')).toMatch(/^HTTP\/1\.1 200 /);
});

test.each([
  ['//', 404],
  ['//localhost:99999', 404],
  ['//health', 404],
  ['/%', 404],
  ['http://localhost/nothing', 404],
  ['http://localhost:99999/', 400],
  ['*', 400],
])('who asks for %s is answered %d, and the next one is served', async (target, status) => {
  const server = await running();
  expect(await raw(server, target)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(await raw(server, '/health')).toMatch(/^HTTP\/1\.1 200 /);
});

test('a silent connection of a load balancer is kept for longer than the minute in which that may use it', async () => {
  const { headers } = await fetch(`http://127.0.0.1:${portOf(await running())}/health`);
  expect(headers.get('keep-alive')).toBe('timeout=75');
});

test('a machine that goes answers what was begun, and takes nobody in any more [compute-deregistration-delay]', async () => {
  const server = await started();
  const port = portOf(server);
  const answer = fetch(`http://127.0.0.1:${port}/slow`);
  while (begun.length === 0) await new Promise(setImmediate);
  const closed = once(server, 'close');
  process.emit('SIGTERM');
  await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow('fetch failed');
  begun.pop()!();
  expect(await (await answer).json()).toEqual({ is: 'done' });
  await closed;
});
