import * as fc from 'fast-check';
import { rotationGaps, type KeyChange, type RotationFacts } from '../../../lib/constructs/edge/rotate-keys';

const facts: RotationFacts = { lifetime: 900, spreading: 300 };
const begun: KeyChange = { at: 0, trusted: ['old'], signsWith: 'old' };

describe('a change of keys', () => {
  test('in three steps has no gap, when each waits for the one before to have had its effect [edge-private-behaviour]', () => {
    const steps = [
      begun,
      { at: 1000, trusted: ['old', 'new'], signsWith: 'old' },
      { at: 1300, trusted: ['old', 'new'], signsWith: 'new' },
      { at: 2200, trusted: ['new'], signsWith: 'new' },
    ];
    expect(rotationGaps(steps, facts)).toEqual([]);
  });

  test.each<[string, KeyChange[], ReturnType<typeof rotationGaps>]>([
    [
      'at once',
      [begun, { at: 1000, trusted: ['new'], signsWith: 'new' }],
      [
        { from: 1000, until: 1900, key: 'old', because: 'some edges have forgotten the key' },
        { from: 1000, until: 1300, key: 'new', because: 'some edges do not know the key yet' },
      ],
    ],
    [
      'with the next key signing as it is added',
      [begun, { at: 1000, trusted: ['old', 'new'], signsWith: 'new' }],
      [{ from: 1000, until: 1300, key: 'new', because: 'some edges do not know the key yet' }],
    ],
    [
      'with the old key forgotten too early',
      [
        begun,
        { at: 1000, trusted: ['old', 'new'], signsWith: 'old' },
        { at: 1300, trusted: ['old', 'new'], signsWith: 'new' },
        { at: 1500, trusted: ['new'], signsWith: 'new' },
      ],
      [{ from: 1500, until: 2200, key: 'old', because: 'some edges have forgotten the key' }],
    ],
    [
      'to a key that nobody trusts',
      [begun, { at: 1000, trusted: ['old'], signsWith: 'new' }],
      [{ from: 1000, until: Infinity, key: 'new', because: 'some edges do not know the key yet' }],
    ],
  ])('%s turns people away [edge-private-behaviour]', (_, steps, gaps) => {
    expect(rotationGaps(steps, facts)).toEqual(gaps);
  });

  test('has a gap exactly when somebody is turned away somewhere [edge-private-behaviour]', () => {
    const small: RotationFacts = { lifetime: 4, spreading: 2 };
    const step = fc.record({
      wait: fc.integer({ min: 1, max: 6 }),
      trusted: fc.uniqueArray(fc.constantFrom('a', 'b'), { minLength: 1 }),
      signsWith: fc.constantFrom('a', 'b'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 5 }), (steps) => {
        let at = 0;
        const changes: KeyChange[] = [
          { at: 0, trusted: ['a'], signsWith: 'a' },
          ...steps.map(({ wait, ...rest }) => ({ at: (at += wait), ...rest })),
        ];
        const last = at + 12;
        const stateAt = (time: number) => [...changes].reverse().find((one) => one.at <= time) ?? changes[0];
        // At the beginning and towards the end of each second, as signatures are made at any moment.
        const moments = Array.from({ length: last }, (_, second) => [second, second + 0.999]).flat();
        const refused = moments.some((issued) => {
          const key = stateAt(issued).signsWith;
          // An edge knows any state of the last `spreading` seconds.
          return [0, 1, 2, 3, 3.999].some((age) =>
            [0, 1, 1.999].some((behind) => !stateAt(Math.max(0, issued + age - behind)).trusted.includes(key)),
          );
        });
        expect(rotationGaps(changes, small).length > 0).toBe(refused);
      }),
      { numRuns: 500 },
    );
  });
});
