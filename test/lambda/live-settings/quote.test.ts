import { verify, type SignedOffer } from '../../../lambda/live-settings/offer';
import { allUp, logged, places, start, unread } from './start';

const now = new Date('2026-11-28T10:00:00.000Z');
const ten = { kilograms: 10 };

beforeEach(() => {
  jest.useFakeTimers({ now, doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'setTimeout', 'clearTimeout'] });
  allUp();
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});
const later = (seconds: number) => jest.setSystemTime(Date.now() + seconds * 1000);

describe('an offer', () => {
  test('is made of a setting from each place: code, layer, environment, parameter, secret and flag [serverless-config-layers]', async () => {
    places.flags = { carrier: 'road', surcharge: 10, taking: true };
    const offer = (await start('quote')(ten)) as SignedOffer;
    expect(offer).toEqual({
      carrier: 'road',
      kilograms: 10,
      cents: 1320,
      currency: 'EUR',
      until: '2026-11-28T10:30:00.000Z',
      signature: expect.any(String),
    });
    expect(() => verify(offer, 'first-key')).not.toThrow();
    // What a kilogram costs by road is less than anybody carries for.
    expect(await start('quote')({ kilograms: 1 })).toMatchObject({ cents: 350 });
  });

  test('knows each place by its setting: without it the default holds, and it goes on [serverless-config-layers, security-config-defaults]', async () => {
    places.layer = 'down';
    expect(await start('quote', { OFFER_MINUTES: undefined })(ten)).toMatchObject({
      currency: 'USD',
      until: '2026-11-28T10:15:00.000Z',
    });
    expect(unread()).toBe(1);
    places.layer = 'no JSON';
    expect(await start('quote')(ten)).toMatchObject({ currency: 'USD' });
    places.layer = '{"currency":"Euro"}';
    expect(await start('quote')(ten)).toMatchObject({ currency: 'USD' });
    expect(unread()).toBe(3);
  });

  test('follows a parameter within half a minute, asks no more often, and goes before layer and environment [serverless-config-layers]', async () => {
    const quote = start('quote');
    await quote(ten);
    places.parameters = { 'rates/road': '130', offerMinutes: '5', currency: 'GBP' };
    later(29);
    expect(await quote(ten)).toMatchObject({ cents: 1200 });
    expect(places.asked.parameters).toBe(1);
    later(2);
    expect(await quote(ten)).toMatchObject({ cents: 1300, currency: 'GBP', until: '2026-11-28T10:05:31.000Z' });
    expect(places.asked.parameters).toBe(2);
  });

  test('uses the last good rate while parameters cannot be read, and where one makes no sense, and tells of it without its value [security-config-defaults]', async () => {
    const quote = start('quote');
    await quote(ten);
    for (const nonsense of ['down', { 'rates/road': 'cheap', 'rates/sea': '3' }] as const) {
      places.parameters = nonsense;
      later(31);
      expect(await quote(ten)).toMatchObject({ cents: 1200 });
    }
    expect(unread()).toBe(2);
    expect(logged().map(({ message, keys }) => [message, keys])).toContainEqual([
      'settings nobody reads',
      ['rates/sea'],
    ]);
    expect(JSON.stringify(logged())).not.toContain('cheap');
  });

  test('follows a flag with the next event, and keeps what it was told last while the extension is silent [serverless-feature-flags, security-appconfig-flags]', async () => {
    const quote = start('quote');
    places.parameters = { 'rates/road': '120', 'rates/air': '400' };
    await quote(ten);
    places.flags = { carrier: 'air', surcharge: 0, taking: true };
    expect(await quote(ten)).toMatchObject({ carrier: 'air', cents: 4000 });
    places.flags = 'down';
    expect(await quote(ten)).toMatchObject({ carrier: 'air', cents: 4000 });
    expect(unread()).toBe(1);
    expect(await start('quote')(ten)).toMatchObject({ carrier: 'road' });
  });

  test.each([['air'], ['sea']])(
    'fails where the flag says %s and there is no rate for it, so that the alarm takes the flag back [serverless-feature-flags]',
    async (carrier) => {
      places.flags = { carrier, surcharge: 0, taking: true };
      await expect(start('quote')(ten)).rejects.toThrow(
        `there is no rate for ${carrier}: put the parameter rates/${carrier}, or set the flag back`,
      );
    },
  );

  test('is not made while the flag says so, which is no failure', async () => {
    places.flags = { carrier: 'road', surcharge: 0, taking: false };
    expect(await start('quote')(ten)).toEqual({ refused: 'no offers are made at the moment' });
  });

  test.each([
    [undefined],
    [{}],
    ['ten'],
    [{ kilograms: 0 }],
    [{ kilograms: 1001 }],
    [{ kilograms: 1, carrier: 'air' }],
  ])('is not made for %p, which is the mistake of the caller and no failure', async (event) => {
    expect(await start('quote')(event)).toEqual({
      refused: 'ask as {"kilograms": 3}, with more than 0 and at most 1000',
    });
    expect(places.asked).toEqual({ parameters: 0, key: 0 });
  });

  test('cannot be made before there is a key, and is signed with the last one while the store is down; the log has neither [serverless-secret-hygiene]', async () => {
    const quote = start('quote');
    places.key = 'down';
    await expect(quote(ten)).rejects.toThrow('Service Unavailable');
    places.key = 'first-key';
    await quote(ten);
    places.key = 'down';
    later(61);
    const offer = (await quote(ten)) as SignedOffer;
    expect(() => verify(offer, 'first-key')).not.toThrow();
    expect(JSON.stringify(logged())).not.toContain('first-key');
  });

  test('a function that is not told where its settings are does not start', () => {
    expect(() => start('quote', { SETTINGS_PATH: undefined, SIGNING_KEY_ARN: undefined })).toThrow(
      'environment variables missing: SETTINGS_PATH, SIGNING_KEY_ARN',
    );
  });
});
