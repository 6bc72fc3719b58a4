import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import MarkdownIt from 'markdown-it';
import { slug } from '../tools/site/markdown';

const root = join(__dirname, '..');
const left = new Set(['node_modules', '.git', '.cache', 'cdk.out', 'dist', 'site', 'coverage']);

/** Every Markdown file of the repository. */
function pagesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return left.has(entry.name) && folder === root ? [] : pagesIn(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

const pages = pagesIn(root);
const md = new MarkdownIt({ html: true });

/** What a page links to, pictures too; what stands in code is no link. */
function linksOf(text: string): string[] {
  return md.parse(text, {}).flatMap(({ children }) =>
    (children ?? []).flatMap((token) => {
      const target = token.attrGet(token.type === 'image' ? 'src' : 'href');
      return target === null ? [] : [decodeURI(String(target))];
    }),
  );
}

/** The ids that a page's headings have on GitHub; the same words a second time get a number. */
function anchorsOf(text: string): Set<string> {
  const tokens = md.parse(text, {});
  const slugs = tokens.flatMap(({ type }, i) => (type === 'heading_open' ? [slug(tokens[i + 1].content)] : []));
  return new Set(
    slugs.map((one, i) => {
      const before = slugs.slice(0, i).filter((other) => other === one).length;
      return before === 0 ? one : `${one}-${before}`;
    }),
  );
}

function faultOf(page: string, link: string): string | undefined {
  if (/^(https:|mailto:)/.test(link)) return undefined;
  if (/^[a-z]+:/.test(link)) return 'is not encrypted, or no address at all';
  const [path, anchor] = link.split('#');
  const target = path === '' ? page : resolve(dirname(page), path);
  if (relative(root, target).startsWith('..')) return 'leads out of the repository';
  if (!existsSync(target)) return 'leads nowhere';
  if (anchor === undefined || statSync(target).isDirectory() || !target.endsWith('.md')) return undefined;
  return anchorsOf(readFileSync(target, 'utf8')).has(anchor) ? undefined : 'names a heading that is not there';
}

test('there is Markdown to look at', () => {
  expect(pages.length).toBeGreaterThan(40);
});

test('every link in the Markdown of the repository leads to a file or a heading', () => {
  const broken = pages.flatMap((page) =>
    linksOf(readFileSync(page, 'utf8')).flatMap((link) => {
      const fault = faultOf(page, link);
      return fault === undefined ? [] : [`${relative(root, page)}: ${link} ${fault}`];
    }),
  );
  expect(broken).toEqual([]);
});

test.each([
  ['docs/nothing.md', 'leads nowhere'],
  ['../elsewhere.md', 'leads out of the repository'],
  ['http://example.com', 'is not encrypted, or no address at all'],
  ['CONTRIBUTING.md#nothing', 'names a heading that is not there'],
  ['CONTRIBUTING.md#add-a-block', 'is right'],
  ['lib', 'is right'],
  ['#settings', 'is right'],
])('of README.md a link to %s %s', (link, fault) => {
  expect(faultOf(join(root, 'README.md'), link) ?? 'is right').toBe(fault);
});

test('links are found in tables and around pictures, and not in code', () => {
  expect(linksOf('| a |\n| --- |\n| [x](y.md) |\n\n![p](p.svg) `[no](no.md)`\n\n```\n[no](no.md)\n```\n')).toEqual([
    'y.md',
    'p.svg',
  ]);
});
