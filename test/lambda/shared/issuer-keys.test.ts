import { generateKeyPairSync } from 'node:crypto';
import { IssuerKeys } from '../../../lambda/shared/issuer-keys';

const setOf = (kid: string) =>
  JSON.stringify({
    keys: [
      { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }), kid, alg: 'ES256' },
    ],
  });
const hour = 3_600_000;
let clock = 0;
const get = jest.fn<Promise<string>, [string]>();
const keysOf = () => new IssuerKeys('https://issuer.example', get, () => clock);
const names = async (keys: IssuerKeys) => (await keys.all()).map(({ id }) => id);

beforeEach(() => {
  clock = 0;
  get.mockReset().mockResolvedValue(setOf('one'));
});

test('the keys of an issuer are asked for once an hour, by however many at a time', async () => {
  const keys = keysOf();
  expect(await Promise.all([names(keys), names(keys)])).toEqual([['one'], ['one']]);
  clock = hour - 1;
  await keys.all();
  expect(get.mock.calls).toEqual([['https://issuer.example/.well-known/jwks.json']]);
  clock = hour;
  get.mockResolvedValueOnce(setOf('two'));
  expect(await names(keys)).toEqual(['two']);
});

test('those at hand are used while the issuer cannot be reached, which is asked again a minute later', async () => {
  const keys = keysOf();
  await keys.all();
  clock = hour;
  get.mockRejectedValueOnce(new Error('reset'));
  expect(await names(keys)).toEqual(['one']);
  get.mockResolvedValueOnce(setOf('two'));
  clock += 59_999;
  expect(await names(keys)).toEqual(['one']);
  clock += 1;
  expect(await names(keys)).toEqual(['two']);
});

test('fails when nothing is at hand, and asks again the next time', async () => {
  const keys = keysOf();
  get.mockRejectedValueOnce(new Error('reset'));
  await expect(keys.all()).rejects.toThrow('reset');
  get.mockResolvedValueOnce('{"keys":[]}');
  await expect(keys.all()).rejects.toThrow();
  expect(await names(keys)).toEqual(['one']);
});
