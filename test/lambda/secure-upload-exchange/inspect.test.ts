import fc from 'fast-check';
import { contentFault } from '../../../lambda/secure-upload-exchange/inspection';
import { s3Error } from '../../support/fake-bucket';
import { Output } from '../../support/output';
import { FakeExchange } from './fake-exchange';
import { announced, start } from './start';

const exchange = new FakeExchange();
const output = new Output();
const name = `k3y1d/${'a'.repeat(32)}/order.pdf`;
const key = `arrivals/${name}`;
const document = Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(5000)]);
let inspect: ReturnType<typeof start>;
beforeAll(() => {
  inspect = start('inspect');
});
beforeEach(() => {
  exchange.reset();
  output.listen();
});
const reason = () => JSON.parse(exchange.objects.get(`refused/${name}.json`)!.body.toString());

describe('a file that arrives', () => {
  test('is copied to where others read when it is what its sender said, and browsers are told to save it', async () => {
    exchange.put(key, document, 'application/pdf', { metadata: { from: 'its sender' } });
    expect(await inspect(announced(key))).toEqual([{ key, state: 'accepted' }]);
    const { body, contentType, disposition, metadata } = exchange.objects.get(`accepted/${name}`)!;
    expect([body.equals(document), contentType, disposition]).toEqual([true, 'application/pdf', 'attachment']);
    expect(metadata).toEqual({ 'made-of': exchange.objects.get(key)!.tag });
    expect(output.metrics.FilesAccepted).toBe(1);
  });

  test('is not read further than it takes to know it', async () => {
    exchange.put(key, document, 'application/pdf');
    await inspect(announced(key));
    expect(exchange.read).toBe(8);
  });

  test.each([
    ['a program', 'MZ', 'application/pdf', 'it is said to be application/pdf, and does not begin as such a file does'],
    [
      'a picture',
      '\u00ff\u00d8\u00ff',
      'application/pdf',
      'it is said to be application/pdf, and does not begin as such a file does',
    ],
    ['a type nobody may send', '<html>', 'text/html', 'text/html is not taken'],
    ['nothing', '', 'image/png', 'it is said to be image/png, and does not begin as such a file does'],
  ])('is refused when it is %s, with its reason', async (_, text, contentType, why) => {
    exchange.put(key, Buffer.from(text, 'latin1'), contentType);
    expect(await inspect(announced(key))).toEqual([{ key, state: 'refused', reason: why }]);
    expect(reason()).toEqual({ file: key, reason: why });
    expect(exchange.objects.has(`accepted/${name}`)).toBe(false);
    expect(output.metrics.FilesRefused).toBe(1);
  });

  test.each(['accepted', 'refused'])(
    'is worked once when it is announced twice and was %s [serverless-idempotency]',
    async (state) => {
      exchange.put(key, state === 'accepted' ? document : Buffer.from('MZ'), 'application/pdf');
      expect(await inspect(announced(key))).toMatchObject([{ state }]);
      expect(await inspect(announced(key))).toEqual([{ key, state: 'known' }]);
      expect(await start('inspect')(announced(key, key))).toMatchObject([{ state: 'known' }, { state: 'known' }]);
      expect(exchange.writes).toHaveLength(1);
    },
  );

  test('is gone when somebody took or changed it meanwhile', async () => {
    expect(await inspect(announced(key))).toEqual([{ key, state: 'gone' }]);
    exchange.put(key, document, 'application/pdf');
    exchange.before = (operation) => {
      if (operation === 'CopyObject') exchange.put(key, Buffer.from('MZ'), 'application/pdf');
    };
    expect(await inspect(announced(key))).toEqual([{ key, state: 'gone' }]);
    expect(exchange.writes).toEqual([]);
  });

  test('is tried again when S3 is in trouble, and another of the same announcement is not lost [serverless-async-invoke]', async () => {
    const second = key.replace('order', 'other');
    exchange.put(key, document, 'application/pdf');
    exchange.put(second, document, 'application/pdf');
    let calls = 0;
    exchange.before = (operation) => {
      if (operation === 'CopyObject' && (calls += 1) === 2) throw s3Error('SlowDown', 503);
    };
    await expect(inspect(announced(key, second))).rejects.toThrow();
    expect(await inspect(announced(key, second))).toMatchObject([{ state: 'known' }, { state: 'accepted' }]);
  });

  test.each([
    [
      'of another bucket',
      {
        ...announced(key),
        Records: [
          { ...announced(key).Records[0], s3: { ...announced(key).Records[0].s3, bucket: { name: 'elsewhere' } } },
        ],
      },
      'the object is in elsewhere, not in the-exchange',
    ],
    [
      'of a key no link has',
      announced('arrivals/readme.txt'),
      'arrivals/readme.txt is no key that a link of the exchange has',
    ],
    ['of a result', announced(`accepted/${name}`), 'is no key that a link of the exchange has'],
    ['of nothing', {}, 'not an S3 event of a new object'],
  ])('fails for an announcement %s, for a person to look at [serverless-untrusted-input]', async (_, event, fault) => {
    await expect(inspect(event)).rejects.toThrow(fault);
    expect(exchange.writes).toEqual([]);
  });
});

test('a file is accepted for what it begins with and nothing else', () => {
  const bytes = 100;
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 8 }), (beginning) => {
      const hex = Buffer.from(beginning).toString('hex');
      expect(contentFault({ contentType: 'image/jpeg', bytes }, beginning) === undefined).toBe(
        hex.startsWith('ffd8ff'),
      );
    }),
  );
  expect(contentFault({ contentType: 'image/jpeg', bytes }, Buffer.from('ffd8ffe0', 'hex'))).toBeUndefined();
  expect(contentFault({ contentType: 'image/jpeg', bytes: 30_000_000 }, Buffer.from('ffd8ffe0', 'hex'))).toBe(
    'it has 30000000 bytes, more than 26214400',
  );
});
