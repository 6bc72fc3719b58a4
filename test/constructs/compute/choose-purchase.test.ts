import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { choosePurchase, type PurchaseNeeds } from '../../../lib/constructs/compute/choose-purchase';

describe('servers are bought', () => {
  test.each<[string, PurchaseNeeds, string]>([
    ['short work that nobody can foretell', {}, 'on-demand'],
    ['critical work for an afternoon', { critical: true }, 'on-demand'],
    ['a database', { steady: true, critical: true }, 'reserved instance or Savings Plan'],
    [
      'a steady service that may move to another type',
      { steady: true, typeMayChange: true },
      'convertible reserved instance',
    ],
    ['batches, analysis and pictures', { interruptible: true }, 'spot'],
    ['a short run that must find room in one zone', { boundToZone: true, critical: true }, 'capacity reservation'],
    ['software licensed by core', { ownLicences: true, steady: true }, 'dedicated host'],
    ['a rule that asks on which server it ran', { ownHardware: 'chosen' }, 'dedicated host'],
    ['hardware shared with nobody', { ownHardware: 'any', steady: true }, 'dedicated instance'],
  ])('for %s [compute-purchase-choice]', (_, needs, use) => {
    expect(choosePurchase(needs)).toEqual({ use, because: expect.stringMatching(/\w+ \w+/) });
  });

  test.each<[PurchaseNeeds, string]>([
    [
      { critical: true, interruptible: true },
      'critical and interruptible exclude each other: spot capacity is taken back with two minutes’ notice, which critical work does not survive; drop one',
    ],
    [
      { steady: true, interruptible: true },
      'steady and interruptible exclude each other: a commitment is paid for every hour, and spot work needs none; drop one',
    ],
    [
      { ownLicences: true, ownHardware: 'any' },
      "ownLicences and ownHardware: 'any' exclude each other: a dedicated instance shows no sockets and cores to count licences by; set ownHardware to 'chosen'",
    ],
  ])('what excludes each other is said: %j [compute-purchase-choice]', (needs, message) => {
    expect(() => choosePurchase(needs)).toThrow(message);
  });
});

test('docs/buying-servers.md says what the choice is [compute-purchase-choice]', () => {
  const page = readFileSync(join(__dirname, '../../../docs/buying-servers.md'), 'utf8');
  const rows = [...page.matchAll(/^\| [^|]+ \| ([^|]+) \| ([^|]+) \|$/gm)].slice(2);
  expect(rows).toHaveLength(8);
  for (const [, needs, option] of rows) {
    const given = [...needs.matchAll(/`(\w+)(?:: (\w+))?`/g)].map(([, name, value]) => [name, value ?? true]);
    expect([needs, choosePurchase(Object.fromEntries(given)).use]).toEqual([needs, option]);
  }
});
