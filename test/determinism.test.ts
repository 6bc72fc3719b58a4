import { execFile, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(__dirname, '..');
const temporary = () => mkdtempSync(join(tmpdir(), 'groundplan-'));
const environment = { PATH: process.env.PATH, HOME: process.env.HOME, CDK_VALIDATION: 'false' };

/** The app run as the CDK's command line runs it, in a process of its own; where it wrote. */
async function synthesise(project: string, env: object = {}): Promise<string> {
  const outdir = temporary();
  const variables = { ...environment, ...env, CDK_OUTDIR: outdir } as unknown as NodeJS.ProcessEnv;
  await promisify(execFile)(process.execPath, ['--import', 'tsx', 'bin/app.ts'], { cwd: project, env: variables });
  return outdir;
}

/** A second checkout, with nothing built in it. */
function copyOfProject(): string {
  const copy = temporary();
  for (const name of ['bin', 'lib', 'lambda', 'cdk.json', 'package.json', 'package-lock.json', 'tsconfig.json']) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  return copy;
}

/** Every file below a folder with its bytes, but for those that name the source lines they came from or the time it took. */
function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    statSync(join(folder, file)).isFile(),
  );
  const deployed = files.filter((file) => !/^(validation-report|performance-counters|.*\.metadata)\.json$/.test(file));
  return Object.fromEntries(deployed.sort().map((file) => [file, readFileSync(join(folder, file), 'latin1')]));
}

test('the app writes the same bytes in another checkout, time zone and locale', async () => {
  const [here, there] = await Promise.all([
    synthesise(root, { TZ: 'Pacific/Auckland', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' }),
    synthesise(copyOfProject(), { TZ: 'America/St_Johns', LANG: 'C', LC_ALL: 'C' }),
  ]);
  const [a, b] = [contents(here), contents(there)];
  expect(Object.keys(a)).toEqual(Object.keys(b));
  expect(Object.keys(a).filter((file) => a[file] !== b[file])).toEqual([]);
  expect(Object.keys(a)).toContain('orders-api.template.json');
}, 60_000);

const isolation = spawnSync('unshare', ['--net', '--map-root-user', 'true']).status === 0;
(isolation ? test : test.skip)(
  isolation
    ? 'the app needs no network'
    : 'the app needs no network (skipped: this machine cannot make a network namespace; unshare from util-linux can)',
  () => {
    const { status, stderr } = spawnSync(
      'unshare',
      ['--net', '--map-root-user', process.execPath, '--import', 'tsx', 'bin/app.ts'],
      {
        cwd: root,
        encoding: 'utf8',
        env: { ...environment, CDK_OUTDIR: temporary() },
      },
    );
    expect([status, stderr]).toEqual([0, '']);
  },
  60_000,
);
