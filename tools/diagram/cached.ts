import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { version } from 'elkjs/package.json';
import { root } from '../facts/root';
import { layoutOf, type Layout } from './layout';
import type { Picture } from './model/picture';

/**
 * The layout of a picture, kept below `.cache`: the same picture laid out by the same code comes out the same, and most
 * pictures have not changed since they were last wanted.
 */
export async function keptLayout(picture: Picture): Promise<Layout> {
  const file = join(root, '.cache', 'pictures', `${hashOf(picture)}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Layout;
  const layout = await layoutOf(picture);
  mkdirSync(dirname(file), { recursive: true });
  // Whole or not at all, as others may be reading.
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(layout));
  renameSync(`${file}.${process.pid}`, file);
  return layout;
}

/** The code that decides where things stand. */
const code = ['layout', 'tidy', 'unrest', 'labels', 'text'].map((name) => join(__dirname, `${name}.ts`));

function hashOf(picture: Picture): string {
  const hash = createHash('sha256').update(version).update(JSON.stringify(picture));
  for (const file of code) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 32);
}
