import fc from 'fast-check';
import { hashedNames, namesAsBuilt, type NamedSite, type SiteFiles } from '../../../lib/constructs/edge/hashed-names';

const files = (contents: Record<string, string>): SiteFiles =>
  new Map(Object.entries(contents).map(([path, content]) => [path, Buffer.from(content)]));
const text = (content: Uint8Array | undefined) => Buffer.from(content!).toString();
const page = (site: NamedSite, path = 'index.html') => text(site.documents.get(path));

const release1 = {
  'index.html': '<link href="/assets/site.css"><img src="/assets/img/whiskers1.jpg">',
  '404.html': '<link href="/assets/site.css">',
  'assets/site.css': 'body{background:url(/assets/img/whiskers1.jpg)}',
  'assets/img/whiskers1.jpg': 'first',
  'assets/theme.js': 'x',
};
const release2 = { ...release1, 'assets/img/whiskers1.jpg': 'second' };

describe('names by content', () => {
  const one = hashedNames(files(release1));
  const two = hashedNames(files(release2));

  test('an asset gets the hash of its content into its name, a document keeps its own [edge-versioned-names]', () => {
    expect(Object.keys(one.manifest)).toEqual(['assets/img/whiskers1.jpg', 'assets/site.css', 'assets/theme.js']);
    expect(one.manifest['assets/site.css']).toMatch(/^assets\/site\.[0-9a-f]{12}\.css$/);
    expect([...one.assets.keys()].sort()).toEqual(Object.values(one.manifest).sort());
    expect([...one.documents.keys()]).toEqual(['404.html', 'index.html']);
  });

  test('pages and styles refer to the new names [edge-versioned-names]', () => {
    const { 'assets/site.css': css, 'assets/img/whiskers1.jpg': image } = one.manifest;
    expect(page(one)).toBe(`<link href="/${css}"><img src="/${image}">`);
    expect(text(one.assets.get(css))).toBe(`body{background:url(/${image})}`);
  });

  test('the same bytes get the same names [edge-versioned-names]', () => {
    expect(hashedNames(files(release1))).toEqual(one);
    expect(two.manifest['assets/theme.js']).toBe(one.manifest['assets/theme.js']);
  });

  test('changed bytes get a new name, and so does what refers to them [edge-versioned-names]', () => {
    expect(two.manifest['assets/img/whiskers1.jpg']).not.toBe(one.manifest['assets/img/whiskers1.jpg']);
    expect(two.manifest['assets/site.css']).not.toBe(one.manifest['assets/site.css']);
    expect(page(two)).not.toBe(page(one));
  });

  test('going back is publishing the former documents: what they refer to is still there [edge-versioned-names]', () => {
    const kept = new Set([...one.assets.keys(), ...two.assets.keys()]);
    const back = hashedNames(files(release1));
    const references = [...page(back).matchAll(/"\/(assets\/[^"]+)"/g)].map(([, path]) => path);
    expect(references).toHaveLength(2);
    expect(references.filter((path) => !kept.has(path))).toEqual([]);
    expect([...back.assets.keys()].filter((path) => !one.assets.has(path))).toEqual([]);
  });

  test('a name without an extension keeps its hash at the end', () => {
    const { manifest } = hashedNames(files({ 'assets/LICENSE': 'x' }));
    expect(manifest['assets/LICENSE']).toMatch(/^assets\/LICENSE\.[0-9a-f]{12}$/);
  });

  test('bytes that are no text stay as they are', () => {
    const bytes = Uint8Array.from([0xff, 0xfe, ...Buffer.from('/assets/site.css')]);
    const site = hashedNames(
      new Map<string, Uint8Array>([
        ['assets/a.png', bytes],
        ['assets/site.css', Buffer.from('')],
      ]),
    );
    expect(Buffer.compare(Buffer.from(site.assets.get(site.manifest['assets/a.png'])!), bytes)).toBe(0);
  });

  test('fails when a reference leads nowhere, with all of them in one error', () => {
    const broken = {
      'index.html': '<script src="/assets/gone.js"></script>',
      '404.html': '<link href="/assets/b.css">',
    };
    expect(() => hashedNames(files(broken))).toThrow(
      [
        'The site cannot be published:',
        '404.html refers to /assets/b.css, which is not there; correct the reference, or add the file',
        'index.html refers to /assets/gone.js, which is not there; correct the reference, or add the file',
      ].join('\n  '),
    );
  });

  test('fails when assets refer to each other in a circle', () => {
    expect(() => hashedNames(files({ 'assets/a.js': '/assets/b.js', 'assets/b.js': '/assets/a.js' }))).toThrow(
      'assets/a.js -> assets/b.js -> assets/a.js is a circle of references; no content can hold its own hash',
    );
  });

  test('whatever a site holds, each file is published once and two contents never share a name [edge-versioned-names]', () => {
    const path = fc.tuple(fc.boolean(), fc.stringMatching(/^[a-z]{1,3}\.(css|png|html)$/));
    const site = fc.dictionary(
      path.map(([asset, name]) => (asset ? `assets/${name}` : name)),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(site, site, (a, b) => {
        const [first, second] = [a, b].map((contents) => hashedNames(files(contents)));
        expect(first.assets.size + first.documents.size).toBe(Object.keys(a).length);
        for (const [name, content] of second.assets) {
          const other = first.assets.get(name);
          if (other) expect(text(other)).toBe(text(content));
        }
      }),
    );
  });
});

describe('names as built', () => {
  test('are kept', () => {
    const site = namesAsBuilt(files({ 'index.html': 'x', 'assets/index-BQ3x9f2a.js': 'y' }));
    expect([...site.assets.keys()]).toEqual(['assets/index-BQ3x9f2a.js']);
    expect([...site.documents.keys()]).toEqual(['index.html']);
  });

  test('fails when one has no hash, as browsers would keep it for a year [edge-versioned-names]', () => {
    expect(() => namesAsBuilt(files({ 'assets/site.css': 'x', 'assets/a/logo.svg': 'y' }))).toThrow(
      'The site cannot be published:\n  assets/a/logo.svg, assets/site.css has no hash of its content in its name; let the build add it, or use AssetNames.BY_CONTENT',
    );
  });
});
