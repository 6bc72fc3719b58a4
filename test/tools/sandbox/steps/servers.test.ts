import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { whyNoServers } from '../../../../tools/sandbox/steps/servers';

let server: Server;
afterEach(() => new Promise((closed) => server.close(closed)));

async function saying(status: number, body: string): Promise<string> {
  server = createServer((request, response) =>
    request.url === '/_emulator/boots' ? response.writeHead(status).end(body) : response.writeHead(404).end(),
  );
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('an emulator says why no server boots on it, and nothing where they do', async () => {
  expect(await whyNoServers(await saying(200, '{"boots": true, "why": null}'))).toBeUndefined();
});

test('an emulator without nginx says so', async () => {
  expect(await whyNoServers(await saying(200, '{"boots": false, "why": "nginx is missing"}'))).toBe('nginx is missing');
});

test('on an emulator that knows nothing of servers none boots', async () => {
  expect(await whyNoServers(await saying(404, ''))).toBe('servers do not boot on this emulator');
});
