import fc from 'fast-check';
import { itemSize, largestItem } from '../../../lambda/shared/item-size';
import { OrderTable } from '../../../lambda/orders-api/order-table';
import type { Order } from '../../../lambda/orders-api/order';
import { FakeOrderTable } from '../orders-api/fake-order-table';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

describe('itemSize', () => {
  test.each<[string, Record<string, unknown>, number]>([
    ['text, in UTF-8', { a: 'ä' }, 1 + 2],
    ['a name, in UTF-8', { ä: '' }, 2],
    ['a number: a byte for two digits and one more', { n: 12345 }, 1 + 4],
    ['a number without its zeros at both ends', { n: 1000, m: 0.001 }, 1 + 2 + 1 + 2],
    ['a negative number', { n: -12 }, 1 + 3],
    ['nought', { n: 0 }, 1 + 1],
    ['a very large number', { n: 1.5e20 }, 1 + 2],
    ['a big number of any length, 21 bytes at most', { n: BigInt('9'.repeat(60)) }, 1 + 21],
    ['binary', { b: Buffer.alloc(7) }, 1 + 7],
    ['true and false', { t: true, f: false }, 4],
    ['null', { n: null }, 2],
    ['sets', { s: new Set(['ab', 'c']), n: new Set([1, 22]), b: new Set([Buffer.alloc(3)]) }, 1 + 3 + 1 + 4 + 1 + 3],
    ['a list', { l: ['ab', 1] }, 1 + 3 + (1 + 2) + (1 + 2)],
    ['a map', { m: { k: 'v' } }, 1 + 3 + (1 + 1 + 1)],
    ['an empty list in a map', { m: { l: [] } }, 1 + 3 + (1 + 1 + 3)],
    ['nothing for what is undefined', { a: undefined }, 0],
  ])('counts %s [data-ddb-item-size]', (_, item, bytes) => {
    expect(itemSize(item)).toBe(bytes);
  });

  test('never less than the bytes of all texts and names in it [data-ddb-item-size]', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (item) => {
        expect(itemSize(item)).toBe(Buffer.byteLength(Object.entries(item).flat().join('')));
      }),
    );
  });

  test('fails for what DynamoDB cannot hold', () => {
    expect(() => itemSize({ f: () => 1 })).toThrow('a function is nothing that DynamoDB can hold');
  });

  test('an item of exactly 400 KB is written, one byte more is refused before the table is asked [data-ddb-item-size]', async () => {
    const table = new FakeOrderTable();
    const now = new Date('2026-11-21T08:30:00.000Z');
    const orders = new OrderTable(new DynamoDBClient({ region: 'eu-west-1' }), 'the-orders', () => now);
    const small = { id: 'a', createdAt: now.toISOString(), note: '' } as unknown as Order;
    const room = largestItem - itemSize({ ...small, expiresAt: now.getTime() / 1000 + 86_400 });
    await orders.create({ ...small, note: 'n'.repeat(room) }, 1);
    expect(table.items.size).toBe(1);
    await expect(orders.create({ ...small, id: 'b', note: 'n'.repeat(room + 1) }, 1)).rejects.toMatchObject({
      status: 413,
    });
    expect(table.items.size).toBe(1);
  });
});
