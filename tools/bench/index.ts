import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { catalogue } from '../../lib/catalogue';
import { markdownTable, textTable } from '../table';
import { compiledApp, plainApp } from './apps';
import { functionFiles, functionHeading, functionTable } from './functions';
import { median, medianOf, paired, runOnce, runs, type Command, type Pair, type Run } from './measure';
import { sizes, type Figures } from './proofs';

type Row = readonly [what: string, figure: string, budget: string, kept: string];

const heading = ['what', 'figure', 'budget', 'kept'];
const file = join('docs', 'performance.md');
const names = catalogue.map(({ name }) => name);
const tsx = ['node', '--import', 'tsx'];
const out = (name: string) => resolve('.cache', 'bench', 'out', name);

/**
 * Measures what synthesis, bundling and tests cost, as ratios to plain equivalents in paired runs, and holds them against
 * the budgets.
 *
 * @param args `--runs N` counted runs of each command (5); `--write` puts the tables into docs/performance.md. `tools` as the first
 * word measures the tools that prove things and nothing else, in a minute, and writes their rows alone.
 */
export function run(args: readonly string[]): number {
  if (args[0] === 'tools') return onlyTools(args.includes('--write'));
  const at = args.indexOf('--runs');
  const times = at < 0 ? 5 : Number(args[at + 1]);
  if (!Number.isInteger(times) || times < 1) {
    console.error(`--runs is ${args[at + 1]}; give a whole number from 1`);
    return 2;
  }
  const measurements = [runner, bundling, wholeSynthesis, oneArchitecture, growth, tools, toolGrowth, tests];
  const budgets = measurements.flatMap((measure) => {
    const rows = measure(times);
    for (const row of rows) console.error(row.join('  '));
    return rows;
  });
  const functions = functionTable(times);
  console.log(textTable([heading, ...budgets]));
  console.log(`\n${textTable([functionHeading, ...functions])}`);
  if (args.includes('--write'))
    write(markdownTable([heading, ...budgets]), markdownTable([functionHeading, ...functions]), times);
  return budgets.some(([, , , kept]) => kept === 'no') ? 1 : 0;
}

/** The rows of the tools alone; they count CPU of one process, which the paired runs of the others do not change. */
function onlyTools(writes: boolean): number {
  const rows = [...tools(), ...toolGrowth()];
  console.log(textTable([heading, ...rows]));
  if (writes) writeRows(rows);
  return rows.some(([, , , kept]) => kept === 'no') ? 1 : 0;
}

/** The TypeScript runner against the same app compiled and run by plain node, checks off. */
function runner(times: number): Row[] {
  const env = { CDK_VALIDATION: 'false' };
  const pair = paired(
    { words: [...tsx, 'bin/app.ts'], env: { ...env, CDK_OUTDIR: out('runner') } },
    { words: ['node', compiledApp()], env: { ...env, CDK_OUTDIR: out('compiled') } },
    times,
  );
  return [ratioRow('app through tsx / compiled, plain node', pair, 1.35)];
}

/** `cdk synth` of everything against a plain app with the same stacks and packs. */
function wholeSynthesis(times: number): Row[] {
  const plain = plainApp('plain.ts', names);
  const cdk = (name: string, ...more: string[]) => [
    'node',
    'node_modules/aws-cdk/bin/cdk',
    'synth',
    '--quiet',
    '--output',
    out(name),
    ...more,
  ];
  const pair = paired({ words: cdk('whole') }, { words: cdk('plain', '--app', `node --import tsx ${plain}`) }, times);
  const [whole, plainly] = [peak(pair.a), peak(pair.b)];
  return [
    ratioRow('cdk synth, all / plain app, same stacks and packs', pair, 1.3),
    [
      'peak memory of cdk synth, all / plain app',
      `${(whole / plainly).toFixed(2)} (${whole.toFixed(0)} MiB / ${plainly.toFixed(0)} MiB)`,
      '<= 1.1',
      whole / plainly <= 1.1 ? 'yes' : 'no',
    ],
  ];
}

