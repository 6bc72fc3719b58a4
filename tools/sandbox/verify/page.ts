import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from '../../../lib/catalogue';
import { markdownTable } from '../../table';
import { loadTemplates } from '../../template/load';
import { stepsOf } from '../test';
import type { StandIn } from './emulator-says';
import { withVariants, type Forms } from './forms';
import { formFaultsIn, formsIn, heading, remedy, sectionOf, type FormsRow } from './forms-page';
import type { Counts, Life } from './life';

const file = join(__dirname, '..', '..', '..', 'docs', 'deployed.md');

/** What the page says of one architecture. */
export interface Row {
  readonly name: string;
  readonly resources: number;
  readonly steps: number;
  readonly onlyOnAws: number;
  /** What the changed settings did, in words. */
  readonly updated: string;
  /** Each reason for which something only stands there, with how many of which type. */
  readonly standIns: readonly Reason[];
  /** The same for what is there and has no effect. */
  readonly idle: readonly Reason[];
}

interface Reason {
  readonly type: string;
  readonly count: number;
  readonly reason: string;
}

/** Keeps rows of others, and writes those of lives, and of architectures in their variants, in which everything held. */
export function write(lives: readonly Life[], taken: readonly Forms[] = []): void {
  const page = written();
  const inOrder = <T extends { readonly name: string }>(fresh: readonly T[], known: readonly T[]): T[] =>
    catalogue.flatMap(({ name }) => [...fresh, ...known].find((row) => row.name === name) ?? []);
  const unseen = withVariants().map(({ name }) => ({ name, variants: [], kept: 0 }));
  const forms = inOrder<FormsRow>(taken, [...formsOf(page), ...unseen]);
  writeFileSync(file, asMarkdown(inOrder(lives.map(rowOf), rowsIn(page)), forms));
}

const written = (): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

const formsOf = (page: string): FormsRow[] => formsIn(page.split(heading)[1] ?? '');

/** The architectures whose variants are not what was seen just now, in which everything held. */
export function staleForms(taken: readonly Forms[]): string[] {
  const known = formsOf(written());
  return taken
    .filter((one) => one.fault === undefined)
    .filter((one) => sectionOf([one]) !== sectionOf(known.filter(({ name }) => name === one.name)))
    .map(({ name }) => `the variants of ${name} are not what their row says any more; ${remedy(name)}`);
}

/** The architectures whose row of the page is not what was seen just now, in which everything held. */
export function staleIn(lives: readonly Life[]): string[] {
  const known = rowsIn(written());
  return lives
    .filter(({ fault }) => fault === undefined)
    .map(rowOf)
    .filter((row) => asMarkdown([row]) !== asMarkdown(known.filter(({ name }) => name === row.name)))
    .map(
      ({ name }) =>
        `${name} is not what its row says any more; run npm run sandbox -- verify ${name} --write and commit it`,
    );
}

const rowOf = ({ name, resources, steps, onlyOnAws, updated, standIns }: Life): Row => ({
  ...{ name, resources, steps, onlyOnAws },
  updated: counted(updated),
  standIns: grouped(standIns.filter(({ idle }) => !idle)),
  idle: grouped(standIns.filter(({ idle }) => idle)),
});

/** `7 in place, 1 added`; what is none is not said, but that nothing was changed in place, or something made anew. */
export const counted = ({ inPlace, added, removed, replaced }: Counts): string =>
  [
    `${inPlace} in place`,
    ...(added > 0 ? [`${added} added`] : []),
    ...(removed > 0 ? [`${removed} removed`] : []),
    `${replaced} replaced`,
  ].join(', ');

/** Looks whether the page has every architecture as its template and README are now; answers with an exit code. */
export function check(): number {
  const page = written();
  const faults = [
    ...faultsIn(
      page,
      catalogue.map(({ name }) => today(name)),
    ),
    ...formFaultsIn(formsOf(page), withVariants()),
  ];
  for (const fault of faults) console.error(`docs/deployed.md: ${fault}`);
  return faults.length > 0 ? 1 : 0;
}

/** What can be known of an architecture without deploying it. */
type Known = Omit<Row, 'updated' | 'standIns' | 'idle'>;

function today(name: string): Known {
  const steps = stepsOf(name);
  const onlyOnAws = steps.filter((step) => step.onlyOnAws !== undefined).length;
  const resources = loadTemplates(name).reduce((sum, { template }) => sum + Object.keys(template.Resources).length, 0);
  return { name, resources, steps: steps.length - onlyOnAws, onlyOnAws };
}

