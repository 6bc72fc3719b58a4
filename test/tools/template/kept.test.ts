import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const repository = mkdtempSync(join(tmpdir(), 'groundplan-kept-'));
jest.mock('../../../tools/facts/root', () => ({
  get root() {
    return repository;
  },
}));

/** The module as a new process has it. */
function fresh(): typeof import('../../../tools/template/kept').kept {
  let loaded: typeof import('../../../tools/template/kept') | undefined;
  jest.isolateModules(() => {
    loaded = require('../../../tools/template/kept');
  });
  return loaded!.kept;
}

const write = (text: string) => (folder: string) => writeFileSync(join(folder, 'made'), text);
const read = (folder: string) => readFileSync(join(folder, 'made'), 'utf8');

beforeAll(() => {
  for (const name of ['lib/deep', 'lambda']) mkdirSync(join(repository, name), { recursive: true });
  for (const name of ['lib/deep/a.ts', 'lambda/b.ts', 'cdk.json', 'package-lock.json', 'tsconfig.json'])
    writeFileSync(join(repository, name), name);
});

test('what was made of the same words is not made again, by another process either', () => {
  const kept = fresh();
  expect(read(kept(['one'], write('first')))).toBe('first');
  expect(read(kept(['one'], write('second')))).toBe('first');
  expect(read(fresh()(['one'], write('third')))).toBe('first');
  expect(read(kept(['one', 'more'], write('other')))).toBe('other');
});

test.each(['lib/deep/a.ts', 'lambda/b.ts', 'cdk.json', 'package-lock.json', 'tsconfig.json'])(
  'it is made again once %s says something else',
  (name) => {
    const before = read(fresh()(['again'], write(`before ${name}`)));
    writeFileSync(join(repository, name), `${name}, changed`);
    const after = read(fresh()(['again'], write(`after ${name}`)));
    expect([before, after]).toEqual([expect.not.stringContaining('after ' + name), `after ${name}`]);
  },
);

test('what could not be made leaves nothing behind, and is tried again', () => {
  const kept = fresh();
  const fail = (folder: string): void => {
    write('half')(folder);
    throw new Error('the templates say no');
  };
  expect(() => kept(['fails'], fail)).toThrow('the templates say no');
  expect(read(kept(['fails'], write('whole')))).toBe('whole');
});

test('what nobody wanted for an hour goes when the sources have changed', () => {
  const assemblies = join(repository, '.cache', 'assemblies');
  const old = join(fresh()(['old'], write('old')), '..');
  utimesSync(old, new Date(), new Date(Date.now() - 3_700_000));
  writeFileSync(join(repository, 'lib', 'deep', 'new.ts'), 'new');
  fresh()(['new'], write('new'));
  expect(existsSync(old)).toBe(false);
  expect(readdirSync(assemblies).length).toBeGreaterThan(0);
});
