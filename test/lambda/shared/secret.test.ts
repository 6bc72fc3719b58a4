import { secret } from '../../../lambda/shared/secret';

class Refused extends Error {}
let time = 0;

/** A store whose secret can be rotated, and a database that takes the newest only. */
function rotating() {
  const place = { current: 'first', down: false, fetches: 0 };
  const fetch = () => {
    place.fetches += 1;
    return place.down ? Promise.reject(new Error('store is down')) : Promise.resolve(place.current);
  };
  const held = secret(fetch, { timeToLive: 1000, isRefused: (cause) => cause instanceof Refused, now: () => time });
  const query = jest.fn((given: string) =>
    given === place.current ? Promise.resolve(`by ${given}`) : Promise.reject(new Refused()),
  );
  return { place, held, query };
}

describe('secret', () => {
  test('is fetched when it is first needed, once for all who need it, and kept [serverless-secret-hygiene]', async () => {
    const { place, held, query } = rotating();
    expect(place.fetches).toBe(0);
    await Promise.all([held.use(query), held.use(query)]);
    time += 999;
    expect(await held.use(query)).toBe('by first');
    expect(place.fetches).toBe(1);
  });

  test('is fetched again when its time is over [serverless-secret-hygiene]', async () => {
    const { place, held, query } = rotating();
    await held.use(query);
    place.current = 'second';
    time += 1000;
    expect(await held.use(query)).toBe('by second');
    expect(query).toHaveBeenCalledTimes(2);
  });

  test('a rotation within its time costs one refusal, after which the work is done with the new one, by all who were refused [serverless-secret-hygiene]', async () => {
    const { place, held, query } = rotating();
    await held.use(query);
    place.current = 'second';
    expect(await Promise.all([held.use(query), held.use(query)])).toEqual(['by second', 'by second']);
    expect(place.fetches).toBe(2);
  });

  test('whoever is refused late takes the one that was fetched meanwhile [serverless-secret-hygiene]', async () => {
    const { place, held, query } = rotating();
    let refuseLate = (): void => undefined;
    const late = jest.fn((given: string) =>
      given === 'second' ? query(given) : new Promise<string>((_, fail) => (refuseLate = () => fail(new Refused()))),
    );
    const waiting = held.use(late);
    await held.use(query);
    place.current = 'second';
    await held.use(query);
    refuseLate();
    expect(await waiting).toBe('by second');
    expect(place.fetches).toBe(2);
  });

  test('one that is refused and is still the newest is not tried again, and the refusal is what the caller sees [serverless-secret-hygiene]', async () => {
    const { place, held } = rotating();
    const work = jest.fn(() => Promise.reject(new Refused('wrong password')));
    await expect(held.use(work)).rejects.toThrow('wrong password');
    expect(work).toHaveBeenCalledTimes(1);
    expect(place.fetches).toBe(2);
  });

  test('a failure of another kind is none of the secret, and nothing is fetched or done again [serverless-secret-hygiene]', async () => {
    const { place, held } = rotating();
    const work = jest.fn(() => Promise.reject(new Error('no such table')));
    await expect(held.use(work)).rejects.toThrow('no such table');
    expect(work).toHaveBeenCalledTimes(1);
    expect(place.fetches).toBe(1);
  });

  test('while the store is down the last one is used, and without one the failure is told and not kept [serverless-secret-hygiene]', async () => {
    const { place, held, query } = rotating();
    place.down = true;
    await expect(held.use(query)).rejects.toThrow('store is down');
    place.down = false;
    expect(await held.use(query)).toBe('by first');
    place.down = true;
    time += 1000;
    expect(await held.use(query)).toBe('by first');
  });

  test('shows itself nowhere but to the work [serverless-secret-hygiene]', async () => {
    const { held, query } = rotating();
    await held.use(query);
    expect(JSON.stringify(held)).toBe('{}');
    expect(Object.values(held).every((value) => typeof value === 'function')).toBe(true);
  });
});
