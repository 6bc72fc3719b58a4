import { createHash } from 'node:crypto';
import { extname } from 'node:path/posix';

/** The folder whose files are referred to by name and so can carry their content's hash in it. */
export const ASSETS = 'assets/';

/** The files of a site by path, without a slash at the beginning. */
export type SiteFiles = ReadonlyMap<string, Uint8Array>;

/** From the name a file has in the source to the one it is published under. */
export type Manifest = Readonly<Record<string, string>>;

/** A site as it is published. */
export interface NamedSite {
  readonly manifest: Manifest;
  /** Below `assets/`: named by content, never changed, kept for ever. */
  readonly assets: SiteFiles;
  /** Everything else: the pages people come in by, under names that stay. */
  readonly documents: SiteFiles;
}

const textual = new Set(['.html', '.css', '.js', '.mjs', '.svg', '.json', '.webmanifest', '.xml', '.txt']);
const reference = /\/assets\/([\w./-]*\w)/g;
const hashInName = /[.-][A-Za-z0-9_-]{8,}\.\w+$/;

/**
 * Gives each file below `assets/` a name that holds the hash of its content, `assets/site.css` becoming
 * `assets/site.3f2a9c1be0d4.css`, and rewrites every `/assets/…` in pages, styles and scripts. The same bytes get the same
 * name; changed bytes, also those of a file referred to, get a new one.
 *
 * @throws one error that lists references to files that are not there, and circles of references
 *
 * @claims edge-versioned-names
 */
export function hashedNames(files: SiteFiles): NamedSite {
  const faults: string[] = [];
  const published = new Map<string, { name: string; content: Uint8Array }>();

  const publish = (path: string, within: readonly string[]): string => {
    if (within.includes(path)) {
      faults.push(`${[...within, path].join(' -> ')} is a circle of references; no content can hold its own hash`);
      return path;
    }
    const done = published.get(path);
    if (done) return done.name;
    const content = rewritten(path, [...within, path]);
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
    const name = `${path.slice(0, -extname(path).length || undefined)}.${hash}${extname(path)}`;
    published.set(path, { name, content });
    return name;
  };
  const rewritten = (path: string, within: readonly string[]): Uint8Array => {
    const content = files.get(path)!;
    if (!textual.has(extname(path))) return content;
    const text = Buffer.from(content).toString('utf8');
    return Buffer.from(
      text.replace(reference, (whole, rest: string) => {
        const target = ASSETS + rest;
        if (files.has(target)) return `/${publish(target, within)}`;
        faults.push(`${path} refers to ${whole}, which is not there; correct the reference, or add the file`);
        return whole;
      }),
    );
  };

  const documents = new Map<string, Uint8Array>();
  for (const path of [...files.keys()].sort()) {
    if (path.startsWith(ASSETS)) publish(path, []);
    else documents.set(path, rewritten(path, []));
  }
  if (faults.length > 0) throw new Error(['The site cannot be published:', ...new Set(faults)].join('\n  '));
  const named = [...published].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    manifest: Object.fromEntries(named.map(([path, { name }]) => [path, name])),
    assets: new Map(named.map(([, { name, content }]) => [name, content])),
    documents,
  };
}

/**
 * Takes a site whose build tool has put hashes into the names below `assets/` already.
 *
 * @throws one error that lists names without a hash; a browser would keep their first content for a year
 */
export function namesAsBuilt(files: SiteFiles): NamedSite {
  const entries = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  const assets = entries.filter(([path]) => path.startsWith(ASSETS));
  const bare = assets.filter(([path]) => !hashInName.test(path)).map(([path]) => path);
  if (bare.length > 0) {
    throw new Error(
      `The site cannot be published:\n  ${bare.join(', ')} has no hash of its content in its name; let the build add it, or use AssetNames.BY_CONTENT`,
    );
  }
  return {
    manifest: Object.fromEntries(assets.map(([path]) => [path, path])),
    assets: new Map(assets),
    documents: new Map(entries.filter(([path]) => !path.startsWith(ASSETS))),
  };
}
