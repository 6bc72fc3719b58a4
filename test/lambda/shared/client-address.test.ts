import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { clientOf, type Client } from '../../../lambda/shared/client-address';

/** Asks over a socket, so that headers come as Node's own server reads them. */
class Asked {
  private readonly server: Server;
  private port = 0;

  constructor(proxies: number) {
    this.server = createServer((request, response) => {
      try {
        response.end(JSON.stringify(clientOf(request, proxies)));
      } catch (error) {
        response.statusCode = 400;
        response.end(JSON.stringify({ error: (error as Error).message }));
      }
    });
  }

  async by(...headers: string[]): Promise<Client & { readonly error?: string }> {
    if (this.port === 0) {
      await new Promise<void>((listening) => this.server.listen(0, '127.0.0.1', listening));
      this.port = (this.server.address() as AddressInfo).port;
    }
    const text = await new Promise<string>((ended, failed) => {
      let received = '';
      const socket = connect(this.port, '127.0.0.1', () => {
        socket.write(['GET / HTTP/1.1', 'Host: x', 'Connection: close', ...headers, '', ''].join('\r\n'));
      });
      socket.setEncoding('utf8');
      socket.on('data', (chunk: string) => (received += chunk));
      socket.on('end', () => ended(received));
      socket.on('error', failed);
    });
    return JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)) as Client;
  }

  close(): void {
    this.server.close();
  }
}

const servers: Asked[] = [];
const behind = (proxies: number): Asked => {
  const asked = new Asked(proxies);
  servers.push(asked);
  return asked;
};
afterAll(() => servers.forEach((server) => server.close()));

describe('clientOf', () => {
  test.each([
    [1, 'X-Forwarded-For: 203.0.113.7', '203.0.113.7'],
    [1, 'X-Forwarded-For: 1.1.1.1, 203.0.113.7', '203.0.113.7'],
    [1, 'X-Forwarded-For: not an address,, 203.0.113.7', '203.0.113.7'],
    [2, 'X-Forwarded-For: 203.0.113.7, 130.176.0.9', '203.0.113.7'],
    [2, 'X-Forwarded-For: 10.0.0.1, 203.0.113.7, 130.176.0.9', '203.0.113.7'],
    [1, 'X-Forwarded-For: 2001:db8::7', '2001:db8::7'],
    [1, 'X-Forwarded-For: [2001:db8::7]:4711', '2001:db8::7'],
    [1, 'X-Forwarded-For: 203.0.113.7:4711', '203.0.113.7'],
    [1, 'X-Forwarded-For: ::ffff:203.0.113.7', '203.0.113.7'],
    [0, 'X-Forwarded-For: 203.0.113.7', '127.0.0.1'],
  ])(
    'behind %d proxies, "%s" is %s, whatever a client writes before [compute-client-ip]',
    async (count, header, address) => {
      expect(await behind(count).by(header)).toEqual({ address });
    },
  );

  test('a header that a client sends first, as one of its own, counts for nothing either [compute-client-ip]', async () => {
    const asked = await behind(1).by('X-Forwarded-For: 10.0.0.1', 'x-forwarded-for: 203.0.113.7');
    expect(asked).toEqual({ address: '203.0.113.7' });
  });

  test('the port and the protocol that the balancer was asked by come with it [compute-client-ip]', async () => {
    const headers = ['X-Forwarded-For: 203.0.113.7', 'X-Forwarded-Port: 443', 'X-Forwarded-Proto: https'];
    expect(await behind(1).by(...headers)).toEqual({ address: '203.0.113.7', port: 443, protocol: 'https' });
    const odd = ['X-Forwarded-For: 203.0.113.7', 'X-Forwarded-Port: x', 'X-Forwarded-Proto: gopher'];
    expect(await behind(1).by(...odd)).toEqual({ address: '203.0.113.7' });
  });

  test.each([
    [
      1,
      'Accept: */*',
      'X-Forwarded-For has nothing where proxy 1 from here should have written an address; let requests in through it alone',
    ],
    [
      2,
      'X-Forwarded-For: 203.0.113.7',
      'X-Forwarded-For has nothing where proxy 2 from here should have written an address; let requests in through all 2 alone',
    ],
    [1, 'X-Forwarded-For: 203.0.113.7, unknown', 'X-Forwarded-For has "unknown" where proxy 1 from here'],
  ])('behind %d proxies, "%s" did not come through them [compute-client-ip]', async (count, header, reason) => {
    expect((await behind(count).by(header)).error).toContain(reason);
  });

  test.each([-1, 0.5, NaN])('%d proxies are refused', (proxies) => {
    expect(() => clientOf({ headers: {}, socket: {} }, proxies)).toThrow(
      `proxies is ${proxies}; give how many of yours`,
    );
  });
});