/** Where a page differs from what is known, one sentence each with the remedy. */
export function faultsIn(page: string, architectures: readonly Known[]): string[] {
  const rows = rowsIn(page);
  const gone = rows.filter(({ name }) => !architectures.some((one) => one.name === name));
  return [
    ...architectures.flatMap((now) => {
      const remedy = `; run npm run sandbox -- verify ${now.name} --write and commit it`;
      const row = rows.find(({ name }) => name === now.name);
      if (!row) return [`${now.name} has no row, so nobody has seen it deployed${remedy}`];
      const { resources, steps, onlyOnAws } = now;
      return row.resources === resources && row.steps === steps && row.onlyOnAws === onlyOnAws
        ? []
        : [
            `${now.name} was seen with ${row.resources} resources and ${tried(row)}, and has ${resources} and ${tried(now)}${remedy}`,
          ];
    }),
    ...gone.map(
      ({ name }) => `${name} is no architecture any more; run npm run sandbox -- verify --write and commit it`,
    ),
  ];
}

const tried = ({ steps, onlyOnAws }: Known): string =>
  `${steps} steps${onlyOnAws > 0 ? `, ${onlyOnAws} more only on AWS` : ''}`;

/** By type and reason, in the order of the alphabet. */
export function grouped(standIns: readonly Pick<StandIn, 'type' | 'reason'>[]): Reason[] {
  const counts = new Map<string, { type: string; count: number; reason: string }>();
  for (const { type, reason } of standIns) {
    const one = counts.get(`${type} ${reason}`) ?? { type, count: 0, reason };
    counts.set(`${type} ${reason}`, { ...one, count: one.count + 1 });
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** The page. */
export function asMarkdown(rows: readonly Row[], forms: readonly FormsRow[] = []): string {
  const table = markdownTable([
    ['architecture', 'resources', 'deployed', 'tried', 'unchanged', 'updated', 'destroyed', 'stand-ins'],
    ...rows.map((row) => [
      `\`${row.name}\``,
      row.resources,
      'killed, again, complete',
      tried(row),
      'no change',
      row.updated,
      'killed, again, nothing left',
      row.standIns.reduce((sum, { count }) => sum + count, 0),
    ]),
  ]);
  const standIns = markdownTable([
    ['architecture', 'type', 'number', 'why'],
    ...rows.flatMap(({ name, standIns }) =>
      standIns.map(({ type, count, reason }) => [`\`${name}\``, `\`${type}\``, count, reason]),
    ),
  ]);
  return `# Deployed

Written by \`npm run sandbox -- verify --write\`; do not edit. Each architecture has lived a whole life on an emulator that held nothing
else, driven by the pinned CDK command line:

- **deployed** from nothing. The command line is killed while CloudFormation is at work, and the same command is run again. In the end
  the stack is complete, and every resource of the template is in it with a physical id.
- **tried**: the steps of its README's Try section, run in one shell, show what the README says; those of a variant after the architecture was
  updated to it.
- **unchanged**: deployed again, nothing is updated.
- **updated** with other settings (\`owner\`, \`alarmEmail\`, \`logRetention\`, \`monthlyBudget\`): the stack is complete, every resource whose
  properties differ in the two templates was updated, and everything that keeps data is the one it was. Beside what the table counts,
  every resource has another tag.
- **destroyed**, again with the command line killed on the way. The stack is gone, and the list calls of all services show nothing that
  was not there before.

${table}

## Stand-ins

What is only there by name on the emulator, or lacks a part there; on AWS it is whole.

${standIns}

## Without effect

What is made, changed and deleted as the template says, and does nothing on the emulator, or less than on AWS. That it works is not shown here.

${idleTable(rows)}

${sectionOf(forms)}`;
}

/** One line for each type and reason, with the number in each architecture. */
function idleTable(rows: readonly Row[]): string {
  const lines = new Map<string, [type: string, reason: string, where: string]>();
  for (const { name, idle } of rows) {
    for (const { type, reason, count } of idle) {
      const where = lines.get(`${type} ${reason}`)?.[2];
      lines.set(`${type} ${reason}`, [
        `\`${type}\``,
        reason,
        `${where === undefined ? '' : `${where}, `}\`${name}\` ${count}`,
      ]);
    }
  }
  const sorted = [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
  return markdownTable([['type', 'why', 'in'], ...sorted]);
}

/** The rows of a page that was written before. */
export function rowsIn(page: string): Row[] {
  const cells = (line: string): string[] =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('\\|', '|'));
  const [main = '', more = ''] = page.split('## Stand-ins');
  const [rest = '', last = ''] = more.split(heading)[0].split('## Without effect');
  const lines = (part: string): string[][] =>
    part
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map(cells);
  const bare = (cell: string): string => cell.replaceAll('`', '');
  return lines(main).map(([name, resources, , words, , updated]) => {
    const [steps, onlyOnAws = 0] = [...words.matchAll(/\d+/g)].map(Number);
    return {
      name: bare(name),
      resources: Number(resources),
      ...{ steps, onlyOnAws, updated },
      standIns: lines(rest)
        .filter(([of]) => of === name)
        .map(([, type, count, reason]) => ({ type: bare(type), count: Number(count), reason })),
      idle: lines(last).flatMap(([type, reason, where]) => {
        const count = where
          .split(', ')
          .find((one) => one.startsWith(`${name} `))
          ?.slice(name.length);
        return count === undefined ? [] : [{ type: bare(type), count: Number(count), reason }];
      }),
    };
  });
}