const peak = (all: readonly Run[]): number => Math.max(...all.map((run) => run.memory));

/** The architectures with the smallest and the largest templates and those at the quarters between them, of the last whole synthesis. */
function sample(): string[] {
  const size = (name: string) => statSync(join(out('whole'), `${name}.template.json`)).size;
  const bySize = [...names].sort((a, b) => size(a) - size(b));
  return [0, 1, 2, 3, 4].map((quarter) => bySize[Math.round((quarter * (bySize.length - 1)) / 4)]);
}

/** `-c only=<name>` against an app that holds that architecture alone. */
function oneArchitecture(times: number): Row[] {
  const measured = sample().map((name) => {
    const context = JSON.stringify({ only: name });
    const pair = paired(
      { words: [...tsx, 'bin/app.ts'], env: { CDK_OUTDIR: out('only'), CDK_CONTEXT_JSON: context } },
      { words: [...tsx, plainApp(`alone-${name}.ts`, [name])], env: { CDK_OUTDIR: out('alone') } },
      times,
    );
    return { name, pair };
  });
  const most = Math.max(...measured.map(({ pair }) => peak(pair.a)));
  return [
    ...measured.map(({ name, pair }) => ratioRow(`-c only=${name} / app with it alone`, pair, 1.15)),
    ['peak memory of one architecture', `${most.toFixed(0)} MiB`, '< 600 MiB', most < 600 ? 'yes' : 'no'],
  ];
}

/** The cost of each further architecture, from 5 to 100 copies, rule packs on, template validation off. */
function growth(times: number): Row[] {
  const sizes = [5, 20, 50, 100];
  const seconds = sizes.map((size) => {
    const copies = Array.from({ length: size }, (_, i) => names[i % names.length]);
    const command: Command = {
      words: [...tsx, plainApp(`growth-${size}.ts`, copies)],
      env: { CDK_OUTDIR: out('growth'), CDK_VALIDATION: 'false' },
    };
    return medianOf(runs(command, Math.min(times, 3)), 'cpu');
  });
  const each = sizes.slice(1).map((size, i) => (seconds[i + 1] - seconds[i]) / (size - sizes[i]));
  return each.map((cost, i) => {
    const ratio = cost / each[0];
    const figure = `${(cost * 1000).toFixed(0)} ms of CPU each${i ? `, ${ratio.toFixed(2)} of the first` : ''}`;
    return [
      `from ${sizes[i]} to ${sizes[i + 1]} stacks`,
      figure,
      i ? 'the same, within 25 %' : '-',
      i ? (ratio <= 1.25 ? 'yes' : 'no') : '-',
    ];
  });
}

/** All functions bundled from nothing, and again with nothing changed. */
function bundling(times: number): Row[] {
  const script = `
    const { prepareHandlers } = require('./lib/handlers');
    const begun = performance.now();
    prepareHandlers(${JSON.stringify(names)});
    console.log((performance.now() - begun) / 1000);`;
  const command: Command = { words: [...tsx, '--eval', script] };
  const clear = () => rmSync(resolve('.cache', 'handlers'), { recursive: true, force: true });
  const seconds = (measured: Command) => median(runs(measured, times).map((run) => Number(run.output)));
  const cold = seconds({ ...command, before: clear });
  const unchanged = seconds(command);
  const each = (cold * 1000) / functionFiles().length;
  return [
    [
      'all functions bundled, cold',
      `${cold.toFixed(3)} s, ${each.toFixed(0)} ms each`,
      '<= 50 ms each',
      each <= 50 ? 'yes' : 'no',
    ],
    ['all functions bundled, nothing changed', `${unchanged.toFixed(3)} s`, '<= 1 s', unchanged <= 1 ? 'yes' : 'no'],
  ];
}

