import { markdownTable } from '../table';
import { tagsIn, titlesIn, type Mention } from './sources';

/** Texts by path from the repository's root, with forward slashes, and lines that end in a line feed alone. */
export type Files = ReadonlyMap<string, string>;

/** Every claim with its state, and the pages as they should read. */
export interface Ledger {
  readonly claims: readonly Claim[];
  /** The pages of `notes` with their generated parts, by path. */
  readonly pages: Files;
  /** What must be mended first, one sentence each, in the order of the files. */
  readonly faults: readonly string[];
}

export interface Claim {
  readonly id: string;
  readonly domain: string;
  readonly kind: Kind;
  readonly state: 'proven' | 'open' | 'declined';
  /** What holds, in Markdown. */
  readonly says: string;
  /** How it is to be realised and what a test has to show, in Markdown. */
  readonly task: string;
  /** What builds it. */
  readonly built: readonly Mention[];
  /** The tests that prove it. */
  readonly proven: readonly Mention[];
  /** Why nobody would be served by it. */
  readonly declined?: string;
}

/** What stands in a table before anything was looked up. */
interface Row {
  readonly id: string;
  readonly says: string;
  readonly task: string;
  readonly kind: Kind;
  readonly file: string;
  readonly line: number;
  /** `declined: …` as somebody wrote it. */
  readonly declined?: string;
}

export const kinds = ['core', 'option', 'account', 'none'] as const;
type Kind = (typeof kinds)[number];
const columns = ['id', 'claim', 'build and prove', 'kind', 'built in', 'proven by'];
const overview = 'notes/README.md';
const [begin, end] = ['<!-- written by npm run claims -->', '<!-- end -->'];

/**
 * Joins the tables of `notes` with the `@claims` tags of the code and the titles of the tests.
 *
 * A claim is proven when a tag says where it is built and a running test carries its id; declined when its row says so and
 * why; otherwise open.
 */
export function ledgerOf(files: Files): Ledger {
  const pages = [...files].filter(([file]) => /^notes\/[a-z]+\.md$/.test(file));
  const domains = pages.map(([file]) => domainOf(file));
  const tables = pages.map(([file, text]) => rowsOf(file, text));
  const tags = [...files]
    .filter(([file]) => /^(lib|lambda|tools)\/.*\.ts$/.test(file))
    .map((entry) => tagsIn(...entry));
  const titles = [...files]
    .filter(([file]) => /^test\/.*\.test\.ts$/.test(file))
    .map(([file, text]) => titlesIn(file, text, domains));

  const rows = new Map(tables.flatMap((table) => table.rows).map((row) => [row.id, row]));
  const built = byId(tags.flatMap(({ mentions }) => mentions));
  const proven = byId(titles.flatMap(({ mentions }) => mentions));
  const faults = [
    ...[...tables, ...tags, ...titles].flatMap((reading) => reading.faults),
    ...twice(tables.flatMap((table) => table.rows)),
    ...[...built, ...proven]
      .filter(([id]) => !rows.has(id))
      .flatMap(([, mentions]) => unknown(mentions, [...rows.keys()])),
    ...[...proven].filter(([id]) => rows.has(id) && !built.has(id)).map(([, mentions]) => unbuilt(mentions)),
    ...[...rows.values()].flatMap((row) => contradicted(row, built.get(row.id), proven.get(row.id))),
  ];
  if (!files.get(overview)?.includes(begin)) {
    faults.push(
      `${overview}:1: has no place for the table of domains; put the lines ${begin} and ${end} where it belongs`,
    );
  }

  const claims = [...rows.values()].map(({ file, line: _, ...row }): Claim => {
    const by = { built: built.get(row.id) ?? [], proven: proven.get(row.id) ?? [] };
    const state = row.declined !== undefined ? 'declined' : by.built.length * by.proven.length > 0 ? 'proven' : 'open';
    return { ...row, ...by, domain: domainOf(file), state };
  });
  const written = pages.map(([file, text]): [string, string] => {
    const mine = claims.filter(({ domain }) => domain === domainOf(file));
    return [
      file,
      pageOf(text, mine, (id) => [linksTo(built.get(id)), rows.get(id)!.declined ?? testsIn(proven.get(id))]),
    ];
  });
  return {
    claims,
    pages: new Map([...written, [overview, overviewOf(files.get(overview) ?? '', pages, claims)]]),
    faults: [...new Set(faults)].sort(byPlace),
  };
}

