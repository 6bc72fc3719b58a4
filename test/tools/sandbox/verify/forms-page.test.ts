import { formFaultsIn, formsIn, sectionOf, type FormsRow } from '../../../../tools/sandbox/verify/forms-page';
import { asMarkdown, rowsIn } from '../../../../tools/sandbox/verify/page';

const disk: FormsRow = { name: 'disk', variants: ['copies', 'shared'], kept: 0 };
const card: FormsRow = { name: 'card', variants: ['kept-mac'], kept: 1 };
const fleet: FormsRow = { name: 'fleet', variants: [], kept: 0 };
const section = sectionOf([disk, card, fleet]);

test('the page says which variants were deployed, what was left, and what nobody has seen', () => {
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  expect(rows.map((row) => row.replaceAll(/ +/g, ' '))).toEqual([
    '| `disk` | `copies`, `shared` | nothing |',
    '| `card` | `kept-mac` | 1 retained |',
    '| `fleet` | not deployed yet | |',
  ]);
});

test('what it says of the others stays when one is written', () => {
  expect(formsIn(section)).toEqual([disk, card, fleet]);
});

test('the forms are no architectures, and nothing that has no effect', () => {
  const site = {
    ...{ name: 'site', resources: 3, steps: 4, onlyOnAws: 0, updated: '1 in place, 0 replaced', standIns: [] },
    idle: [{ type: 'AWS::IAM::Role', count: 3, reason: 'what it may do is not enforced' }],
  };
  expect(rowsIn(asMarkdown([site], [disk]))).toEqual([site]);
});

test('it holds while the variants are what they were, and where it says that nobody has seen them', () => {
  expect(formFaultsIn([disk, card, fleet], [disk, card, { ...fleet, variants: ['by-clock'] }])).toEqual([]);
});

test.each([
  [
    'a variant is new',
    [{ ...disk, variants: ['copies', 'shared', 'fast'] }],
    'disk was seen as copies, shared, and can be copies, shared, fast; run npm run sandbox -- verify --variants disk --write and commit it',
  ],
  [
    'an architecture with variants has no row',
    [disk, card],
    'the variants of card have no row; run npm run sandbox -- verify --variants card --write and commit it',
  ],
  [
    'an architecture has no variants any more',
    [],
    'disk has no variants any more; run npm run sandbox -- verify --variants --write',
  ],
])('it does not hold when %s', (_when, today, fault) => {
  expect(formFaultsIn([disk], today)).toEqual([fault]);
});
