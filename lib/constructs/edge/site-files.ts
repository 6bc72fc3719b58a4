import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { ASSETS, type NamedSite, type SiteFiles } from './hashed-names';

/** The files below a folder by path, in the order of their paths. */
export function readSite(folder: string): SiteFiles {
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.split('/').some((part) => part.startsWith('.')))
    .sort();
  return new Map(files.map((path) => [path, readFileSync(join(folder, path))]));
}

/** Writes a site below `.cache/sites` of the working directory, once for each content, and answers with the folder. */
export function writeSite(site: NamedSite): string {
  const hash = createHash('sha256');
  for (const [path, content] of [...site.assets, ...site.documents])
    hash.update(`${path}\n${content.length}\n`).update(content);
  const folder = resolve('.cache', 'sites', hash.digest('hex').slice(0, 32));
  if (existsSync(folder)) return folder;

  const staging = `${folder}.${process.pid}`;
  for (const [part, files] of Object.entries({ assets: site.assets, documents: site.documents })) {
    mkdirSync(join(staging, part), { recursive: true });
    for (const [path, content] of files) {
      const file = join(staging, part, part === 'assets' ? path.slice(ASSETS.length) : path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
  }
  try {
    renameSync(staging, folder);
  } catch (error) {
    // Another process has written the same content in the meantime.
    if (!existsSync(folder)) throw error;
    rmSync(staging, { recursive: true });
  }
  return folder;
}

/** What is wrong with files of other places that are to join those of a site. */
export function sharedFaults(shared: Readonly<Record<string, string>>, files: SiteFiles): (string | false)[] {
  return Object.entries(shared).flatMap(([path, file]) => [
    !existsSync(file) && `shared has ${path} from ${file}, which is not there; give the path of a file`,
    files.has(path) && `shared has ${path}, which source holds too; leave one of them out`,
  ]);
}
