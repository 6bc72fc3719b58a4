import { readFileSync } from 'node:fs';
import { catalogue } from '../../lib/catalogue';
import { run } from '../../tools/docs';
import { byHand, written } from '../../tools/docs/page';
import { listening } from '../support/console';

describe('a generated part', () => {
  test('is written between its marks, and the rest of the page stays', () => {
    const page = 'before\n<!-- cost -->\nold\n<!-- /cost -->\nafter\n<!-- parts -->\n<!-- /parts -->\n';
    expect(written('X.md', page, 'cost', 'new')).toBe(
      'before\n<!-- cost -->\n\nnew\n\n<!-- /cost -->\nafter\n<!-- parts -->\n<!-- /parts -->\n',
    );
  });

  test('is put where it belongs in a page that has no marks for it', () => {
    const page = '# X\n\nWhy.\n\n## Parts\n\n- one\n\n## Cost\n\nMuch.\n';
    const parts = written('X.md', page, 'parts', 'new');
    expect(parts).toBe(
      '# X\n\nWhy.\n\n## Parts\n\n- one\n\n<!-- parts -->\n\nnew\n\n<!-- /parts -->\n\n## Cost\n\nMuch.\n',
    );
    expect(written('X.md', page, 'picture', 'new')).toContain(
      'Why.\n\n<!-- picture -->\n\nnew\n\n<!-- /picture -->\n\n## Parts',
    );
    expect(written('X.md', page, 'cost', 'new')).toContain(
      '## Cost\n\n<!-- cost -->\n\nnew\n\n<!-- /cost -->\n\nMuch.\n',
    );
    expect(written('X.md', parts, 'parts', 'new')).toBe(parts);
  });

  test('fails when there is no section for it, or a mark without its other end', () => {
    expect(() => written('X.md', '# X\n', 'claims', 'new')).toThrow(
      'X.md has no section “## What is proven” for its claims; write one',
    );
    expect(() => written('X.md', '<!-- cost -->', 'cost', 'new')).toThrow(
      'X.md has <!-- cost --> alone; put <!-- cost --> and <!-- /cost --> around its cost, in this order',
    );
    expect(() => written('X.md', '<!-- /cost -->', 'cost', 'new')).toThrow('X.md has <!-- /cost --> alone');
  });

  test('is not what somebody wrote', () => {
    expect(byHand('a\n\n<!-- cost -->\n\n1.00\n\n<!-- /cost -->\n\nb\n')).toBe('a\n\nb\n');
  });
});

describe('the pages of the repository', () => {
  const said = listening();

  // One of them; `npm run check` asks about all.
  test('say and show what templates, bills and tests say', async () => {
    expect(await run(['--check', 'sandbox-guard'])).toBe(0);
    expect(said).toEqual([]);
  });

  test('fails when there is no such architecture', async () => {
    expect(await run(['orders'])).toBe(2);
    expect(said[0]).toMatch(/^docs orders: write nothing, --check, or names of architectures: three-tier-network, /);
  });

  test.each(catalogue)('the Cost part of $name types no amount of dollars by hand', ({ name }) => {
    const page = readFileSync(`lib/architectures/${name}/README.md`, 'utf8');
    const [, part] = /\n## Cost\n([^]*?)\n## /.exec(page)!;
    expect(byHand(part).match(/\d+\.\d\d|\bUSD\b|\$\d/g) ?? []).toEqual([]);
  });
});
