import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { isFromEdge } from '../../../lambda/shared/from-edge';

const header = 'x-origin-verify';

describe('a web server that answers one distribution alone', () => {
  let server: Server;
  let accepted: string[];

  beforeAll(async () => {
    server = createServer(({ headersDistinct }, response) => {
      response.writeHead(isFromEdge(headersDistinct[header], accepted) ? 200 : 403).end();
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  });
  afterAll(() => new Promise((closed) => server.close(closed)));
  beforeEach(() => {
    accepted = ['new', 'old'];
  });

  const ask = (...sent: string[]): Promise<number> =>
    new Promise((answered, failed) => {
      const { port } = server.address() as AddressInfo;
      request({ port, headers: { connection: 'close', ...(sent.length > 0 && { [header]: sent }) } })
        .on('response', (response) => answered(response.resume().statusCode!))
        .on('error', failed)
        .end();
    });

  test('turns away who sends no secret, a wrong one, or two [edge-origin-header-middleware]', async () => {
    expect(await ask()).toBe(403);
    expect(await ask('')).toBe(403);
    expect(await ask('wrong')).toBe(403);
    expect(await ask('new', 'new')).toBe(403);
    expect(await ask('wrong', 'new')).toBe(403);
    expect(await ask('new, new')).toBe(403);
  });

  test('takes the new secret and the old one while it changes, and then the new one alone [edge-origin-header-middleware]', async () => {
    expect(await Promise.all([ask('new'), ask('old')])).toEqual([200, 200]);
    accepted = ['new'];
    expect(await Promise.all([ask('new'), ask('old')])).toEqual([200, 403]);
  });
});

test('nobody is let in where there is no secret, or an empty one [edge-origin-header-middleware]', () => {
  expect(isFromEdge('', [''])).toBe(false);
  expect(isFromEdge('x', [])).toBe(false);
});

test('only the secrets themselves are taken, whatever their length [edge-origin-header-middleware]', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ minLength: 1 }), (sent, secret) => {
      expect(isFromEdge(sent, [secret])).toBe(sent === secret);
      expect(isFromEdge([secret], ['other', secret])).toBe(true);
    }),
  );
});
