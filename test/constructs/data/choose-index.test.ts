import { chooseIndex } from '../../../lib/constructs/data/choose-index';

const table = { tablePartitionKey: 'station', tableSortKey: 'day' };

describe('chooseIndex', () => {
  test.each([
    [{ ...table, by: 'station' }, 'table'],
    [{ ...table, by: 'station', sortedBy: 'day', strong: true }, 'table'],
    [{ ...table, by: 'station', sortedBy: 'temperature' }, 'global'],
    [{ ...table, by: 'country' }, 'global'],
    [{ ...table, by: 'station', sortedBy: 'temperature', strong: true }, 'local'],
  ] as const)('%j is served by %s [data-ddb-gsi]', (pattern, use) => {
    expect(chooseIndex(pattern).use).toBe(use);
  });

  test('fails when strong reads are wanted by another partition key [data-ddb-gsi]', () => {
    expect(() => chooseIndex({ ...table, by: 'country', strong: true })).toThrow(
      'strong reads by country are not possible: only global indexes have another partition key than station, and they are eventually consistent; read the item by its key after finding it, or keep a second item',
    );
  });

  test('fails when a table that exists would need a local index', () => {
    expect(() =>
      chooseIndex({ ...table, by: 'station', sortedBy: 'temperature', strong: true, tableExists: true }),
    ).toThrow(
      'strong reads by station and temperature need a local index, which is made with the table only; make a new table and move the items',
    );
  });
});
