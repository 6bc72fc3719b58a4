import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { filesOf, run } from '../../tools/claims';
import { ledgerOf, type Files, type Ledger } from '../../tools/claims/ledger';

const heading = '| id | claim | build and prove | kind | built in | proven by |\n| --- | --- | --- | --- | --- | --- |';
const row = (id: string, { kind = 'core', built = '', proven = 'open' } = {}) =>
  `| \`${id}\` | It holds. | Build it. | ${kind} | ${built} | ${proven} |`;
const page = (title: string, ...rows: string[]) =>
  `# ${title}\n\nWhat it is about.\n\n## Claims\n\n${heading}\n${rows.join('\n')}\n`;
const readme = 'Before.\n\n<!-- written by npm run claims -->\n<!-- end -->\n\nAfter.\n';
const built = (...ids: string[]) =>
  `/**\n * Holds addresses.\n *\n * @claims ${ids.join(', ')}\n */\nexport class Plan {}\n`;
const tests = (...titles: string[]) => titles.map((title) => `test('${title}', () => {});\n`).join('');

/** A repository with two claims and nothing else, and what is put over it. */
const repository = (files: Record<string, string> = {}): Files =>
  new Map(
    Object.entries({
      'notes/README.md': readme,
      'notes/network.md': page('Network', row('network-count'), row('network-range')),
      ...files,
    }),
  );
const ledger = (files: Record<string, string> = {}): Ledger => ledgerOf(repository(files));
const faults = (files: Record<string, string>) => ledger(files).faults;
const lineOf = ({ pages }: Ledger, id: string, file = 'notes/network.md') =>
  pages
    .get(file)!
    .split('\n')
    .find((line) => line.startsWith(`| \`${id}\``));
const states = ({ claims }: Ledger) => Object.fromEntries(claims.map(({ id, state }) => [id, state]));

describe('a claim', () => {
  test('is open while nothing builds it and nothing proves it', () => {
    expect(lineOf(ledger(), 'network-count')).toBe(row('network-count'));
    expect(states(ledger())).toEqual({ 'network-count': 'open', 'network-range': 'open' });
  });

  test('is proven when a tag says where it is built and a test carries its id, and links both', () => {
    const proven = ledger({
      'lib/constructs/network/plan.ts': built('network-count'),
      'test/constructs/network/plan.test.ts': tests('a /16 holds 65,536 addresses [network-count]'),
    });
    expect(proven.faults).toEqual([]);
    expect(states(proven)).toEqual({ 'network-count': 'proven', 'network-range': 'open' });
    expect(lineOf(proven, 'network-count')).toBe(
      row('network-count', {
        built: '[Plan](../lib/constructs/network/plan.ts)',
        proven: '[plan.test.ts](../test/constructs/network/plan.test.ts): “a /16 holds 65,536 addresses”',
      }),
    );
  });

  test('stays open while it is built but not proven, and shows where it is built', () => {
    const unproven = ledger({ 'lambda/plan/count.ts': built('network-count') });
    expect(states(unproven)['network-count']).toBe('open');
    expect(lineOf(unproven, 'network-count')).toContain('| core | [Plan](../lambda/plan/count.ts) | open |');
  });

  test('names all its builders and all its tests, once each, by file', () => {
    const proven = ledger({
      'lib/a.ts': built('network-count') + built('network-count'),
      'tools/b.ts': '/** @claims network-count */\nexport const count = 1;\n',
      'test/a.test.ts': tests(
        'one [network-count]',
        'a | b <c> * [network-range, network-count]',
        'one [network-count]',
      ),
      'test/b.test.ts': tests('two [network-count]'),
      'lib/c.ts': built('network-range'),
    });
    expect(lineOf(proven, 'network-count')).toContain(
      '| [Plan](../lib/a.ts), [count](../tools/b.ts) | [a.test.ts](../test/a.test.ts): “one”, “a \\| b &lt;c> \\*”; [b.test.ts](../test/b.test.ts): “two” |',
    );
  });

  test('that is declined keeps its reason', () => {
    const reason = 'declined: the service is closed to new customers';
    const declined = ledger({ 'notes/network.md': page('Network', row('network-count', { proven: reason })) });
    expect(declined.faults).toEqual([]);
    expect(states(declined)).toEqual({ 'network-count': 'declined' });
    expect(lineOf(declined, 'network-count')).toBe(row('network-count', { proven: reason }));
  });
});

