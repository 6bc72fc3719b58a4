import { handler } from '../../../tools/objects/emulator';

const rule = (bucket: string, Priority: number, Prefix = '') => ({
  Status: 'Enabled',
  Priority,
  Filter: { Prefix },
  Destination: { Bucket: `arn:aws:s3:::${bucket}` },
});

test.each<[string, ReturnType<typeof rule>[], number[]]>([
  ['by every rule that selects it', [rule('a', 1), rule('b', 2)], [1, 0]],
  ['by no rule that selects others', [rule('a', 1, 'out/'), rule('b', 2, 'in/')], [1]],
  ['once into each bucket, by the rule of higher priority', [rule('a', 1), rule('a', 3), rule('b', 2)], [1, 2]],
])('an object is copied %s', async (_how, rules, by) => {
  expect(await handler({ candidate: { key: 'in/a' }, rules })).toEqual({ by });
});
