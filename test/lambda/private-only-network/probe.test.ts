import { createServer, type AddressInfo, type Server } from 'node:net';
import * as s3 from '@aws-sdk/client-s3';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { isPrivate, knockAt } from '../../../lambda/private-only-network/knock';
import { s3Error } from '../../support/fake-bucket';
import { listening } from '../../support/console';

type Module = typeof import('../../../lambda/private-only-network/probe');

const client = mockClient(S3Client);
const context = { awsRequestId: 'b2b6b0a5', functionName: 'probe', getRemainingTimeInMillis: () => 10_000 } as Context;

/** A new environment of the probe, as Lambda makes one. */
function start(environment: Record<string, string> = { VAULT_BUCKET: 'vault' }): (event: unknown) => Promise<unknown> {
  const before = { ...process.env };
  delete process.env.VAULT_BUCKET;
  Object.assign(process.env, { ...environment, POWERTOOLS_DEV: 'true' });
  try {
    let module!: Module;
    jest.isolateModules(() => {
      jest.doMock('@aws-sdk/client-s3', () => s3);
      module = jest.requireActual<Module>('../../../lambda/private-only-network/probe');
    });
    return (event) => module.handler(event, context);
  } finally {
    process.env = before;
  }
}

listening();
beforeEach(() => void jest.spyOn(console, 'info').mockImplementation());
beforeEach(() => client.reset());

describe('notes', () => {
  test('are written into the vault and nowhere else, twice as once', async () => {
    client.on(PutObjectCommand).resolves({});
    const probe = start();
    const task = { do: 'write', key: 'notes/one', text: 'hello' };
    expect(await probe(task)).toEqual({ written: 'notes/one' });
    expect(await probe(task)).toEqual({ written: 'notes/one' });
    const written = { Bucket: 'vault', Key: 'notes/one', Body: 'hello', ContentType: 'text/plain' };
    expect(client.commandCalls(PutObjectCommand).map(({ args: [{ input }] }) => input)).toEqual([written, written]);
  });

  test('are read, or said to be missing', async () => {
    const Body = { transformToString: () => Promise.resolve('hello') } as never;
    client.on(GetObjectCommand, { Bucket: 'vault', Key: 'notes/one' }).resolves({ Body });
    client.on(GetObjectCommand, { Bucket: 'vault', Key: 'notes/two' }).rejects(s3Error('NoSuchKey', 404));
    const probe = start();
    expect(await probe({ do: 'read', key: 'notes/one' })).toEqual({ text: 'hello' });
    expect(await probe({ do: 'read', key: 'notes/two' })).toEqual({ missing: 'notes/two' });
  });

  test('that are refused are an answer; whatever else goes wrong is an error', async () => {
    client.on(PutObjectCommand).rejects(s3Error('AccessDenied', 403));
    client.on(GetObjectCommand).rejects(s3Error('SlowDown', 503));
    const probe = start();
    expect(await probe({ do: 'write', key: 'notes/one', text: '' })).toEqual({ refused: 'notes/one' });
    await expect(probe({ do: 'read', key: 'notes/one' })).rejects.toMatchObject({ name: 'SlowDown' });
  });
});

describe('what is no task is refused by what is wrong with it', () => {
  test.each([
    ['nothing', {}, 'do: Invalid input'],
    ['another verb', { do: 'delete', key: 'notes/one' }, 'do: Invalid input'],
    ['a key elsewhere', { do: 'read', key: '../secrets' }, 'key: Invalid input'],
    ['too long a text', { do: 'write', key: 'notes/one', text: 'x'.repeat(10_001) }, 'text: Invalid input'],
    ['a URL for a host', { do: 'knock', host: 'http://example.com/' }, 'host: Invalid input'],
    ['a word', 'knock', 'event: Invalid input'],
  ])('%s', async (_, event, fault) => {
    await expect(start()(event)).rejects.toThrow(`not a task (${fault}`);
    await expect(start()(event)).rejects.toThrow('send {"do": "write", "key": "notes/…", "text": "…"}');
    expect(client.calls()).toEqual([]);
  });
});

test('a missing variable is named at start', () => {
  expect(() => start({})).toThrow('environment variables missing: VAULT_BUCKET');
});

describe('knocking', () => {
  let server: Server;
  let port: number;
  beforeAll(async () => {
    server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test('tells the addresses of a name, and whether somebody is there', async () => {
    expect(await knockAt('localhost', { port })).toEqual({ addresses: ['127.0.0.1'], private: true, opens: true });
  });

  test('where nobody is, says so', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port: free } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    expect(await knockAt('localhost', { port: free })).toMatchObject({ opens: false });
  });

  test('at a name that nobody knows finds nothing', async () => {
    const resolve = () => Promise.reject(new Error('ENOTFOUND'));
    expect(await knockAt('nobody', { resolve })).toEqual({ addresses: [], private: false, opens: false });
  });

  test('at a name with a public address among its own does not call it private', async () => {
    const resolve = () => Promise.resolve(['52.94.5.1', '127.0.0.1']);
    expect(await knockAt('both', { port, resolve })).toEqual({
      addresses: ['127.0.0.1', '52.94.5.1'],
      private: false,
      opens: true,
    });
  });

  test('is what the probe does when told to', async () => {
    expect(await start()({ do: 'knock', host: '127.0.0.1' })).toMatchObject({
      addresses: ['127.0.0.1'],
      private: true,
    });
  });

  test.each([
    ['10.18.0.9', true],
    ['172.16.0.1', true],
    ['172.31.255.255', true],
    ['192.168.1.1', true],
    ['172.32.0.1', false],
    ['52.94.5.1', false],
    ['110.0.0.1', false],
  ])('%s is private: %s', (address, expected) => {
    expect(isPrivate(address)).toBe(expected);
  });
});
