import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { buildSync } from 'esbuild';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { draw, type Drawing } from '../diagram/draw';
import { pageStyleSheet } from '../diagram/theme';
import { collect, root, type Facts } from '../facts';
import { progress } from '../progress';
import { readApi, type BlockDoc } from './api';
import { Layout, type Page } from './layout';
import type { Rewrite } from './markdown';
import { architecturePage } from './pages/architecture';
import { blockIndex, blockPage } from './pages/blocks';
import { claimIndex, domainPage, domainsOf } from './pages/claims';
import { documentIndex, documentPage } from './pages/document';
import { gallery } from './pages/gallery';
import { missingPage } from './pages/missing';
import { resourcesPage } from './pages/resources';
import { sourcePage } from './pages/source';
import { pathTo, relative } from './paths';
import { searchIndex } from './search-index';

/**
 * Makes the pages of the project.
 *
 * @param args the folder to write to, else `site`
 */
export async function run([folder = 'site']: readonly string[]): Promise<number> {
  if (folder.startsWith('--')) {
    console.error(`site ${folder}: there is no such option; name the folder to write to, or nothing for site`);
    return 2;
  }
  const files = await makeSite();
  rmSync(folder, { recursive: true, force: true });
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  cpSync(join(__dirname, 'assets', 'favicon.svg'), join(folder, 'assets', 'favicon.svg'));
  const bytes = [...files.values()].reduce((sum, content) => sum + Buffer.byteLength(content), 0);
  console.log(`${folder}: ${files.size} files, ${(bytes / 1e6).toFixed(1)} MB; open ${join(folder, 'index.html')}`);
  return 0;
}

/** Every file of the site by path. */
export async function makeSite(): Promise<ReadonlyMap<string, string>> {
  const facts = collect(undefined, (name) => progress(`reading ${name}`));
  progress('reading the blocks');
  const blocks = await readApi(facts.blocks);
  const documents = readDocuments();
  const drawings = new Map<string, Drawing>();
  for (const { name, title, profiles } of facts.architectures) {
    progress(`drawing ${name}`);
    drawings.set(name, await draw(title, profiles.sandbox.templates));
  }
  progress('running the rule packs, and writing');
  const pages = pagesOf(facts, blocks, documents, drawings);
  const linked = new Set(pages.flatMap(({ sources }) => sources));
  progress();
  return new Map([
    ...pages.map(({ path, html }): [string, string] => [path, html]),
    ...[...linked].sort().map((file): [string, string] => [pathTo.source(file), render(sourcePage(file))]),
    ...facts.architectures.flatMap((one) =>
      (['sandbox', 'production'] as const).flatMap((profile) =>
        one.profiles[profile].templates.map(({ name: stack, template }): [string, string] => [
          pathTo.template(stack, profile),
          ofOthers(JSON.stringify(template, null, 1)),
        ]),
      ),
    ),
    ...[...drawings].map(([name, { svg }]): [string, string] => [pathTo.picture(name), svg]),
    ['assets/search.json', ofOthers(JSON.stringify(searchIndex(facts, blocks)))],
    ['assets/site.css', readFileSync(join(__dirname, 'assets', 'site.css'), 'utf8') + pageStyleSheet],
    ['assets/site.js', script()],
  ]);
}

/** Assets that JSON speaks of are those of some other site: written so, they are not taken for files of this one. */
const ofOthers = (json: string): string => json.replaceAll('/assets/', '\\u002fassets/');

interface Rendered {
  readonly path: string;
  readonly html: string;
  /** Files of the repository that the page links to. */
  readonly sources: readonly string[];
}

function pagesOf(
  facts: Facts,
  blocks: readonly BlockDoc[],
  documents: ReadonlyMap<string, string>,
  drawings: ReadonlyMap<string, Drawing>,
): Rendered[] {
  const known = new Set(documents.keys());
  const pages: Page[] = [
    gallery(facts),
    ...facts.architectures.map((one) =>
      architecturePage(
        one,
        drawings.get(one.name)!,
        linksOf(`lib/architectures/${one.name}/README.md`, pathTo.architecture(one.name), known),
      ),
    ),
    ...facts.architectures.map(resourcesPage),
    blockIndex(blocks),
    ...blocks.map((doc) => blockPage(doc, facts)),
    claimIndex(facts),
    ...domainsOf(facts.claims).map((domain) => domainPage(domain, facts)),
    missingPage,
    documentIndex(documents),
    ...[...documents].map(([file, text]) => documentPage(file, text, linksOf(file, pathTo.document(file), known))),
  ];
  return pages.map((page) => {
    const html = render(page);
    const prefix = relative(page.path, 'source/');
    const sources = [...html.matchAll(/href="([^"#]+)\.html(?:#L\d+)?"/g)]
      .map(([, href]) => href)
      .filter((href) => href.startsWith(prefix))
      .map((href) => href.slice(prefix.length));
    return { path: page.path, html, sources };
  });
}

const render = (page: Page): string => `<!doctype html>\n${withoutFalseReferences(renderToString(h(Layout, page)))}\n`;

/** A release takes `/assets/…` for a reference to a file of the site; where it is only written of, it has another form. */
const withoutFalseReferences = (html: string): string =>
  html.replace(/(?:href|src|data-index)="[^"]*"|\/assets\//g, (found) =>
    found === '/assets/' ? '&#47;assets/' : found,
  );

/** Turns links between files of the repository into links between pages; what has no page stays text. */
function linksOf(file: string, page: string, documents: ReadonlySet<string>): Rewrite {
  return (href) => {
    if (/^([a-z]+:|#)/.test(href)) return href;
    const [target, hash] = href.split('#');
    const path = posix.normalize(posix.join(posix.dirname(file), target)).replace(/\/$/, '');
    const found = pageFor(path, documents);
    return found === undefined ? undefined : relative(page, found) + (hash === undefined ? '' : `#${hash}`);
  };
}

function pageFor(path: string, documents: ReadonlySet<string>): string | undefined {
  const [, architecture] = /^lib\/architectures\/([^/]+)(?:\/README\.md)?$/.exec(path) ?? [];
  if (architecture !== undefined) return pathTo.architecture(architecture);
  const [, domain] = /^notes\/([a-z]+)\.md$/.exec(path) ?? [];
  if (domain !== undefined) return pathTo.domain(domain);
  if (path === 'notes/README.md' || path === 'notes') return pathTo.claims;
  if (path === 'lib/constructs') return pathTo.blocks;
  if (documents.has(path)) return pathTo.document(path);
  return /\.(ts|js|mjs|json|sh|conf|html)$/.test(path) && existsSync(join(root, path))
    ? pathTo.source(path)
    : undefined;
}

/** The documents that have a page, by path. */
function readDocuments(): ReadonlyMap<string, string> {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((file) => `docs/${file.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.md'));
  const tools = readdirSync(join(root, 'tools'))
    .map((folder) => `tools/${folder}/README.md`)
    .filter((file) => existsSync(join(root, file)));
  const files = ['CONTRIBUTING.md', 'CHANGELOG.md', ...docs.sort(), ...tools.sort()];
  return new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8').replaceAll('\r\n', '\n')]));
}

function script(): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(__dirname, 'assets', 'client.ts')],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2020',
    write: false,
  });
  return outputFiles[0].text;
}
