import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { handlersIn } from '../../lib/constructs/serverless/handler-bundle';

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
