import { markdownTable, textTable } from '../../tools/table';

const rows = [
  ['name', 'size'],
  ['a|b', 7],
  ['longer', 100],
];

test('a text table lines words up on the left and numbers on the right', () => {
  expect(textTable(rows)).toBe(['name    size', '------  ----', 'a|b        7', 'longer   100'].join('\n'));
});

test('a Markdown table escapes what would end a cell or a line', () => {
  expect(markdownTable([['name'], ['a|b\nc']])).toBe('| name |\n| --- |\n| a\\|b c |');
});
