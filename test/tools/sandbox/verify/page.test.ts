import { asMarkdown, counted, faultsIn, grouped, rowsIn, type Row } from '../../../../tools/sandbox/verify/page';

const shop: Row = {
  name: 'shop',
  resources: 12,
  steps: 9,
  onlyOnAws: 2,
  updated: '5 in place, 1 added, 0 replaced',
  standIns: [{ type: 'AWS::EC2::Instance', count: 2, reason: 'no machine boots here' }],
  idle: [{ type: 'AWS::IAM::Role', count: 3, reason: 'what it may do is not enforced' }],
};
const site: Row = {
  name: 'site',
  resources: 3,
  steps: 4,
  onlyOnAws: 0,
  updated: '1 in place, 0 replaced',
  standIns: [],
  idle: shop.idle,
};
const page = asMarkdown([shop, site]);

test('the page says how far each architecture came, and what only stood in', () => {
  expect(page).toContain(
    '| `shop` | 12 | killed, again, complete | 9 steps, 2 more only on AWS | no change | 5 in place, 1 added, 0 replaced | killed, again, nothing left | 2 |',
  );
  expect(page).toContain('| `shop` | `AWS::EC2::Instance` | 2 | no machine boots here |');
  expect(page).toContain('| `AWS::IAM::Role` | what it may do is not enforced | `shop` 3, `site` 3 |');
});

test('what it says of the others stays when one is written', () => {
  expect(asMarkdown(rowsIn(page))).toBe(page);
  expect(asMarkdown([...rowsIn(page).slice(0, 1), { ...site, idle: [] }])).not.toContain('`site` 3');
});

test('it holds while the architectures are what they were', () => {
  expect(faultsIn(page, [shop, site])).toEqual([]);
});

describe('it does not hold when', () => {
  test('an architecture has no row', () => {
    expect(faultsIn(page, [shop, site, { ...site, name: 'new' }])).toEqual([
      'new has no row, so nobody has seen it deployed; run npm run sandbox -- verify new --write and commit it',
    ]);
  });

  test('resources or steps have changed', () => {
    expect(
      faultsIn(page, [
        { ...shop, resources: 13 },
        { ...site, onlyOnAws: 1 },
      ]),
    ).toEqual([
      'shop was seen with 12 resources and 9 steps, 2 more only on AWS, and has 13 and 9 steps, 2 more only on AWS; run npm run sandbox -- verify shop --write and commit it',
      'site was seen with 3 resources and 4 steps, and has 3 and 4 steps, 1 more only on AWS; run npm run sandbox -- verify site --write and commit it',
    ]);
  });

  test('an architecture is gone', () => {
    expect(faultsIn(page, [shop])).toEqual([
      'site is no architecture any more; run npm run sandbox -- verify --write and commit it',
    ]);
  });
});

test('stand-ins are counted by type and reason, always in the same order', () => {
  const one = (logicalId: string, type: string, reason: string) => ({ stack: 'shop', logicalId, type, reason });
  const some = [one('B', 'AWS::B', 'y'), one('A', 'AWS::A', 'x'), one('C', 'AWS::B', 'y'), one('D', 'AWS::B', 'a')];
  expect(grouped(some)).toEqual([
    { type: 'AWS::A', count: 1, reason: 'x' },
    { type: 'AWS::B', count: 1, reason: 'a' },
    { type: 'AWS::B', count: 2, reason: 'y' },
  ]);
  expect(grouped([...some].reverse())).toEqual(grouped(some));
});

test('an update is told by what it changed, and always by what it made anew', () => {
  expect(counted({ inPlace: 0, added: 0, removed: 0, replaced: 0 })).toBe('0 in place, 0 replaced');
  expect(counted({ inPlace: 5, added: 1, removed: 2, replaced: 3 })).toBe('5 in place, 1 added, 2 removed, 3 replaced');
});
