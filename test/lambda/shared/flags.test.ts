import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { flagReader } from '../../../lambda/shared/flags';

const defaults = { newPage: false, size: 10, colour: 'grey' };
let server: Server | undefined;
let asked: (string | undefined)[] = [];
let answer: { status: number; body: string } | 'silence';

beforeEach(async () => {
  asked = [];
  const mine = createServer(({ url }, response) => {
    asked.push(url);
    if (answer !== 'silence') response.writeHead(answer.status).end(answer.body);
  });
  server = mine;
  await new Promise<void>((done) => mine.listen(0, 'localhost', done));
  process.env.AWS_APPCONFIG_EXTENSION_HTTP_PORT = `${(mine.address() as AddressInfo).port}`;
  process.env.FLAGS_PATH = '/applications/a/environments/e/configurations/p';
});
async function stop(): Promise<void> {
  const running = server;
  server = undefined;
  if (!running) return;
  running.closeAllConnections();
  await new Promise((done) => running.close(done));
}
afterEach(stop);

const reader = () => {
  const failed = jest.fn();
  return { failed, read: flagReader({ defaults, failed, patience: 200 }) };
};
const says = (flags: unknown) => {
  answer = { status: 200, body: JSON.stringify(flags) };
};

describe('flagReader', () => {
  test('a change is seen with the next event, without a release [serverless-feature-flags]', async () => {
    const { read, failed } = reader();
    says({ newPage: false, size: 10, colour: 'grey' });
    expect(await read()).toEqual(defaults);
    says({ newPage: true, size: 20, colour: 'red' });
    expect(await read()).toEqual({ newPage: true, size: 20, colour: 'red' });
    expect(asked).toEqual(Array(2).fill('/applications/a/environments/e/configurations/p'));
    expect(failed).not.toHaveBeenCalled();
  });

  test('while the extension is absent, the defaults hold, or what it told last [serverless-feature-flags]', async () => {
    const { read, failed } = reader();
    says({ size: 20 });
    await read();
    await stop();
    expect(await read()).toEqual({ ...defaults, size: 20 });
    expect(failed).toHaveBeenCalledTimes(1);
    expect(await reader().read()).toEqual(defaults);
  });

  test.each<[string, typeof answer]>([
    ['answers with an error', { status: 500, body: '{"size": 99}' }],
    ['answers with no JSON', { status: 200, body: 'oops' }],
    ['answers with no object', { status: 200, body: '3' }],
    ['does not answer', 'silence'],
  ])('when it %s, the function goes on and tells of it [serverless-feature-flags]', async (_, given) => {
    const { read, failed } = reader();
    answer = given;
    expect(await read()).toEqual(defaults);
    expect(failed).toHaveBeenCalledTimes(1);
  });

  test('flags of another kind or an unknown name are left out [serverless-feature-flags]', async () => {
    says({ newPage: 'yes', size: 20, later: true });
    expect(await reader().read()).toEqual({ ...defaults, size: 20 });
  });

  test('without a path, the remedy is told [serverless-feature-flags]', async () => {
    delete process.env.FLAGS_PATH;
    const { read, failed } = reader();
    expect(await read()).toEqual(defaults);
    expect(failed.mock.calls[0][0].message).toBe('FLAGS_PATH is not set; let the function read FeatureFlags');
  });
});
