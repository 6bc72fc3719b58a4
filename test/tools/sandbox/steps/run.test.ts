import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingPrograms } from '../../../../tools/sandbox/steps/needs';
import type { Step } from '../../../../tools/sandbox/steps/parse';
import { tryOut, type Tried } from '../../../../tools/sandbox/steps/run';

const said: string[] = [];
beforeEach(() => void (said.length = 0));

const step = (command: string, expected: string[] = [], more: Partial<Step> = {}): Step => ({
  command,
  expected,
  line: 1,
  ...more,
});
const tried = (steps: readonly Step[], aws = false, noServers?: string): Promise<Tried> =>
  tryOut(steps, {
    environment: { PATH: process.env.PATH, Url: 'http://here' },
    cwd: mkdtempSync(join(tmpdir(), 'steps-')),
    aws,
    noServers,
    say: (line) => said.push(line),
    pause: 0,
  });

describe('steps', () => {
  test('share one shell: variables, functions and files last, outputs are variables', async () => {
    expect(
      await tried([
        step('id=$(echo 7); say() { echo "$1: $id"; }'),
        step('say "$Url"', ['http://here: 7']),
        step("cat > file <<'END'\nit's here\nEND"),
        step('cat file', ["it's here"]),
      ]),
    ).toEqual({ done: 4, onlyOnAws: 0, withoutServers: 0 });
    expect(said.at(-1)).toBe('ok cat file');
  });

  test('show both streams in the order in which they were written, and read nothing', async () => {
    expect(await tried([step('echo out; echo err >&2; cat; printf end', ['out', 'err', 'end'])])).toMatchObject({
      done: 1,
    });
  });

  test('for AWS are left out elsewhere, with the reason, and run there', async () => {
    const aws = { onlyOnAws: 'It boots.' };
    const steps = [step('echo a', ['a']), step('echo b \\\n c', ['b c'], aws), step('echo d', ['d'], aws)];
    expect(await tried(steps)).toEqual({ done: 1, onlyOnAws: 2, withoutServers: 0 });
    expect(said.slice(1)).toEqual(['only on AWS: It boots.', '   echo b …', '   echo d']);
    expect(await tried(steps, true)).toEqual({ done: 3, onlyOnAws: 0, withoutServers: 0 });
  });

  test('that ask servers are passed over where none boots, with the reason, and run where they do', async () => {
    const asks = { needsServers: true };
    const steps = [step('echo a', ['a'], asks), step('echo b', ['b']), step('echo c', ['c'], asks)];
    expect(await tried(steps, false, 'nginx is missing')).toEqual({ done: 1, onlyOnAws: 0, withoutServers: 2 });
    expect(said).toEqual(['passed over: nginx is missing', '   echo a', 'ok echo b', '   echo c']);
    expect(await tried(steps)).toEqual({ done: 3, onlyOnAws: 0, withoutServers: 0 });
  });

  test('that are given time are repeated until they show what they should', async () => {
    expect(await tried([step('echo -n x >> file; cat file', ['xxx'], { within: 60 })])).toMatchObject({ done: 1 });
  });
});

describe('the first step that goes wrong ends it', () => {
  test('with the step, what was expected and what came, as a difference', async () => {
    const { done, fault } = await tried([
      step('true'),
      step('echo 200; echo b', ['201', 'b'], { line: 9 }),
      step('touch no'),
    ]);
    expect(done).toBe(1);
    expect(fault!.split('\n')).toEqual([
      'The step in line 9 shows something else:',
      '',
      '  $ echo 200; echo b',
      '',
      'expected (-) and got (+):',
      '',
      '  - 201',
      '  + 200',
      '    b',
    ]);
  });

  test.each([
    ['it ends badly', 'exit_with() { return $1; }; exit_with 3', /ended with 3; a step must end well/],
    [
      'it uses a variable that is not set',
      'echo $Nothing',
      /ended the shell; does it use a variable that is not set\?[^]*Nothing: unbound variable/,
    ],
    ['it calls what is not installed', 'no-such-program', /a program it calls is not installed/],
    ['it leaves the shell', 'exit 0', /ended the shell/],
  ])('when %s', async (_what, command, message) => {
    expect((await tried([step(command)])).fault).toMatch(message);
  });

  test('when its time is over, which it says', async () => {
    expect((await tried([step('echo a', ['b'], { within: 0.01 })])).fault).toMatch(
      /repeated for 0.01 s, shows something else/,
    );
  });
});

describe('programs that are needed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'programs-'));
  writeFileSync(join(folder, 'jq'), '');

  test('and missing are named in one line, with how to get them', () => {
    const steps = [step('id=$(aws s3 ls | jq .)'), step('for i in 1; do\n  curl x; done')];
    expect(missingPrograms(steps, `/nowhere:${folder}`)).toBe(
      'the steps call aws, curl, not found here (aws: pip install awscli, or docs.aws.amazon.com/cli; curl: apt-get install curl)',
    );
  });

  test('are not those that only stand in a text', () => {
    expect(missingPrograms([step('echo "https://aws.amazon.com" curl')], folder)).toBeUndefined();
  });
});
