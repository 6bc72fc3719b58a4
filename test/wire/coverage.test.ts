import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { handlersIn } from '../../lib/constructs/serverless/handler-bundle';
import { unused } from './support/faults-page';

const lambda = resolve('lambda');
const handlers = readdirSync(lambda).flatMap((folder) => handlersIn(join(lambda, folder)));
const tests = readdirSync(__dirname)
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => readFileSync(join(__dirname, file), 'utf8'))
  .join('\n');

test.each(handlers.map((file) => relative(lambda, file)))('%s is run on the wire', (file) => {
  expect(tests).toContain(basename(file, '.ts'));
  expect(tests).toContain(file.split('/')[0]);
});

test.each(Object.entries(unused))('%s has no handler yet, as docs/faults.md says', (service, named) => {
  const sources = readdirSync(lambda, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const using = sources.filter((file) => named.test(readFileSync(join(lambda, file), 'utf8')));
  // Whoever writes the first one writes its test here, and takes the service out of the list.
  expect(using).toEqual([]);
  expect(readFileSync(resolve('docs', 'faults.md'), 'utf8')).toContain(service);
});
