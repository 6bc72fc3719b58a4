/** The most a DynamoDB item may hold, names of attributes included: 400 KB. */
export const largestItem = 400 * 1024;

/**
 * What an item weighs in DynamoDB, in bytes, as the service counts: names and values, of every attribute that is not
 * undefined.
 *
 * @param item in the values of the document client: text, numbers, binary, booleans, null, sets, lists and maps
 *
 * @claims data-ddb-item-size
 */
export const itemSize = (item: Readonly<Record<string, unknown>>): number =>
  total(defined(item).map(([name, value]) => Buffer.byteLength(name) + valueSize(value)));

/** Lists and maps take three bytes, and one for each entry. */
const collection = 3;

function valueSize(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number' || typeof value === 'bigint') return numberSize(String(value));
  if (typeof value === 'boolean' || value === null) return 1;
  if (value instanceof Uint8Array) return value.length;
  if (value instanceof Set) return total([...(value as Set<unknown>)].map(valueSize));
  if (Array.isArray(value)) return collection + total(value.map((one) => 1 + valueSize(one)));
  if (typeof value === 'object') {
    const entries = defined(value as Record<string, unknown>);
    return collection + total(entries.map(([name, one]) => 1 + Buffer.byteLength(name) + valueSize(one)));
  }
  throw new Error(`a ${typeof value} is nothing that DynamoDB can hold`);
}

/** A byte for two significant digits, one more, and one for a minus sign; at most 21. */
function numberSize(text: string): number {
  const [mantissa] = text.replace('-', '').split('e');
  const digits = mantissa.replace('.', '').replace(/^0+|0+$/g, '');
  return Math.min(21, Math.ceil(digits.length / 2) + 1 + (text.startsWith('-') ? 1 : 0));
}

const defined = (map: Readonly<Record<string, unknown>>): [string, unknown][] =>
  Object.entries(map).filter(([, value]) => value !== undefined);
const total = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);
