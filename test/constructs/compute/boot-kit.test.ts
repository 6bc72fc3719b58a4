import { execFile, spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { bootKit } from '../../../lib/constructs/compute/boot-kit';

let server: Server;
let asked: string[];
/** How often the metadata service turns away who asks for a token. */
let refuses: number;
beforeEach(async () => {
  asked = [];
  refuses = 0;
  server = createServer(({ method, url, headers }, response) => {
    asked.push(`${method} ${url}`);
    if (url === '/latest/api/token') return void response.writeHead(refuses-- > 0 ? 503 : 200).end('a-token');
    const may = headers['x-aws-ec2-metadata-token'] === 'a-token' && url === '/latest/meta-data/instance-id';
    response.writeHead(may ? 200 : 404).end('i-0abc');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

/** Runs commands of a program that has the kit. */
async function run(commands: string): Promise<{ code: number; stdout: string }> {
  const env = {
    PATH: process.env.PATH,
    PATIENCE: '0',
    AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
  const ran = promisify(execFile)('bash', ['-c', `set -euo pipefail\n${bootKit.text}\n${commands}`], { env });
  const { code = 0, stdout } = await ran.catch((error) => error);
  return { code, stdout };
}

test('tells a fact about the instance to who asks with a token, however late that comes', async () => {
  refuses = 4;
  expect(await run('about instance-id')).toEqual({ code: 0, stdout: 'i-0abc' });
  expect(asked).toEqual([...Array(5).fill('PUT /latest/api/token'), 'GET /latest/meta-data/instance-id']);
});

test.each([
  ['there is no such fact', 0, 'about ami-launch-index'],
  ['the metadata service has no token', 5, 'about instance-id'],
])('a program ends there when %s', async (_, refused, ask) => {
  refuses = refused;
  const { code, stdout } = await run(`fact="$(${ask})"\necho "went on with $fact"`);
  expect([code, stdout]).toEqual([22, '']);
});

test('a command is tried five times, and its last status is what the program sees', async () => {
  const count = 'tried=0; try() { tried=$((tried + 1)); [[ $tried -ge $1 ]] || return 7; }';
  expect((await run(`${count}; patiently try 5; echo $tried`)).stdout).toBe('5\n');
  expect((await run(`${count}; patiently try 6`)).code).toBe(7);
});

const shellcheck = spawnSync('shellcheck', ['--version']).status === 0 ? test : test.skip;
shellcheck('shellcheck finds nothing', () => {
  expect(spawnSync('shellcheck', ['-'], { input: bootKit.text, encoding: 'utf8' }).stdout).toBe('');
});
