import { stepsIn } from '../../../../tools/sandbox/steps/parse';
import { stepsFor, variantsIn } from '../../../../tools/sandbox/test';

const readme = (...lines: string[]): string => ['# Title', '', '## Try', '', ...lines, '', '## Watch', ''].join('\n');
const fence = '```';
const block = (...lines: string[]): string => readme('A sentence.', '', `${fence}console`, ...lines, fence);

describe('the steps of a section', () => {
  test('a command begins with "$ ", what it shows stands beneath', () => {
    expect(
      stepsIn(block('$ echo one', 'one', '', '$ true', '$ echo two; echo; echo three', 'two', '', 'three')),
    ).toEqual([
      { command: 'echo one', expected: ['one'], line: 8 },
      { command: 'true', expected: [], line: 11 },
      { command: 'echo two; echo; echo three', expected: ['two', '', 'three'], line: 12 },
    ]);
  });

  test('a command goes on over a backslash, and until a here-document ends', () => {
    const [first, second, third] = stepsIn(
      block(
        '$ echo a \\',
        '    b',
        'a b',
        "$ cat <<'END'",
        '$ not a command',
        'END',
        '$ not a command',
        '$ cat <<< word',
        'word',
      ),
    );
    expect(first).toMatchObject({ command: 'echo a \\\n    b', expected: ['a b'] });
    expect(second).toMatchObject({ command: "cat <<'END'\n$ not a command\nEND", expected: [] });
    expect(third).toMatchObject({ command: 'not a command' });
    expect(stepsIn(block('$ cat <<< word', 'word'))).toMatchObject([{ command: 'cat <<< word', expected: ['word'] }]);
  });

  test('time to become true is taken off the command', () => {
    expect(stepsIn(block('$ ls   # within 2 min', 'file', '$ cat <<E # within 30 s', 'x', 'E', 'x'))).toMatchObject([
      { command: 'ls', within: 120, expected: ['file'] },
      { command: 'cat <<E\nx\nE', within: 30 },
    ]);
    const [{ command }] = stepsIn(block("$ grep -o '[0-9]*$'   # within 2 min", '403'));
    expect(command).toBe("grep -o '[0-9]*$'");
  });

  test('a block for AWS carries the sentence before it as the reason', () => {
    const [step] = stepsIn(
      readme(
        '- **Open a shell.** It is fine. It needs a **server**',
        '  that has [really](https://x) booted:',
        '',
        `  ${fence}console aws`,
        '  $ aws ssm',
        `  ${fence}`,
      ),
    );
    expect(step).toMatchObject({ command: 'aws ssm', onlyOnAws: 'It needs a server that has really booted.' });
  });

  test('a block that asks servers says so of each of its steps', () => {
    const steps = stepsIn(readme(`${fence}console servers variant=tls`, '$ one', '$ two', fence));
    expect(steps).toMatchObject([
      { command: 'one', needsServers: true, variant: 'tls' },
      { command: 'two', needsServers: true },
    ]);
    expect(stepsIn(block('$ one'))[0]).not.toHaveProperty('needsServers');
  });

  test('a block of a variant is run where that was deployed, and alone', () => {
    const steps = stepsIn(
      readme(`${fence}console`, '$ one', fence, '', `${fence}console variant=two-regions`, '$ two', '$ three', fence),
    );
    const run = (...variants: string[]) => stepsFor(steps, variants).map(({ command }) => command);
    expect([run(), run('other'), run('two-regions')]).toEqual([['one'], ['one'], ['two', 'three']]);
    expect(variantsIn(steps)).toEqual(['two-regions']);
  });

  test('other blocks, other sections and headings within the section are passed over', () => {
    const text = readme(`${fence}sh`, '$ rm', fence, '', '### Part', '', `${fence}console`, '$ ls', fence);
    expect(
      stepsIn(`## Deploy\n${fence}console\n$ no\n${fence}\n${text}\n${fence}console\n$ no\n${fence}`),
    ).toMatchObject([{ command: 'ls' }]);
  });
});

describe('fails when', () => {
  const refused = (text: string): string => {
    try {
      stepsIn(text);
    } catch (error) {
      return (error as Error).message;
    }
    return '';
  };

  test.each([
    ['there is no step', readme('Words.'), '## Try: has no step; write commands as "$ command" in a ```console block'],
    ['output stands before a command', block('one'), 'line 8: stands before the first command; begin it with "$ "'],
    ['a here-document has no end', block('$ cat <<E', 'x'), /^line 8: the command goes on beyond its block/],
    ['the last line ends with a backslash', block('$ echo \\'), /^line 8: the command goes on beyond its block/],
    ['a time is none', block('$ ls # within two min'), /^line 8: "# within two min" is no time; write "# within 30 s"/],
    ['a unit is none', block('$ ls # within 2 h'), /^line 8: "# within 2 h" is no time/],
    ['a mark is unknown', readme('Why.', `${fence}console gcp`, '$ ls', fence), /^line 6: "gcp" marks nothing/],
    ['a variant has no name', readme('Why.', `${fence}console variant=`, '$ ls', fence), /or ```console variant=name/],
    ['an AWS block has no reason', readme(`${fence}console aws`, '$ ls', fence), /and not why; give the reason/],
    ['a block has no end', '## Try\n```console\n$ ls', 'line 2: the block has no end; close it with ```'],
  ])('%s', (_what, text, message) => {
    expect(refused(text)).toMatch(message);
  });

  test('several faults are said at once', () => {
    expect(refused(block('one', '$ ls # within x min')).split('\n')).toHaveLength(2);
  });
});
