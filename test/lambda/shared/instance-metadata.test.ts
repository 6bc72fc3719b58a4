import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InstanceMetadata, NoToken } from '../../../lambda/shared/instance-metadata';

/** The metadata service as it answers who keeps to version two, and nobody else. */
class Service {
  readonly facts: Record<string, string> = {};
  readonly asked: string[] = [];
  /** Tokens that are still taken. */
  readonly tokens = new Set<string>();
  tokenAnswer = 200;
  private made = 0;
  private readonly server: Server = createServer((request, response) => this.answer(request, response));

  async start(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private answer({ method, url, headers }: IncomingMessage, response: ServerResponse): void {
    const token = headers['x-aws-ec2-metadata-token'];
    this.asked.push(`${method} ${url}${token === undefined ? '' : ` by ${String(token)}`}`);
    if (url === '/latest/api/token') {
      const seconds = Number(headers['x-aws-ec2-metadata-token-ttl-seconds']);
      if (method !== 'PUT' || !(seconds >= 1 && seconds <= 21_600) || this.tokenAnswer !== 200)
        return void response.writeHead(this.tokenAnswer === 200 ? 400 : this.tokenAnswer).end();
      const text = `token-${++this.made}-for-${seconds}`;
      this.tokens.add(text);
      return void response.end(text);
    }
    if (typeof token !== 'string' || !this.tokens.has(token)) return void response.writeHead(401).end();
    const fact = this.facts[url!.replace('/latest/', '')];
    return void (fact === undefined ? response.writeHead(404).end() : response.end(fact));
  }
}

let service: Service;
let endpoint: string;
let clock: number;
const client = (tokenSeconds?: number) =>
  new InstanceMetadata({ endpoint, now: () => clock, ...(tokenSeconds !== undefined && { tokenSeconds }) });

beforeEach(async () => {
  clock = Date.parse('2026-11-28T12:00:00Z');
  service = new Service();
  endpoint = await service.start();
});
afterEach(() => service.stop());

describe('the metadata of an instance', () => {
  test('is asked for with a token, which one PUT gets for many questions [compute-imds-client]', async () => {
    service.facts['meta-data/public-ipv4'] = '203.0.113.7';
    service.facts['meta-data/placement/partition-number'] = '3';
    service.facts['user-data'] = '#!/bin/bash\n';
    const metadata = client(300);
    expect([await metadata.publicIpv4(), await metadata.partition(), await metadata.userData()]).toEqual([
      '203.0.113.7',
      3,
      '#!/bin/bash\n',
    ]);
    expect(service.asked).toEqual([
      'PUT /latest/api/token',
      'GET /latest/meta-data/public-ipv4 by token-1-for-300',
      'GET /latest/meta-data/placement/partition-number by token-1-for-300',
      'GET /latest/user-data by token-1-for-300',
    ]);
  });

  test('a token that ended is renewed before, and one that is not taken any more after a 401, once [compute-imds-client]', async () => {
    service.facts['meta-data/instance-id'] = 'i-1';
    const metadata = client(60);
    await metadata.fact('instance-id');
    clock += 61_000;
    await metadata.fact('instance-id');
    service.tokens.clear();
    expect(await metadata.fact('instance-id')).toBe('i-1');
    expect(service.asked).toEqual([
      'PUT /latest/api/token',
      'GET /latest/meta-data/instance-id by token-1-for-60',
      'PUT /latest/api/token',
      'GET /latest/meta-data/instance-id by token-2-for-60',
      'GET /latest/meta-data/instance-id by token-2-for-60',
      'PUT /latest/api/token',
      'GET /latest/meta-data/instance-id by token-3-for-60',
    ]);
  });

  test('what is not set is undefined [compute-imds-client]', async () => {
    const metadata = client();
    expect([
      await metadata.publicIpv4(),
      await metadata.partition(),
      await metadata.spotAction(),
      await metadata.credentials(),
      await metadata.userData(),
    ]).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  test.each([403, 404, 500])(
    'without a token (%d) nothing is asked, least of all without one [compute-imds-client]',
    async (status) => {
      service.tokenAnswer = status;
      service.facts['meta-data/instance-id'] = 'i-1';
      await expect(client().fact('instance-id')).rejects.toThrow(NoToken);
      await expect(client().fact('instance-id')).rejects.toThrow(
        `the metadata service gives no token (${status}), and without one nothing is asked`,
      );
      expect(service.asked.filter((words) => words.startsWith('GET'))).toEqual([]);
    },
  );

  test('what cannot be done without fails by its name', async () => {
    service.facts['meta-data/instance-id'] = 'i-1';
    expect(await client().need('instance-id')).toBe('i-1');
    await expect(client().need('placement/region')).rejects.toThrow('the metadata service has no placement/region');
  });

  test('a token that is never taken is an error, not a circle', async () => {
    const metadata = client();
    const never = jest.spyOn(service.tokens, 'has').mockReturnValue(false);
    await expect(metadata.fact('instance-id')).rejects.toThrow('the metadata service answers 401');
    expect(never).toHaveBeenCalledTimes(2);
  });

  test('when it is taken, a spot instance knows what becomes of it and when [compute-imds-client]', async () => {
    service.facts['meta-data/spot/instance-action'] = '{"action":"stop","time":"2026-11-28T12:02:00Z"}';
    expect(await client().spotAction()).toEqual({ action: 'stop', time: new Date('2026-11-28T12:02:00Z') });
  });

  test('credentials of the role are kept, and read again five minutes before they end [compute-imds-client]', async () => {
    const give = (key: string, until: string) =>
      (service.facts['meta-data/iam/security-credentials/web'] = JSON.stringify({
        Code: 'Success',
        AccessKeyId: key,
        SecretAccessKey: 'secret',
        Token: 'session',
        Expiration: until,
      }));
    service.facts['meta-data/iam/security-credentials/'] = 'web';
    give('first', '2026-11-28T18:00:00Z');
    const metadata = client();
    expect(await metadata.credentials()).toEqual({
      accessKeyId: 'first',
      secretAccessKey: 'secret',
      sessionToken: 'session',
      expiration: new Date('2026-11-28T18:00:00Z'),
    });
    give('second', '2026-11-29T00:00:00Z');
    clock = Date.parse('2026-11-28T17:54:59Z');
    expect((await metadata.credentials())?.accessKeyId).toBe('first');
    clock = Date.parse('2026-11-28T17:55:00Z');
    expect((await metadata.credentials())?.accessKeyId).toBe('second');
    const reads = service.asked.filter((words) => words.includes('/web'));
    expect(reads).toHaveLength(2);
  });

  test.each([0, 21_601, 1.5])('fails when a token is to last for %d seconds [compute-imds-client]', (seconds) => {
    expect(() => client(seconds)).toThrow(`tokenSeconds is ${seconds}; give a whole number from 1 to 21600`);
  });

  test.each([1, 21_600])('a token may last for %d seconds', async (seconds) => {
    await client(seconds).fact('instance-id');
    expect(service.asked[1]).toContain(`-for-${seconds}`);
  });
});