let measured: readonly Figures[] | undefined;

/** What the tools that prove things say of the same process, once for all rows: a new one, so that nothing is warm. */
function figures(): readonly Figures[] {
  const script = `console.log(JSON.stringify(require('./tools/bench/proofs').measureProofs()))`;
  measured ??= JSON.parse(runOnce({ words: [...tsx, '--eval', script] }).output) as Figures[];
  return measured;
}

/** Each tool over the whole catalogue, beyond reading it; docs/decisions/0010 says why each architecture has a share. */
function tools(): Row[] {
  return figures().map(({ tool, catalogue: seconds }) => {
    const each = (seconds * 1000) / names.length;
    const figure = `${seconds.toFixed(2)} s of CPU, ${each.toFixed(0)} ms each`;
    return [`${tool}, whole catalogue, beyond loading`, figure, '<= 75 ms each', each <= 75 ? 'yes' : 'no'];
  });
}

/** What a resource costs each tool when the template is two and four times as large; a tool that takes the square would come to 4. */
function toolGrowth(): Row[] {
  return figures().map(({ tool, growing }) => {
    const each = growing.map((seconds, i) => seconds / sizes[i]);
    const [small, middle, large] = each.map((one) => one / each[0]);
    const figure = [small, middle, large].map((one) => one.toFixed(2)).join(', ');
    return [`${tool}, CPU a resource at n, 2n, 4n`, figure, '<= 1.5', large <= 1.5 ? 'yes' : 'no'];
  });
}

/** The tests of five architectures from the smallest to the largest, less what loading the library costs. */
function tests(): Row[] {
  const jest = (...patterns: string[]): Command => ({
    // In one process, so that both sides load the library once.
    words: ['node', 'node_modules/jest/bin/jest.js', '--silent', '--runInBand', ...patterns],
  });
  const five = sample().map((name) => `test/architectures/${name}\\.test`);
  const loading = runOnce(jest('test/constructs/operations', 'test/constructs/storage/log-bucket')).cpu;
  const each = (runOnce(jest(...five)).cpu - loading) / five.length;
  return [
    [
      'tests of one architecture beyond loading, in one process',
      `${each.toFixed(2)} s of CPU`,
      '<= 3 s',
      each <= 3 ? 'yes' : 'no',
    ],
  ];
}

function ratioRow(what: string, pair: Pair, budget: number): Row {
  const seconds = `${medianOf(pair.a, 'wall').toFixed(2)} s / ${medianOf(pair.b, 'wall').toFixed(2)} s`;
  return [what, `${pair.ratio.toFixed(2)} (${seconds})`, `<= ${budget}`, pair.ratio <= budget ? 'yes' : 'no'];
}

/** Replaces the generated part of docs/performance.md; the text around it stays. */
function write(budgets: string, functions: string, times: number): void {
  const machine = `${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node.js ${process.versions.node}, ${times === 1 ? 'one paired run' : `medians of ${times} paired runs`}`;
  const generated = `<!-- bench -->\n\n${machine}\n\n${budgets}\n\n${functions}\n\n<!-- /bench -->`;
  writeFileSync(file, readFileSync(file, 'utf8').replace(/<!-- bench -->[^]*<!-- \/bench -->/, generated));
  console.log(`\nwritten to ${file}`);
}

/** Puts rows in the place of those that measured the same. */
function writeRows(rows: readonly Row[]): void {
  const text = rows.reduce(
    (page, row) => {
      const [line] = markdownTable([row]).split('\n');
      const [what] = row;
      const before = page.split('\n').find((other) => other.startsWith(`| ${what} |`));
      if (before === undefined) throw new Error(`${file} has no row "${what}"; measure everything, with --write`);
      return page.replace(before, () => line);
    },
    readFileSync(file, 'utf8'),
  );
  writeFileSync(file, text);
  console.log(`\nwritten to ${file}`);
}
