import { expiryOf, hasExpired } from '../../../lambda/shared/expiry';

const now = new Date('2026-11-21T08:30:00.500Z');
const seconds = 1_795_249_800;

describe('expiryOf', () => {
  test('a time to come is whole seconds since 1970 [data-ddb-ttl]', () => {
    expect(expiryOf(new Date('2026-11-21T08:30:10.900Z'), now)).toBe(seconds + 10);
    expect(expiryOf(seconds + 1, now)).toBe(seconds + 1);
  });

  test('fails for milliseconds, which DynamoDB would take for a year far away [data-ddb-ttl]', () => {
    expect(() => expiryOf((seconds + 10) * 1000, now)).toThrow(
      'expiry is 1795249810000, which is milliseconds; give seconds since 1970',
    );
  });

  test.each([seconds, seconds - 1])('fails for a time that is past: %d [data-ddb-ttl]', (past) => {
    expect(() => expiryOf(past, now)).toThrow(`expiry is ${past}, which is past; give a time to come`);
  });

  test('fails for half a second', () => {
    expect(() => expiryOf(seconds + 0.5, now)).toThrow('give whole seconds since 1970');
  });
});

test('an item has expired from its second on, and never without one [data-ddb-ttl]', () => {
  expect([seconds + 1, seconds, seconds - 1, undefined].map((each) => hasExpired(each, now))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});
