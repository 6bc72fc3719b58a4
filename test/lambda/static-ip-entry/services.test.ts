import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request, type RequestOptions } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownCertificate, type OwnCertificate } from '../../../lambda/static-ip-entry/certificate';
import { Services, type Service } from '../../../lambda/static-ip-entry/services';

const folder = mkdtempSync(join(tmpdir(), 'static-ip-entry-'));
const free = { mirror: 0, tally: 0, echo: 0, secure: 0, pages: 0 };
let certificate: OwnCertificate;
let services: Services;
let ports: Record<Service, number>;

beforeAll(async () => {
  certificate = await ownCertificate(folder);
});
beforeEach(async () => {
  services = new Services({ ports: free, certificate, host: '127.0.0.1' });
  ports = await services.start();
});
afterEach(async () => {
  services.cut();
  await services.close().catch(() => {});
});
afterAll(() => rmSync(folder, { recursive: true }));

/** All that comes back until the connection ends, after pieces that are sent one by one. */
async function said(port: number, ...pieces: readonly string[]): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  let got = '';
  socket.on('data', (piece) => (got += piece.toString()));
  socket.on('error', () => {});
  await once(socket, 'connect');
  for (const piece of pieces) await new Promise((resolve) => socket.write(piece, resolve));
  socket.end();
  await once(socket, 'close');
  return got;
}

async function datagram(text: string): Promise<string> {
  const socket = createSocket('udp4');
  const answer = once(socket, 'message');
  socket.send(text, ports.echo, '127.0.0.1');
  const [message] = (await answer) as [Buffer];
  socket.close();
  return message.toString();
}

const page = async (path: string, init: RequestInit = {}) => {
  const answer = await fetch(`http://127.0.0.1:${ports.pages}${path}`, init);
  return [answer.status, (await answer.text()).trim()];
};

const secure = (options: RequestOptions = {}): Promise<{ body: string; fingerprint: string }> =>
  new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port: ports.secure, rejectUnauthorized: false, ...options },
      (answer) => {
        let body = '';
        const { fingerprint256 } = (answer.socket as import('node:tls').TLSSocket).getPeerCertificate();
        answer
          .on('data', (piece) => (body += piece))
          .on('end', () => resolve({ body: body.trim(), fingerprint: fingerprint256 }));
      },
    );
    asked.on('error', reject).end();
  });

test('two applications listen at two ports, and each answers in its own way', async () => {
  expect(await said(ports.mirror, 'hello\nwo', 'rld\n')).toBe(
    '127.0.0.1 to 127.0.0.1: hello\n127.0.0.1 to 127.0.0.1: world\n',
  );
  expect(await said(ports.tally, 'a\nb\n')).toBe('1 of 127.0.0.1 at 127.0.0.1\n2 of 127.0.0.1 at 127.0.0.1\n');
  expect(await said(ports.tally, 'c\n')).toBe('3 of 127.0.0.1 at 127.0.0.1\n');
});

test('a line that is too long is told so, and ends its connection alone', async () => {
  expect(await said(ports.mirror, 'x'.repeat(2000))).toBe('error: a line has at most 1024 bytes\n');
  expect(await said(ports.mirror, 'still here\n')).toContain('still here');
});

test('a client that breaks off in the middle does no harm', async () => {
  const socket = connect({ port: ports.mirror, host: '127.0.0.1' });
  await once(socket, 'connect');
  socket.write('half a li');
  socket.resetAndDestroy();
  expect(await said(ports.mirror, 'still here\n')).toContain('still here');
});

test('a silent connection is closed', async () => {
  const impatient = new Services({ ports: free, certificate, host: '127.0.0.1', idle: 20 });
  const { mirror } = await impatient.start();
  const socket = connect({ port: mirror, host: '127.0.0.1' });
  socket.resume();
  await once(socket, 'end');
  await impatient.close();
});

