import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from '../../lib/catalogue';
import { draw } from '../diagram/draw';
import { collect, root, type ArchitectureFacts } from '../facts';
import { progress } from '../progress';
import { written, type Part } from './page';
import { sectionsOf, table } from './sections';

/**
 * Writes what is generated into README.md and into the README of each architecture, and draws the pictures.
 *
 * @param args names of architectures, all of them and README.md unless given; `--check` to compare instead of writing
 * @returns 0 when everything is written or up to date, 1 when something is stale, 2 when there is no such thing to write
 */
export async function run(args: readonly string[]): Promise<number> {
  const names = args.filter((word) => word !== '--check');
  const known = catalogue.map(({ name }) => name);
  const wrong = names.find((word) => !known.includes(word));
  if (wrong !== undefined) {
    console.error(`docs ${wrong}: write nothing, --check, or names of architectures: ${known.join(', ')}`);
    return 2;
  }
  const { architectures } = collect(names.length > 0 ? names : undefined, (name) => progress(`reading ${name}`));
  const pages = names.length > 0 ? [] : [page('README.md', { architectures: table(architectures) })];
  for (const one of architectures) pages.push(...(await filesOf(one)));
  progress();

  const stale = pages.filter(({ path, text }) => !existsSync(path) || readFileSync(path, 'utf8') !== text);
  const list = stale.map(({ file }) => file).join(', ');
  if (args.includes('--check')) {
    if (stale.length === 0) return 0;
    console.error(`${list}: no longer what templates, bills and tests say; run npm run docs, look at it and commit it`);
    return 1;
  }
  for (const { path, text } of stale) writeFileSync(path, text);
  console.log(stale.length === 0 ? 'Everything was up to date.' : `Written: ${list}`);
  return 0;
}

interface File {
  /** From the root of the repository. */
  readonly file: string;
  readonly path: string;
  readonly text: string;
}

async function filesOf(one: ArchitectureFacts): Promise<File[]> {
  const folder = `lib/architectures/${one.name}`;
  const drawing = await draw(one.title, one.profiles.sandbox.templates);
  const picture = `${folder}/picture.svg`;
  return [
    { file: picture, path: join(root, picture), text: drawing.svg },
    page(`${folder}/README.md`, sectionsOf(one, drawing)),
  ];
}

/** A page with some parts written anew. */
function page(file: string, parts: Partial<Record<Part, string>>): File {
  const path = join(root, file);
  const text = (Object.entries(parts) as [Part, string][]).reduce(
    (page, [part, content]) => written(file, page, part, content),
    readFileSync(path, 'utf8'),
  );
  return { file, path, text };
}
