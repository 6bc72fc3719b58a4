import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { acknowledgementsIn, type Acknowledgement, type Finding } from '../../lib/compliance';
import { audit } from '../compliance';
import { root } from './root';
import type { Synthesis } from './synthesis';

/**
 * What the rule packs find in architectures in production. The packs take a second for each, so that what they said of the
 * same templates, acknowledgements and packages is kept below `.cache`.
 *
 * @param productions what is asked about, by name
 */
export function findingsIn(productions: ReadonlyMap<string, Synthesis>): ReadonlyMap<string, readonly Finding[]> {
  const files = new Map([...productions].map(([name, production]) => [name, fileFor(name, production)]));
  const missing = [...files].filter(([, file]) => !existsSync(file)).map(([name]) => name);
  if (missing.length > 0) {
    mkdirSync(folder, { recursive: true });
    for (const [name, found] of audit(missing).byArchitecture) writeFileSync(files.get(name)!, JSON.stringify(found));
  }
  return new Map([...files].map(([name, file]) => [name, JSON.parse(readFileSync(file, 'utf8')) as Finding[]]));
}

/** The findings an architecture was told to accept, each with its reason. */
export const acknowledgementsOf = ({ app }: Synthesis): Acknowledgement[] => acknowledgementsIn(app);

const folder = join(root, '.cache', 'findings');

function fileFor(name: string, production: Synthesis): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([production.templates, acknowledgementsOf(production)]))
    .update(readFileSync(join(root, 'package-lock.json')));
  return join(folder, `${name}-${hash.digest('hex').slice(0, 32)}.json`);
}
