import { execFile, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(__dirname, '..');
const temporary = () => mkdtempSync(join(tmpdir(), 'groundplan-'));
const environment = { PATH: process.env.PATH, HOME: process.env.HOME, CDK_VALIDATION: 'false' };

/** The app run as the CDK's command line runs it, in a process of its own; where it wrote. It says nothing, as all is well. */
async function synthesise(project: string, env: object, isolated = false): Promise<string> {
  const outdir = temporary();
  const variables = { ...environment, ...env, CDK_OUTDIR: outdir } as unknown as NodeJS.ProcessEnv;
  const [program, ...words] = [
    ...(isolated ? ['unshare', '--net', '--map-root-user'] : []),
    ...[process.execPath, '--import', 'tsx', 'bin/app.ts'],
  ];
  expect((await promisify(execFile)(program, words, { cwd: project, env: variables })).stderr).toBe('');
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

const isolation = spawnSync('unshare', ['--net', '--map-root-user', 'true']).status === 0;

test(`the app writes the same bytes in another checkout, time zone and locale${
  isolation
    ? ', and with no network'
    : ' (with a network: this machine cannot make a network namespace; unshare from util-linux can)'
}`, async () => {
  const [here, there] = await Promise.all([
    synthesise(root, { TZ: 'Pacific/Auckland', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' }),
    synthesise(copyOfProject(), { TZ: 'America/St_Johns', LANG: 'C', LC_ALL: 'C' }, isolation),
  ]);
  const [a, b] = [contents(here), contents(there)];
  expect(Object.keys(a)).toEqual(Object.keys(b));
  expect(Object.keys(a).filter((file) => a[file] !== b[file])).toEqual([]);
  expect(Object.keys(a)).toContain('orders-api.template.json');
}, 300_000);
