import fc from 'fast-check';
import { sign, type SignedOffer } from '../../../lambda/live-settings/offer';
import { allUp, places, start } from './start';

const now = new Date('2026-11-28T10:00:00.000Z');
const terms = {
  carrier: 'road',
  kilograms: 10,
  cents: 1200,
  currency: 'EUR',
  until: '2026-11-28T10:30:00.000Z',
} as const;
const notOurs = { refused: 'this is no offer of ours, or it was changed' };

beforeEach(() => {
  jest.useFakeTimers({ now, doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'setTimeout', 'clearTimeout'] });
  allUp();
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

describe('an offer somebody comes back with', () => {
  test('is taken as it was made, as often as it comes, until it has run out', async () => {
    const accept = start('accept');
    const offer = sign(terms, 'first-key');
    expect(await accept(offer)).toEqual({ accepted: true });
    expect(await accept(offer)).toEqual({ accepted: true });
    jest.setSystemTime(new Date('2026-11-28T10:30:00.001Z'));
    expect(await accept(offer)).toEqual({ refused: 'the offer has run out; ask for another one' });
  });

  test('is refused whatever of it was changed', async () => {
    const accept = start('accept');
    const offer = sign(terms, 'first-key');
    const change = fc.record<Partial<SignedOffer>>(
      {
        carrier: fc.constant('air' as const),
        // JSON knows neither.
        kilograms: fc.double({ noNaN: true, noDefaultInfinity: true }),
        cents: fc.integer(),
        currency: fc.string(),
        until: fc.string(),
        signature: fc.string(),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(change, async (changed) => {
        const same = Object.entries(changed).every(([key, value]) => offer[key as keyof SignedOffer] === value);
        expect(await accept({ ...offer, ...changed })).toEqual(same ? { accepted: true } : notOurs);
      }),
    );
  });

  test.each([[undefined], [{}], [terms], [{ ...sign(terms, 'first-key'), more: 1 }]])('%p is none', async (event) => {
    expect(await start('accept')(event)).toEqual({
      refused: 'give the offer as it was made, with its signature',
    });
    expect(places.asked.key).toBe(0);
  });

  test('of after a rotation is taken at once, though the function knows the key of before [serverless-secret-hygiene, security-secret-cache]', async () => {
    const accept = start('accept');
    await accept(sign(terms, 'first-key'));
    places.key = 'second-key';
    expect(await accept(sign(terms, 'second-key'))).toEqual({ accepted: true });
    expect(await accept(sign(terms, 'first-key'))).toEqual(notOurs);
  });

  test('cannot be judged without a key, which is a failure and no refusal', async () => {
    places.key = 'down';
    await expect(start('accept')(sign(terms, 'first-key'))).rejects.toThrow('Service Unavailable');
  });
});
