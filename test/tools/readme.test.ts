import { listening } from '../support/console';
import { readFileSync } from 'node:fs';
import { catalogue } from '../../lib/catalogue';
import { run } from '../../tools/readme';
import { filled } from '../../tools/readme/filled';

test('a generated part is written between its marks, and the rest of the page stays', () => {
  const page = 'before\n<!-- cost -->\nold\n<!-- /cost -->\nafter\n<!-- other -->\n<!-- /other -->\n';
  expect(filled('X.md', page, 'cost', 'new')).toBe(
    'before\n<!-- cost -->\n\nnew\n\n<!-- /cost -->\nafter\n<!-- other -->\n<!-- /other -->\n',
  );
});

test('fails when a page has no place for a part', () => {
  expect(() => filled('X.md', 'nothing', 'cost', 'new')).toThrow(
    'X.md has no place for its cost; put <!-- cost --> and <!-- /cost --> where it belongs',
  );
});

describe('the pages of the repository', () => {
  const said = listening();

  test('say what the catalogue and the bills say', () => {
    expect(run(['--check'])).toBe(0);
    expect(said).toEqual([]);
  });

  test.each(catalogue)('the Cost part of $name types no amount of dollars by hand', ({ name }) => {
    const page = readFileSync(`lib/architectures/${name}/README.md`, 'utf8');
    const [, part] = /\n## Cost\n([^]*?)\n## /.exec(page)!;
    const byHand = part.replace(/<!-- (cost|variants) -->[^]*?<!-- \/\1 -->/g, '');
    expect(byHand.match(/\d+\.\d\d|\bUSD\b|\$\d/g) ?? []).toEqual([]);
  });
});