test('who asks without end and reads no answer fills no memory, and is cut off', async () => {
  // More than both ends of a connection hold for whoever does not read.
  const questions = Buffer.from(`${'x'.repeat(1000)}\n`.repeat(64_000));
  await services.close();
  services = new Services({ ports: free, certificate, host: '127.0.0.1', idle: 1_000 });
  ports = await services.start();
  const socket = connect({ port: ports.mirror, host: '127.0.0.1' });
  socket.on('error', () => {});
  socket.pause();
  await once(socket, 'connect');
  const all = new Promise((resolve) => socket.write(questions, resolve));
  const end = new Promise((resolve) => socket.once('close', resolve));
  let isOver = false;
  void Promise.race([all, end]).then(() => (isOver = true));
  const [served] = Reflect.get(services, 'open') as Set<import('node:net').Socket>;
  let most = 0;
  while (!isOver) {
    most = Math.max(most, served.writableLength);
    await new Promise(setImmediate);
  }
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(1_000_000);
  socket.destroy();
});

test('a datagram that asks is answered, and one that does not is not', async () => {
  expect(await datagram('ping hello')).toBe('pong hello');
  const socket = createSocket('udp4');
  socket.send('pong hello', ports.echo, '127.0.0.1');
  // Datagrams of one sender are answered in turn, so that an answer to the first would have come before this one.
  socket.send('ping again', ports.echo, '127.0.0.1');
  const [answer] = (await once(socket, 'message')) as [Buffer];
  expect(answer.toString()).toBe('pong again');
  socket.close();
});

test('a datagram that says it comes from port 0, where nobody can be answered, stops nobody', async () => {
  const echo = Reflect.get(services, 'echo') as Socket;
  echo.emit('message', Buffer.from('ping hello'), { address: '127.0.0.1', port: 0 });
  // What is sent to where nothing may be sent fails later.
  echo.emit('message', Buffer.from('ping hello'), { address: '255.255.255.255', port: 9 });
  expect(await datagram('ping still there')).toBe('pong still there');
});

test('TLS ends here, under the certificate of this server, and a client is who connects', async () => {
  const { body, fingerprint } = await secure({ headers: { 'x-forwarded-for': '192.0.2.1' } });
  expect(body).toBe('127.0.0.1 to 127.0.0.1');
  const { X509Certificate } = await import('node:crypto');
  expect(fingerprint).toBe(new X509Certificate(certificate.cert).fingerprint256);
});

test('its certificate is the same after a restart', async () => {
  const again = await ownCertificate(folder);
  expect(again).toEqual(certificate);
  expect(readFileSync(join(folder, 'key.pem'), 'utf8')).toContain('PRIVATE KEY');
});

test('behind a load balancer that reads requests, the client is whom that saw', async () => {
  expect(await page('/', { headers: { 'x-forwarded-for': '192.0.2.1, 203.0.113.7' } })).toEqual([
    200,
    '127.0.0.1 to 203.0.113.7',
  ]);
  expect(await page('/')).toEqual([200, '127.0.0.1 to 127.0.0.1']);
});

test('a silent connection of the load balancer is kept for longer than the minute in which that may use it', async () => {
  const { headers } = await fetch(`http://127.0.0.1:${ports.pages}/`);
  expect(headers.get('keep-alive')).toBe('timeout=75');
});

test('a server says where it stands, if it was told', async () => {
  expect(await page('/region')).toEqual([404, 'nothing at /region']);
  await services.close();
  services = new Services({ ports: free, certificate, host: '127.0.0.1', region: 'eu-west-1' });
  ports = await services.start();
  expect(await page('/region')).toEqual([200, 'eu-west-1']);
});

test('what cannot be answered is told so', async () => {
  expect(await page('/none?x=1')).toEqual([404, 'nothing at /none']);
  expect(await page('/', { method: 'POST' })).toEqual([405, 'GET only']);
  expect(await page('/', { headers: { 'x-forwarded-for': 'nonsense' } })).toEqual([
    400,
    expect.stringContaining('X-Forwarded-For has "nonsense"'),
  ]);
});

test('a server that goes says so, still answers, and then takes nobody in while it ends what it has [compute-health-check, compute-deregistration-delay]', async () => {
  expect(await page('/health')).toEqual([200, 'well']);
  services.drain();
  expect(await page('/health')).toEqual([503, 'draining']);
  expect(await said(ports.mirror, 'still here\n')).toContain('still here');

  const socket = connect({ port: ports.mirror, host: '127.0.0.1' });
  await once(socket, 'connect');
  socket.write('one\n');
  await once(socket, 'data');
  const closed = services.close();
  expect(await said(ports.mirror).catch((error: NodeJS.ErrnoException) => error.code)).toBe('ECONNREFUSED');
  socket.write('two\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toContain('two');
  socket.end();
  await closed;
});
