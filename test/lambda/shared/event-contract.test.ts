import fc from 'fast-check';
import * as z from 'zod/mini';
import { contract } from '../../../lambda/shared/event-contract';

const order = contract({
  source: 'shop',
  detailType: 'order.placed',
  version: 2,
  data: z.object({ number: z.string().check(z.minLength(1)), cents: z.int().check(z.gte(0)) }),
});
/** The event as a consumer gets it. */
const delivered = ({ source, detailType, detail }: ReturnType<typeof order.make>) => ({
  version: '0',
  id: 'chosen by EventBridge',
  'detail-type': detailType,
  source,
  account: '111122223333',
  detail: JSON.parse(JSON.stringify(detail)) as object,
});

describe('a contract', () => {
  test('what is made is read again, whatever it holds [messaging-event-contract]', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.nat(), fc.integer({ min: 1, max: 9 }), (number, cents, attempt) => {
        const event = delivered(order.make({ number, cents }, { id: `order-${cents}`, attempt }));
        expect(order.read(event)).toEqual({ source: 'shop', id: `order-${cents}`, attempt, data: { number, cents } });
      }),
    );
  });

  test('carries its version, and an attempt that starts at one [messaging-event-contract]', () => {
    expect(order.make({ number: '7', cents: 1 }, { id: 'a' }).detail).toEqual({
      id: 'a',
      version: 2,
      attempt: 1,
      data: { number: '7', cents: 1 },
    });
  });

  test('leaves out fields that only a later producer knows', () => {
    const event = delivered(order.make({ number: '7', cents: 1 }, { id: 'a' }));
    (event.detail as any).data.colour = 'red';
    expect(order.read(event).data).toEqual({ number: '7', cents: 1 });
  });

  test('nothing else is ever read [messaging-event-contract]', () => {
    fc.assert(
      fc.property(fc.anything(), (event) => expect(() => order.read(event)).toThrow('not an event shop order.placed')),
    );
  });

  const good = { number: '7', cents: 1 };
  test.each<[string, () => unknown, string]>([
    [
      'data to send is wrong',
      () => order.make({ number: '', cents: -1 }, { id: 'a' }),
      'shop order.placed cannot be sent: number: ',
    ],
    [
      'an event is not small',
      () => order.make({ ...good, number: 'x'.repeat(70_000) }, { id: 'a' }),
      'put the content into a bucket and send its address',
    ],
    [
      'it is another event',
      () => order.read({ ...delivered(order.make(good, { id: 'a' })), source: 'other' }),
      'not an event shop order.placed: source: ',
    ],
    [
      'the version is another',
      () =>
        order.read({
          ...delivered(order.make(good, { id: 'a' })),
          detail: { id: 'a', version: 3, attempt: 1, data: good },
        }),
      'shop order.placed has version 3, and version 2 is read here',
    ],
    [
      'data is wrong',
      () =>
        order.read({
          ...delivered(order.make(good, { id: 'a' })),
          detail: { id: 'a', version: 2, attempt: 1, data: { number: '7' } },
        }),
      'shop order.placed breaks its contract: cents: ',
    ],
    [
      'there is no attempt',
      () => order.read({ ...delivered(order.make(good, { id: 'a' })), detail: { id: 'a', version: 2, data: good } }),
      'not an event shop order.placed: detail.attempt: ',
    ],
  ])('fails when %s [messaging-event-contract]', (_, act, text) => expect(act).toThrow(text));
});
