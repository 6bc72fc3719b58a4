import { inline, introduction, markdown, section, slug } from '../../../tools/site/markdown';
import { pathTo, relative } from '../../../tools/site/paths';

const readme = '# Title\n\nWhat it is.\n\n## Parts\n\n- one\n\n## Try\n\n```sh\nls\n```\n';

describe('the Markdown of the pages', () => {
  test('raw HTML stays text', () => {
    expect(markdown('<script>alert(1)</script>')).toBe('<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n');
    expect(inline('`<b>` & <i>')).toBe('<code>&lt;b&gt;</code> &amp; &lt;i&gt;');
  });

  test('headings have the ids that links on GitHub use', () => {
    expect(markdown('## Who may do what?')).toBe('<h2 id="who-may-do-what">Who may do what?</h2>\n');
    expect(slug('Pins and `traps`, again')).toBe('pins-and-traps-again');
  });

  test('commands can be copied, other code cannot', () => {
    expect(markdown('```sh\nls\n```')).toBe('<pre data-copy tabindex="0"><code>ls\n</code></pre>\n');
    expect(markdown('```ts\nlet a;\n```')).toBe('<pre tabindex="0"><code>let a;\n</code></pre>\n');
  });

  test('the text of a picture is not shown beside the picture', () => {
    expect(markdown('```mermaid\nflowchart LR\n```\nText')).toBe('<p>Text</p>\n');
  });

  test('marks of generated parts are not shown', () => {
    expect(markdown('<!-- cost -->\n\nTen.\n\n<!-- /cost -->')).toBe('<p>Ten.</p>\n');
  });

  test('links are rewritten, and those that lead nowhere become text', () => {
    const rewrite = (href: string) => (href === 'a.md' ? 'a.html' : undefined);
    expect(inline('[one](a.md) and [two](b.md) and [three](a.md)', rewrite)).toBe(
      '<a href="a.html">one</a> and two and <a href="a.html">three</a>',
    );
  });

  test('a section is found by its heading', () => {
    expect(section(readme, 'Parts')).toBe('- one');
    expect(section(readme, 'Try')).toBe('```sh\nls\n```');
    expect(section(readme, 'Cost')).toBeUndefined();
    expect(introduction(readme)).toBe('What it is.');
  });
});

describe('addresses', () => {
  test.each([
    ['index.html', 'assets/site.css', './assets/site.css'],
    ['claims/network.html', 'index.html', '../index.html'],
    ['source/lib/app.ts.html', pathTo.claims, '../../claims/index.html'],
  ])('from %s to %s', (from, to, expected) => {
    expect(relative(from, to)).toBe(expected);
  });

  test('a line of a source is part of its address', () => {
    expect(pathTo.source('lib/app.ts', 12)).toBe('source/lib/app.ts.html#L12');
  });
});
