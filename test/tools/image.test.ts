import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../tools/image';
import { emulatorFolder } from '../../tools/image/plan';
import { listening } from '../support/console';

const entry = 'lambda/live-settings/quote.ts';
const said = listening();
const folder = mkdtempSync(join(tmpdir(), 'groundplan-image-'));
const path = process.env.PATH;
let emulator: Server | undefined;
let posted: string[] = [];

/** An engine that writes down what it is told, and fails at what it is told to fail at. */
function engine(failsAt = 'nothing'): void {
  const file = join(folder, 'docker');
  writeFileSync(
    file,
    `#!/bin/sh\necho "$@" >> '${folder}/told'\n[ "$1" = ${failsAt} ] && exit 7\n[ "$1" = run ] && echo c0ffee\nexit 0\n`,
  );
  chmodSync(file, 0o755);
  writeFileSync(join(folder, 'told'), '');
  process.env.PATH = `${folder}:${path}`;
}
const told = () => readFileSync(join(folder, 'told'), 'utf8').trim().split('\n');
/** What listens where the interface emulator would. */
async function listens(answer: string): Promise<string> {
  posted = [];
  const server = createServer((request, response) => {
    request.on('data', (data: Buffer) => posted.push(`${request.url} ${data.toString()}`));
    request.on('end', () => response.end(answer));
  });
  emulator = server;
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `${(server.address() as AddressInfo).port}`;
}
afterEach(() => {
  process.env.PATH = path;
  emulator?.close();
  emulator?.closeAllConnections();
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('groundplan image', () => {
  test('prints how an image is built, run with the interface emulator, called and stopped, and runs nothing [serverless-container-image]', async () => {
    engine();
    expect(await run([entry, '--event', '{"kilograms": 3}', '--env', 'OFFER_MINUTES=5'])).toBe(0);
    expect(said).toEqual([
      expect.stringMatching(
        /^docker build --tag groundplan-lambda-live-settings-quote --build-arg BASE=public\.ecr\.aws\/lambda\/nodejs:24 \S+\.cache\/images\/aws\/lambda-live-settings-quote$/,
      ),
      'docker run --rm --detach --publish 127.0.0.1:9000:8080 --env OFFER_MINUTES=5 groundplan-lambda-live-settings-quote',
      `curl -d '{"kilograms":3}' http://127.0.0.1:9000/2015-03-31/functions/function/invocations`,
      "docker stop '<the id that run printed>'",
      '\nNothing was run; --yes runs it.',
    ]);
    expect(told()).toEqual(['']);
  });

  test('puts the interface emulator into an image of another base from outside, as the deployed one has none [serverless-container-image]', async () => {
    await run([entry, '--base', 'own', '--from', 'node:24-slim', '--engine', 'podman']);
    expect(said[0]).toContain(
      'podman build --tag groundplan-lambda-live-settings-quote --build-arg BASE=node:24-slim ',
    );
    expect(said[1]).toBe(
      `podman run --rm --detach --publish 127.0.0.1:9000:8080 --volume ${emulatorFolder}:/rie:ro --entrypoint /rie/aws-lambda-rie groundplan-lambda-live-settings-quote /usr/local/bin/node /client/node_modules/aws-lambda-ric/index.mjs index.handler`,
    );
  });

  test('told so, it builds, calls, prints the answer and stops what it started [serverless-container-image]', async () => {
    engine();
    const port = await listens('{"cents":360}');
    expect(await run([entry, '--event', '{"kilograms":3}', '--port', port, '--yes'])).toBe(0);
    expect(said).toEqual(['{"cents":360}']);
    expect(posted).toEqual(['/2015-03-31/functions/function/invocations {"kilograms":3}']);
    expect(told().map((line) => line.split(' ')[0])).toEqual(['build', 'run', 'stop']);
    expect(told()[2]).toBe('stop c0ffee');
  });

  test('a function that fails, and an emulator that never listens, end with 1 and leave nothing running', async () => {
    engine();
    const port = await listens('{"errorMessage":"there is no rate","errorType":"Error"}');
    expect(await run([entry, '--port', port, '--yes'])).toBe(1);
    expect(said).toEqual(['{"errorMessage":"there is no rate","errorType":"Error"}']);
    emulator?.close();
    emulator?.closeAllConnections();
    expect(await run([entry, '--port', port, '--yes'], { looks: 2, between: 1 })).toBe(1);
    expect(said[1]).toBe(
      `nothing listens at http://127.0.0.1:${port}/2015-03-31/functions/function/invocations after 2 looks`,
    );
    expect(told().filter((line) => line.startsWith('stop'))).toHaveLength(2);
  });

  test.each([
    ['build', ['docker build ended with 7'], ['build']],
    ['run', ['docker run ended with 7'], ['build', 'run']],
  ])('what fails at %s ends there', async (failsAt, words, commands) => {
    engine(failsAt);
    expect(await run([entry, '--yes'])).toBe(1);
    expect(said).toEqual(words);
    expect(told().map((line) => line.split(' ')[0])).toEqual(commands);
  });

  test('an engine that is not installed is named', async () => {
    process.env.PATH = folder;
    expect(await run([entry, '--engine', 'finch', '--yes'])).toBe(1);
    expect(said[0]).toContain('finch cannot be run: ');
  });

  test.each([
    [[], 'say which handler, such as lambda/live-settings/quote.ts'],
    [[entry, 'more'], '"more" is one word too many; give one handler'],
    [
      ['lambda/nothing.ts'],
      /no handler at \S+lambda\/nothing\.ts; give the path of a TypeScript file that exports handler/,
    ],
    [[entry, '--base', 'mine'], '--base is "mine"; give aws or own'],
    [[entry, '--engine', 'lxc'], '--engine is "lxc"; give docker, podman, finch'],
    [[entry, '--port', 'nine'], '--port is "nine"; give a number'],
    [[entry, '--env', 'X'], '--env is "X"; give NAME=value'],
    [
      [entry, '--event', '{'],
      '--event is "{", which is neither JSON nor a file of it; give {"kilograms": 3} or a path',
    ],
    [[entry, '--from', 'node:latest'], 'the image is node:latest; name a tag other than latest, or a digest'],
  ])('fails with 2 and the reason for %p', async (args, reason) => {
    expect(await run(args)).toBe(2);
    expect(said[0]).toMatch(reason);
  });
});