/** How many claims are in which state, by kind: `113 claims: 12 proven, …`. */
export function summaryOf(claims: readonly Claim[]): string {
  const count = (state: Claim['state'], of = claims) => of.filter((claim) => claim.state === state).length;
  const byKind = kinds
    .map((kind) => ({ kind, all: claims.filter((claim) => claim.kind === kind) }))
    .filter(({ all }) => all.length > 0)
    .map(({ kind, all }) => `${kind} ${count('proven', all)} of ${all.length}`);
  return `${claims.length} claims: ${count('proven')} proven, ${count('open')} open, ${count('declined')} declined. Proven by kind: ${byKind.join(', ')}.`;
}

function rowsOf(file: string, text: string): { rows: Row[]; faults: string[] } {
  const rows: Row[] = [];
  const faults: string[] = [];
  text.split('\n').forEach((words, index) => {
    const where = `${file}:${index + 1}`;
    const cells = cellsOf(words);
    if (cells?.[0] === 'id' && cells.join() !== columns.join()) {
      faults.push(`${where}: the columns are ${cells.join(', ')}; they must be ${columns.join(', ')}`);
    }
    if (cells === undefined && words.startsWith('| `')) {
      faults.push(`${where}: the row does not end in a bar; close its last cell`);
    }
    const id = cells && idOf(cells);
    if (id === undefined) return;
    if (cells!.length !== columns.length) {
      faults.push(
        `${where}: ${id} has ${cells!.length} cells; it needs ${columns.length}, so write a bar inside a cell as \\| and leave empty cells empty`,
      );
      return;
    }
    const [, says, task, kind, , provenBy] = cells!;
    if (!id.startsWith(`${domainOf(file)}-`)) {
      faults.push(`${where}: ${id} belongs to another domain; move it, or begin it with ${domainOf(file)}-`);
    }
    if (!isKind(kind)) faults.push(`${where}: ${id} is of kind "${kind}"; write one of ${kinds.join(', ')}`);
    const declined = /^declined\b/i.test(provenBy) ? provenBy : undefined;
    if (declined !== undefined && !/^declined: \S/.test(declined)) {
      faults.push(`${where}: ${id} is declined without a reason; write "declined: " and why nobody is served by it`);
    }
    rows.push({
      id,
      says,
      task,
      kind: kind as Kind,
      file,
      line: index + 1,
      ...(declined !== undefined && { declined }),
    });
  });
  return { rows, faults };
}

/** A page with its generated columns and its summary line, and everything else as it was. */
function pageOf(text: string, claims: readonly Claim[], cellsFor: (id: string) => readonly string[]): string {
  const summary = summaryOf(claims);
  const lines = text.split('\n').map((words) => {
    if (/^\d+ claims: /.test(words)) return summary;
    const cells = cellsOf(words);
    const id = cells?.length === columns.length ? idOf(cells) : undefined;
    return id === undefined ? words : `| ${[...cells!.slice(0, 4), ...cellsFor(id)].join(' | ')} |`;
  });
  if (!lines.includes(summary)) lines.splice(1, 0, '', summary);
  return lines.join('\n');
}

function overviewOf(text: string, pages: readonly (readonly [string, string])[], claims: readonly Claim[]): string {
  const line = (title: string, of: readonly Claim[]) => {
    const count = (test: (claim: Claim) => boolean) => of.filter(test).length;
    const states = (['proven', 'open', 'declined'] as const).map((state) => count((claim) => claim.state === state));
    const shares = kinds.map((kind) => {
      const all = count((claim) => claim.kind === kind);
      return all === 0 ? '-' : `${count((claim) => claim.kind === kind && claim.state === 'proven')} of ${all}`;
    });
    return [title, of.length, ...states, ...shares];
  };
  const table = markdownTable([
    ['domain', 'claims', 'proven', 'open', 'declined', ...kinds.map((kind) => `\`${kind}\``)],
    ...pages.map(([file, page]) =>
      line(
        `[${page.split('\n')[0].replace(/^# /, '')}](${domainOf(file)}.md)`,
        claims.filter(({ domain }) => domain === domainOf(file)),
      ),
    ),
    line('all', claims),
  ]);
  const [before, , after = ''] = text.split(new RegExp(`(${begin}[^]*?${end})`));
  return `${before}${begin}\n\n${table}\n\n${end}${after}`;
}

