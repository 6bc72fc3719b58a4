import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { hashedNames } from '../../lib/constructs/edge/hashed-names';
import { folder } from './browser';

const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html'));
const text = new Map(pages.map((page) => [page, readFileSync(join(folder, page), 'utf8')]));
const ids = new Map(
  [...text].map(([page, html]) => [page, new Set([...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => unescaped(id)))]),
);

function unescaped(attribute: string): string {
  return attribute.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}

/** Links of a page that lead nowhere within the site. */
function broken(page: string): string[] {
  const links = [...text.get(page)!.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, link]) => unescaped(link));
  return links.filter((link) => {
    if (/^(https?|mailto):/.test(link)) return false;
    const [path, hash] = link.split('#');
    if (link.startsWith('/')) return !existsSync(join(folder, path));
    const target = path === '' ? join(folder, page) : resolve(folder, dirname(page), path);
    if (!existsSync(target)) return true;
    return hash !== undefined && !ids.get(relative(folder, target))?.has(decodeURIComponent(hash));
  });
}

test('there are pages', () => {
  expect(pages.length).toBeGreaterThan(100);
});

test('every link within the site leads to a page or a part of one', () => {
  const found = pages.flatMap((page) => broken(page).map((link) => `${page}: ${link}`));
  expect(found).toEqual([]);
});

test('it can be published by private-static-site, which names every asset by its content', () => {
  const files = new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [relative(folder, file), readFileSync(file)]),
  );
  const { manifest, documents } = hashedNames(files);
  const index = Buffer.from(documents.get('index.html')!).toString('utf8');
  for (const asset of ['assets/site.css', 'assets/site.js', 'assets/search.json']) {
    expect(manifest[asset]).toMatch(/\.[0-9a-f]{12}\.\w+$/);
    expect(index).toContain(manifest[asset]);
  }
  expect(Buffer.from(documents.get('404.html')!).toString('utf8')).toContain(`"/${manifest['assets/site.css']}"`);
});

test('no id stands twice on a page', () => {
  const twice = [...text].flatMap(([page, html]) => {
    const all = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    return all.filter((id, index) => all.indexOf(id) !== index).map((id) => `${page}: ${id}`);
  });
  expect(twice).toEqual([]);
});

test('links to other sites are encrypted', () => {
  const plain = [...text].flatMap(([page, html]) =>
    [...html.matchAll(/href="(http:[^"]*)"/g)].map(([, link]) => `${page}: ${link}`),
  );
  expect(plain).toEqual([]);
});

test('the first page is under 100 KB with style and script', () => {
  const bytes = ['index.html', 'assets/site.css', 'assets/site.js'].map(
    (file) => readFileSync(join(folder, file)).length,
  );
  expect(bytes.reduce((sum, size) => sum + size)).toBeLessThan(100_000);
});
