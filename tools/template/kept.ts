import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../facts/root';

const folder = join(root, '.cache', 'assemblies');
/** All that a template is made from. */
const sources = ['lib', 'lambda', 'cdk.json', 'package-lock.json', 'tsconfig.json'];
const hour = 3_600_000;
let known: string | undefined;

/**
 * What was synthesised before from the same sources and the same words, below `.cache`; else it is made now. Everything that asks about
 * an architecture asks for the same few assemblies, and between two questions the sources have mostly not changed.
 *
 * @param words what it is made of beside the sources
 * @param make makes it in an empty folder
 * @returns the folder; nobody may write into it
 */
export function kept(words: readonly string[], make: (folder: string) => void): string {
  known ??= hashOfSources();
  const ours = join(folder, known);
  const place = join(ours, createHash('sha256').update(JSON.stringify(words)).digest('hex').slice(0, 24));
  if (existsSync(place)) return place;

  if (!existsSync(ours)) forgetOthers();
  // Whole or not at all, as others may be making the same.
  const made = `${place}.${randomUUID()}`;
  mkdirSync(made, { recursive: true });
  try {
    make(made);
    renameSync(made, place);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    if (!existsSync(place)) throw error;
  }
  return place;
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  for (const file of sources.flatMap((source) => filesBelow(join(root, source))))
    hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  return hash.digest('hex').slice(0, 24);
}

function filesBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name)).sort();
}

/** What was made from sources of before, but for what somebody may be reading at this moment. */
function forgetOthers(): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const other = join(folder, name);
    if (statSync(other).mtimeMs < Date.now() - hour) rmSync(other, { recursive: true, force: true });
  }
}