function twice(rows: readonly Row[]): string[] {
  const first = new Map<string, Row>();
  return rows.flatMap((row) => {
    const other = first.get(row.id);
    if (other === undefined) first.set(row.id, row);
    return other === undefined
      ? []
      : [
          `${row.file}:${row.line}: ${row.id} stands in ${other.file}:${other.line} already; keep one row, or rename one`,
        ];
  });
}

function unknown(mentions: readonly Mention[], ids: readonly string[]): string[] {
  const [near] = ids
    .map((id) => ({ id, steps: distance(id, mentions[0].id) }))
    .filter(({ steps }) => steps <= 4)
    .sort((a, b) => a.steps - b.steps);
  return mentions.map(
    ({ id, file, line }) =>
      `${file}:${line}: there is no claim ${id}${near ? `, did you mean ${near.id}?` : ''}; correct the id, or add the claim to notes/${id.split('-')[0]}.md`,
  );
}

function unbuilt([{ id, file, line }]: readonly Mention[]): string {
  return `${file}:${line}: a test proves ${id}, and nothing says where it is built; write @claims ${id} into the doc comment of the class or function of lib, lambda or tools that realises it`;
}

function contradicted(
  { id, file, line, declined }: Row,
  built: readonly Mention[] = [],
  proven: readonly Mention[] = [],
): string[] {
  const [other] = [...built, ...proven];
  if (declined === undefined || other === undefined) return [];
  return [
    `${file}:${line}: ${id} is declined, but stands in ${other.file}:${other.line}; empty the cell, or remove the id there`,
  ];
}

function byId(mentions: readonly Mention[]): ReadonlyMap<string, readonly Mention[]> {
  const found = new Map<string, Mention[]>();
  for (const mention of mentions) found.set(mention.id, [...(found.get(mention.id) ?? []), mention]);
  return found;
}

const linksTo = (mentions: readonly Mention[] = []): string =>
  [...new Set(mentions.map(({ name, file }) => `[${name}](../${file})`))].join(', ');

/** `[app-function.test.ts](…): “every run is traced”, “…”`, one link a file. */
function testsIn(mentions: readonly Mention[] = []): string {
  if (mentions.length === 0) return 'open';
  const files = [...new Set(mentions.map(({ file }) => file))];
  return files
    .map((file) => {
      const names = mentions.filter((mention) => mention.file === file).map(({ name }) => `“${asCell(name)}”`);
      return `[${file.replace(/^.*\//, '')}](../${file}): ${[...new Set(names)].join(', ')}`;
    })
    .join('; ');
}

/** The cells of a table's line; undefined for any other line. */
function cellsOf(line: string): string[] | undefined {
  if (!/^\|.*\|\s*$/.test(line)) return undefined;
  return line
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}

const idOf = (cells: readonly string[]): string | undefined => /^`([a-z0-9-]+)`$/.exec(cells[0])?.[1];
const domainOf = (file: string): string => file.replace(/^.*\/|\.md$/g, '');
const isKind = (kind: string): kind is Kind => (kinds as readonly string[]).includes(kind);
const asCell = (text: string): string =>
  text.replaceAll(/[|*]/g, '\\$&').replaceAll('<', '&lt;').replaceAll(/\s+/g, ' ');

/** Files by name, then lines by number. */
function byPlace(a: string, b: string): number {
  const [, fileA, lineA] = /^(.*?):(\d+): /.exec(a)!;
  const [, fileB, lineB] = /^(.*?):(\d+): /.exec(b)!;
  if (fileA !== fileB) return fileA < fileB ? -1 : 1;
  return Number(lineA) - Number(lineB);
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row.push(Math.min(row[j - 1] + 1, previous[j] + 1, previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    previous = row;
  }
  return previous[b.length];
}
