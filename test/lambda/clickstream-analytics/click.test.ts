import fc from 'fast-check';
import { clickIn, hourOf, minuteOf, pageOf } from '../../../lambda/clickstream-analytics/click';
import { aClick } from './clicks';

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');

describe('a click', () => {
  test('is read out of a record, its time in UTC', () => {
    expect(clickIn(encoded(aClick({ at: '2026-11-28T10:15:30Z', from: 'news.example.com' })))).toEqual(
      aClick({ at: '2026-11-28T10:15:30.000Z', from: 'news.example.com' }),
    );
  });

  test('is counted under its page without its query, its minute and its hour', () => {
    const click = aClick({ page: '/shop?token=secret#top' });
    expect([pageOf(click), minuteOf(click), hourOf(click)]).toEqual(['/shop', '2026-11-28T10:15', '2026-11-28T10']);
  });

  test.each<[string, unknown, string]>([
    ['text', 'hello', 'the record is no click: it: '],
    ['a list', [], 'the record is no click: it: '],
    ['a page elsewhere', aClick({ page: 'https://evil.example.com/' }), 'the record is no click: page: '],
    ['a time that is none', aClick({ at: 'yesterday' }), 'the record is no click: at: '],
    ['a visitor with a name', aClick({ visitor: 'Jane Doe' }), 'the record is no click: visitor: '],
    ['something more', { ...aClick(), price: 1 }, 'the record is no click: it: '],
  ])('%s is none, and is refused with the reason [serverless-untrusted-input]', (_, value, reason) => {
    expect(() => clickIn(encoded(value))).toThrow(reason);
  });

  test('bytes that are no JSON are refused [serverless-untrusted-input]', () => {
    expect(() => clickIn(new Uint8Array([0, 255, 3]))).toThrow('the record is not JSON');
  });

  test('whatever bytes come, they are refused or are a click of the form it says [serverless-untrusted-input]', () => {
    const some = fc.oneof(
      fc.json(),
      fc.string(),
      fc.record({ id: fc.string(), page: fc.string(), at: fc.string() }).map((o) => JSON.stringify(o)),
    );
    fc.assert(
      fc.property(some, (text) => {
        try {
          const click = clickIn(Buffer.from(text));
          expect(click.page).toMatch(/^\//);
          expect(click.visitor).toMatch(/^[A-Za-z0-9_-]+$/);
        } catch (error) {
          expect((error as Error).name).toBe('Refused');
        }
      }),
    );
  });
});