describe('a tag', () => {
  const builders = (source: string) => {
    const reading = ledger({ 'lib/a.ts': source });
    expect(reading.faults).toEqual([]);
    return reading.pages.get('notes/network.md')!.match(/\[[\w.]+\](?=\(\.\.\/lib)/g);
  };

  test('may wrap over lines', () => {
    expect(
      builders('/**\n * What.\n *\n * @claims network-count,\n * network-range\n * @throws never\n */\nclass A {}'),
    ).toEqual(['[A]', '[A]']);
  });

  test.each([
    ['export abstract class A<T> {}', '[A]'],
    ['export function make() {}', '[make]'],
    ['export const make = () => 1;', '[make]'],
    ['export interface Props {}', '[Props]'],
    ['declare module "x";', '["x"]'],
    ['import "x";', '[a]'],
    ['export default {};', '[a]'],
  ])('stands on %s as %s', (declaration, name) => {
    const [found] = /\[[^\]]+\](?=\(\.\.\/lib)/.exec(
      ledger({ 'lib/a.ts': `/** @claims network-count */\n${declaration}` }).pages.get('notes/network.md')!,
    )!;
    expect(found).toBe(name);
  });

  test('stands on a member under the name of its class, and in the first of two comments before a declaration', () => {
    expect(builders('class A {\n  /** @claims network-count */\n  static make() {}\n}')).toEqual(['[A.make]']);
    expect(builders('class A {\n  /** @claims network-count */\n  constructor() {}\n}')).toEqual(['[A]']);
    expect(builders('/** @claims network-count */\n/** What. */\nclass A {}')).toEqual(['[A]']);
  });

  test('is a tag only in a doc comment: strings, line comments and prose are not looked at', () => {
    expect(
      builders('// @claims network-count\nconst a = "/** @claims network-count */"; /** Write `@claims x`. */'),
    ).toBeNull();
  });
});

describe('a title', () => {
  const titles = (source: string) => {
    const reading = ledger({ 'lib/a.ts': built('network-count'), 'test/a.test.ts': source });
    expect(reading.faults).toEqual([]);
    return /: (“.*”) \|$/.exec(lineOf(reading, 'network-count')!)?.[1];
  };

  test.each([
    ["test('counts [network-count]', () => {})", '“counts”'],
    ["it('counts [network-count]', () => {})", '“counts”'],
    ['test("counts [network-count]", () => {})', '“counts”'],
    ['test(`counts [network-count]`, () => {})', '“counts”'],
    ['test(`counts ${n} of ${m} [network-count]`, () => {})', '“counts … of …”'],
    ["test('counts ' +\n 'twice [network-count]', () => {})", '“counts twice”'],
    ["test.only('counts [network-count]', () => {})", '“counts”'],
    ["test.each([['a']])('counts %s [network-count]', () => {})", '“counts %s”'],
    ["test.each<[string]>([['a']])('counts %s [network-count]', () => {})", '“counts %s”'],
    ["it.concurrent.each([['a']])('counts %s [network-count]', () => {})", '“counts %s”'],
    ["test.each`a\n${1}`('counts $a [network-count]', () => {})", '“counts $a”'],
    ["describe('plan', () => { test('counts [network-count]', () => {}); })", '“counts”'],
    ["describe.each(['a'])('%s', () => { for (const a of b) test('counts [network-count]', () => {}); })", '“counts”'],
    ["test('counts [network-count,network-count]', () => {})", '“counts”'],
  ])('is read from %s', (source, expected) => {
    expect(titles(source)).toBe(expected);
  });

  test.each([
    ["describe('counts [network-count]', () => {})"],
    ["describe.each(['a'])('counts %s [network-count]', () => {})"],
    ["expect('counts [network-count]')"],
    ["// test('counts [network-count]', () => {})"],
    ['const text = "test(\'counts [network-count]\', () => {})";'],
    ["test(title, () => expect('[network-count]'))"],
    ["regexp.test('[network-count]')"],
    ["test.each(['counts [network-count]'])('%s', () => {})"],
  ])('is not read from %s', (source) => {
    expect(titles(source)).toBeUndefined();
  });

  test('counts in test files only', () => {
    expect(
      states(ledger({ 'lib/a.ts': built('network-count'), 'test/support/a.ts': tests('counts [network-count]') })),
    ).toEqual({
      'network-count': 'open',
      'network-range': 'open',
    });
  });
});

describe('fails when', () => {
  test('a title carries an id that no table has', () => {
    expect(faults({ 'test/a.test.ts': '\n' + tests('counts [network-cuont]') })).toEqual([
      'test/a.test.ts:2: there is no claim network-cuont, did you mean network-count?; correct the id, or add the claim to notes/network.md',
    ]);
  });

  test('a tag carries an id that no table has', () => {
    expect(faults({ 'lib/a.ts': built('storage-transfer-acceleration') })).toEqual([
      'lib/a.ts:4: there is no claim storage-transfer-acceleration; correct the id, or add the claim to notes/storage.md',
    ]);
  });

  test('a test proves what is built nowhere', () => {
    expect(states(ledger({ 'test/a.test.ts': tests('counts [network-count]') }))['network-count']).toBe('open');
    expect(faults({ 'test/a.test.ts': tests('counts [network-count]') })).toEqual([
      'test/a.test.ts:1: a test proves network-count, and nothing says where it is built; write @claims network-count into the doc comment of the class or function of lib, lambda or tools that realises it',
    ]);
  });

  test('an id stands in two tables, or twice in one', () => {
    expect(faults({ 'notes/network.md': page('Network', row('network-count'), row('network-count')) })).toEqual([
      'notes/network.md:10: network-count stands in notes/network.md:9 already; keep one row, or rename one',
    ]);
    expect(faults({ 'notes/storage.md': page('Storage', row('network-count')) })).toEqual([
      'notes/storage.md:9: network-count belongs to another domain; move it, or begin it with storage-',
      'notes/storage.md:9: network-count stands in notes/network.md:9 already; keep one row, or rename one',
    ]);
  });

  test.each(['declined', 'declined:', 'Declined', 'declined - nobody wants it'])(
    'a claim is "%s", without a reason',
    (proven) => {
      expect(faults({ 'notes/network.md': page('Network', row('network-count', { proven })) })).toEqual([
        'notes/network.md:9: network-count is declined without a reason; write "declined: " and why nobody is served by it',
      ]);
    },
  );

  test.each([
    ['built', { 'lib/a.ts': built('network-count') }, 'lib/a.ts:4'],
    [
      'built and proven',
      { 'lib/a.ts': built('network-count'), 'test/a.test.ts': tests('counts [network-count]') },
      'lib/a.ts:4',
    ],
  ])('a declined claim is %s', (_, files, place) => {
    const notes = page('Network', row('network-count', { proven: 'declined: nobody asks for it' }));
    expect(faults({ 'notes/network.md': notes, ...files })).toEqual([
      `notes/network.md:9: network-count is declined, but stands in ${place}; empty the cell, or remove the id there`,
    ]);
  });

  test.each([
    ['network-count network-range', 'network-count network-range'],
    ['network-count,', ''],
    ['', ''],
    ['Network-Count', 'Network-Count'],
    ['network-count; network-range', 'network-count; network-range'],
    ['network-count, 16', '16'],
    ['network', 'network'],
  ])('a title ends in brackets that hold "%s"', (list, rest) => {
    expect(faults({ 'lib/a.ts': built('network-count'), 'test/a.test.ts': tests(`counts [${list}]`) })).toEqual([
      `test/a.test.ts:1: the title ends in [${list}], where "${rest}" is no claim id; write one pair of brackets with ids and commas, [network-cidr-count, network-cidr-range], and keep brackets at the end of a title for that`,
    ]);
  });

  test('ids of a title are filled in when the test runs', () => {
    expect(faults({ 'test/a.test.ts': 'test(`counts [${id}]`, () => {})' })).toEqual([
      expect.stringContaining('test/a.test.ts:1: the title ends in […], where "…" is no claim id'),
    ]);
  });

  test.each([
    'counts [network-count] [network-range]',
    'counts [network-count] well',
    'counts [network-count',
    'counts [see network-count] well',
  ])('a title has ids elsewhere than in one pair of brackets at its end: %s', (title) => {
    expect(faults({ 'lib/a.ts': built('network-count', 'network-range'), 'test/a.test.ts': tests(title) })).toEqual([
      `test/a.test.ts:1: the title has ids in a bracket that is not closed, or not the only one at its end: "${title}"; put all ids into one pair at the end`,
    ]);
  });

  test('brackets within a title are no fault while they hold no id', () => {
    expect(faults({ 'test/a.test.ts': tests('the [T] rows and [1, 2] are kept') })).toEqual([]);
  });

  test.each([
    "test.skip('counts [network-count]', () => {})",
    "it.skip.each([1])('counts [network-count]', () => {})",
    "test.todo('counts [network-count]')",
    "test.failing('counts [network-count]', () => {})",
    "xit('counts [network-count]', () => {})",
    "xtest('counts [network-count]', () => {})",
    "describe.skip('plan', () => { test('counts [network-count]', () => {}) })",
    "xdescribe('plan', () => { describe('more', () => { test('counts [network-count]', () => {}) }) })",
  ])('an id stands on a test that is skipped: %s', (source) => {
    expect(faults({ 'lib/a.ts': built('network-count'), 'test/a.test.ts': source })).toEqual([
      'test/a.test.ts:1: network-count on a test that is skipped, which proves nothing; run it, or take the ids out',
    ]);
  });

  test('a tag holds more than ids', () => {
    expect(faults({ 'lib/a.ts': '/**\n * @claims network-count\n *\n * Holds addresses.\n */\nclass A {}' })).toEqual([
      'lib/a.ts:2: @claims holds "network-count\n\nHolds addresses.", which is no claim id; write ids with commas between them, and any text above the tag',
    ]);
    expect(faults({ 'lib/a.ts': '/** @claims */\nclass A {}' })).toEqual([
      'lib/a.ts:1: @claims holds "", which is no claim id; write ids with commas between them, and any text above the tag',
    ]);
  });

  test('a tag stands in a comment that documents nothing', () => {
    expect(faults({ 'lib/a.ts': 'function a() {\n  return [\n    /** @claims network-count */\n  ];\n}\n' })).toEqual([
      'lib/a.ts:3: @claims stands in a comment that documents nothing; put it into the doc comment of the class or function that realises the claims',
    ]);
  });

  test('a table cannot be read', () => {
    const broken = [
      '# Network',
      '| id | claim | kind |',
      '| `network-a` | a | b | core |  | open | x |',
      '| `network-b` | a \\| b | b | main |  | open |',
      '| `network-c` | a | b | core |  | open',
    ].join('\n');
    expect(faults({ 'notes/network.md': broken })).toEqual([
      'notes/network.md:2: the columns are id, claim, kind; they must be id, claim, build and prove, kind, built in, proven by',
      'notes/network.md:3: network-a has 7 cells; it needs 6, so write a bar inside a cell as \\| and leave empty cells empty',
      'notes/network.md:4: network-b is of kind "main"; write one of core, option, account, none',
      'notes/network.md:5: the row does not end in a bar; close its last cell',
    ]);
  });

  test('the overview has no place for its table', () => {
    expect(faults({ 'notes/README.md': '# Claims\n' })).toEqual([
      'notes/README.md:1: has no place for the table of domains; put the lines <!-- written by npm run claims --> and <!-- end --> where it belongs',
    ]);
  });

  test('several things are wrong, in the order of files and lines', () => {
    const many = faults({
      'lib/b.ts': built('network-x'),
      'lib/a.ts': `${'\n'.repeat(8)}${built('network-x')}${built('network-x')}`,
    });
    expect(many.map((fault) => fault.split(': ')[0])).toEqual(['lib/a.ts:12', 'lib/a.ts:18', 'lib/b.ts:4']);
  });
});

describe('the pages', () => {
  const files = {
    'notes/network.md': page(
      'Network',
      row('network-count'),
      row('network-range', { kind: 'option' }),
      row('network-x', { kind: 'none', proven: 'declined: nobody asks for it' }),
    ),
    'notes/storage.md': page('Storage', row('storage-x', { kind: 'account' })),
    'lib/a.ts': built('network-count'),
    'test/a.test.ts': tests('counts [network-count]'),
  };

  test('each begin with a line that counts their claims, replaced and not repeated', () => {
    const expected = '3 claims: 1 proven, 1 open, 1 declined. Proven by kind: core 1 of 1, option 0 of 1, none 0 of 1.';
    const once = ledger(files).pages;
    expect(once.get('notes/network.md')!.split('\n').slice(0, 5)).toEqual([
      '# Network',
      '',
      expected,
      '',
      'What it is about.',
    ]);
    const later = ledger({ ...files, ...Object.fromEntries(once), 'test/a.test.ts': '' }).pages.get(
      'notes/network.md',
    )!;
    expect(later.match(/\d+ claims: /g)).toHaveLength(1);
    expect(later).toContain('3 claims: 0 proven, 2 open, 1 declined.');
  });

  test('have a table of domains in the overview, between what people wrote', () => {
    expect(ledger(files).pages.get('notes/README.md')).toBe(
      [
        'Before.',
        '',
        '<!-- written by npm run claims -->',
        '',
        '| domain | claims | proven | open | declined | `core` | `option` | `account` | `none` |',
        '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
        '| [Network](network.md) | 3 | 1 | 1 | 1 | 1 of 1 | 0 of 1 | - | 0 of 1 |',
        '| [Storage](storage.md) | 1 | 0 | 1 | 0 | - | - | 0 of 1 | - |',
        '| all | 4 | 1 | 2 | 1 | 1 of 1 | 0 of 1 | 0 of 1 | 0 of 1 |',
        '',
        '<!-- end -->',
        '',
        'After.',
        '',
      ].join('\n'),
    );
  });

  test('come out the same when nothing changed, and with everything else as it was', () => {
    const once = ledger(files).pages;
    expect(ledger({ ...files, ...Object.fromEntries(once) }).pages).toEqual(once);
    const withoutGenerated = (text: string) =>
      text.replace(/^\d+ claims: .*\n\n/m, '').replace(/ \|[^|]*\|[^|]*\|$/gm, '');
    expect(withoutGenerated(once.get('notes/network.md')!)).toBe(withoutGenerated(files['notes/network.md']));
  });
});

describe('the command', () => {
  let root: string;
  const put = (files: Record<string, string>) => {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
  };
  const read = (file: string) => readFileSync(join(root, file), 'utf8');
  const said: string[] = [];
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'groundplan-claims-'));
    said.length = 0;
    const hear = (text: string) => void said.push(text);
    jest.spyOn(console, 'log').mockImplementation(hear);
    jest.spyOn(console, 'error').mockImplementation(hear);
    put({
      ...Object.fromEntries(repository()),
      'lib/deep/er/a.ts': built('network-count'),
      'test/deep/a.test.ts': tests('counts [network-count]'),
      'test/deep/readme.md': '[network-nonsense]',
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(root, { recursive: true });
  });

  test('writes the pages and says how far we are; then --check has nothing to object to', () => {
    expect(run([], root)).toBe(0);
    expect(read('notes/network.md')).toContain(
      '[Plan](../lib/deep/er/a.ts) | [a.test.ts](../test/deep/a.test.ts): “counts” |',
    );
    expect(said).toEqual(['2 claims: 1 proven, 1 open, 0 declined. Proven by kind: core 1 of 2.']);
    expect(run(['--check'], root)).toBe(0);
  });

  test('with --check, fails when pages are stale, names them and leaves them alone', () => {
    const before = read('notes/network.md');
    expect(run(['--check'], root)).toBe(1);
    expect(said).toEqual([
      'notes/network.md, notes/README.md: no longer what code and tests say; run npm run claims and commit it',
    ]);
    expect(read('notes/network.md')).toBe(before);
  });

  test('fails on a fault and writes nothing', () => {
    const before = read('notes/network.md');
    put({ 'test/b.test.ts': tests('counts [network-cuont]') });
    for (const args of [[], ['--check']]) expect(run(args, root)).toBe(1);
    expect(said).toEqual(Array(2).fill(expect.stringMatching(/^test\/b\.test\.ts:1: there is no claim network-cuont/)));
    expect(read('notes/network.md')).toBe(before);
  });

  test('refuses an option it does not know instead of writing', () => {
    expect(run(['--chek'], root)).toBe(2);
    expect(said).toEqual(['claims --chek: there is no such option; write nothing, or --check']);
    expect(read('notes/network.md')).toBe(repository().get('notes/network.md'));
  });

  test('reads files that a Windows checkout gave other line ends', () => {
    run([], root);
    const unix = [...filesOf(root)];
    for (const [file, text] of unix) writeFileSync(join(root, file), text.replaceAll('\n', '\r\n'));
    expect([...filesOf(root)]).toEqual(unix);
    expect(run(['--check'], root)).toBe(0);
  });
});

describe('this repository', () => {
  const files = filesOf(join(__dirname, '..', '..'));
  const { claims, pages, faults: found } = ledgerOf(files);

  test('has claims in thirteen domains, and no fault in any tag, title or table', () => {
    expect(found).toEqual([]);
    expect(new Set(claims.map(({ domain }) => domain)).size).toBe(13);
  });

  test('has notes that say what code and tests say; when this fails, run `npm run claims` and commit', () => {
    const stale = [...pages]
      .filter(([file, text]) => files.get(file) !== text)
      .map(([file]) => `npm run claims: ${file}`);
    expect(stale).toEqual([]);
  });

  test('mentions no source that a reader cannot open', () => {
    const numbered = [...pages].flatMap(
      ([file, text]) => text.match(/\bnotes differ\b|(?<![\d,.])00[0-4]\b|§/g)?.map((word) => `${file}: ${word}`) ?? [],
    );
    expect(numbered).toEqual([]);
  });
});
