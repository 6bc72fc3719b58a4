import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../tools/local';
import { listening } from '../support/console';

const said = listening();
const folder = mkdtempSync(join(tmpdir(), 'groundplan-local-'));
const path = process.env.PATH;
const template = '.cache/local/orders-api/orders-api.template.json';

/** Stands for npx and sam: writes down what it is told and what it reads. */
function programs(failing?: string): void {
  for (const name of ['npx', 'sam']) {
    const file = join(folder, name);
    writeFileSync(
      file,
      `#!/bin/sh\necho "${name} $@ < $(cat)" >> '${folder}/told'\n${name === failing ? 'exit 3' : 'exit 0'}\n`,
    );
    chmodSync(file, 0o755);
  }
  writeFileSync(join(folder, 'told'), '');
  process.env.PATH = `${folder}:${path}`;
}
const told = () => readFileSync(join(folder, 'told'), 'utf8').trim().split('\n');
afterEach(() => {
  process.env.PATH = path;
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('groundplan local', () => {
  test('prints how SAM runs a function of the synthesised template, and runs nothing [serverless-sam-workflow]', () => {
    programs();
    expect(run(['orders-api', '--function', 'Functions/Orders', '--event', '{"a": "b c"}'])).toBe(0);
    expect(said).toEqual([
      'npx cdk synth --exclusively orders-api --quiet --output .cache/local/orders-api',
      expect.stringMatching(
        `^echo '{"a":"b c"}' \\| sam local invoke --template ${template} --event - FunctionsOrdersHandlerFunction\\w{8}$`,
      ),
      '\nNothing was run; --yes runs it.',
    ]);
    expect(told()).toEqual(['']);
  });

  test('told so, it synthesises and hands the event over, or serves the API [serverless-sam-workflow]', () => {
    programs();
    expect(run(['orders-api', 'profile=production', '--function', 'Functions/Invoices', '--yes'])).toBe(0);
    expect(run(['orders-api', '--port', '3001', '--yes'])).toBe(0);
    expect(told()).toEqual([
      'npx cdk synth --exclusively orders-api --quiet --output .cache/local/orders-api -c profile=production < ',
      expect.stringMatching(
        `^sam local invoke --template ${template} --event - FunctionsInvoicesHandlerFunction\\w{8} < {}$`,
      ),
      'npx cdk synth --exclusively orders-api --quiet --output .cache/local/orders-api < ',
      `sam local start-api --template ${template} --port 3001 <`,
    ]);
  });

  test.each([
    ['npx', 'npx cdk ended with 3', 1],
    ['sam', 'sam local ended with 3', 2],
  ])('ends with 1 where %s fails, and does no more', (failing, words, commands) => {
    programs(failing);
    expect(run(['orders-api', '--yes'])).toBe(1);
    expect(said).toEqual([words]);
    expect(told()).toHaveLength(commands);
  });

  test.each([
    [[], 'say which architecture, such as orders-api'],
    [['nothing'], 'nothing is neither an architecture nor a file; the architectures are '],
    [['orders-api', '--port', 'x'], '--port is "x"; give a number'],
    [
      ['orders-api', '--function', 'Cook'],
      'there is no function Cook; give a part of one of orders-api/Functions/Orders/Handler',
    ],
    [
      ['orders-api', '--function', 'Handler'],
      'Handler is more than one function; give a part of one of orders-api/Functions/Orders',
    ],
    [
      ['orders-api', '--function', 'Functions/Orders', '--event', 'x'],
      '--event is "x", which is neither JSON nor a file of it',
    ],
    [['live-settings'], 'there is no API here; name a function with --function'],
    [['hand-built-vpc', '--function', 'x'], 'there is no function here; take another architecture'],
  ])('ends with 2 and the reason for %p', (args, reason) => {
    expect(run(args)).toBe(2);
    expect(said[0]).toContain(reason);
  });
});
