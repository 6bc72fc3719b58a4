import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { catalogue } from '../../lib/catalogue';
import { loadTemplates } from '../template/load';
import { draw } from './draw';
import { partsOf } from './model/picture';
import { withPicture } from './readme';

const usage = `diagram [architecture ...]                 draws architectures into their folders and READMEs, all of them by default
diagram --check [architecture ...]         says whether those pictures are up to date
diagram <template.json | cdk.out | architecture profile=production> --out picture.svg
diagram <the same> --parts                 which resources each box stands for, as JSON`;

/**
 * Draws pictures from templates.
 *
 * @returns 0 when everything is drawn or up to date, 1 when a picture is stale, 2 when there is nothing to draw
 */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const { words, out, parts, check } = read(args);
    const names = words.filter((word) => catalogue.some(({ name }) => name === word));
    const isCatalogue = names.length === words.length && out === undefined && !parts;
    if (isCatalogue) return await catalogued(names, check);
    return await one(words, out, parts);
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
}

interface Request {
  readonly words: readonly string[];
  readonly out?: string;
  readonly parts: boolean;
  readonly check: boolean;
}

function read(args: readonly string[]): Request {
  const words: string[] = [];
  let out: string | undefined;
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--out') {
      out = args[++i];
      if (out === undefined) throw new Error('--out needs the name of a file behind it, such as --out picture.svg');
    } else if (!args[i].startsWith('--')) words.push(args[i]);
    else if (args[i] !== '--check' && args[i] !== '--parts')
      throw new Error(`there is no option ${args[i]}; write\n\n${usage}`);
  }
  return { words, ...(out !== undefined && { out }), parts: args.includes('--parts'), check: args.includes('--check') };
}

/** The pictures that belong to the repository. */
async function catalogued(names: readonly string[], check: boolean): Promise<number> {
  const stale: string[] = [];
  for (const { name, title } of catalogue.filter((one) => names.length === 0 || names.includes(one.name))) {
    const folder = join('lib', 'architectures', name);
    const { svg, mermaid } = await draw(title, loadTemplates(name));
    const readme = join(folder, 'README.md');
    const files: readonly (readonly [string, string])[] = [
      [join(folder, 'picture.svg'), svg],
      [readme, withPicture(readFileSync(readme, 'utf8'), mermaid, title, readme)],
    ];
    for (const [file, text] of files) {
      if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
      stale.push(file);
      if (!check) writeFileSync(file, text);
    }
  }
  if (!check) console.log(stale.length === 0 ? 'Every picture was up to date.' : `Drawn: ${stale.join(', ')}`);
  if (!check || stale.length === 0) return 0;
  console.error(`${stale.join(', ')}: no longer what the templates say; run npm run diagram, look at it and commit it`);
  return 1;
}

/** A picture of anything else. */
async function one(words: readonly string[], out: string | undefined, parts: boolean): Promise<number> {
  const settings = words.filter((word) => /^[a-zA-Z]+=/.test(word));
  const [target, ...more] = words.filter((word) => !settings.includes(word));
  if (target === undefined || more.length > 0) throw new Error(`say one thing to draw:\n\n${usage}`);
  const title =
    catalogue.find(({ name }) => name === target)?.title ?? basename(target).replace(/(\.template)?\.json$/, '');
  const { picture, svg } = await draw(title, loadTemplates(target, settings));
  if (parts) {
    console.log(JSON.stringify(partsOf(picture), undefined, 2));
    return 0;
  }
  const file = out ?? `${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.svg`;
  writeFileSync(file, svg);
  console.log(`Drawn: ${file}, ${picture.boxes.length} boxes and ${picture.edges.length} arrows`);
  return 0;
}
