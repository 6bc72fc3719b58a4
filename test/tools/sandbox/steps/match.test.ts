import fc from 'fast-check';
import { difference } from '../../../../tools/sandbox/steps/difference';
import { anything, lineMatches, linesOf, matches } from '../../../../tools/sandbox/steps/match';

/** Few letters, so that patterns often fit by more than one way. */
const text = fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 8 });
const pattern = fc.string({ unit: fc.constantFrom('a', 'b', ' ', anything), maxLength: 8 });
const lines = fc.array(fc.constantFrom('a', 'b', 'ab'), { maxLength: 8 });
const patterns = fc.array(fc.constantFrom('a', 'b', 'a…', '…b', anything), { maxLength: 8 });

const asExpression = (one: string): RegExp => new RegExp(`^${one.replaceAll(anything, '[^]*')}$`);
/** The definition, written as one would say it: any lines are none, or one and then any. */
function fits([first, ...rest]: string[], given: string[]): boolean {
  if (first === undefined) return given.length === 0;
  if (first === anything) return fits(rest, given) || (given.length > 0 && fits([first, ...rest], given.slice(1)));
  return given.length > 0 && asExpression(first).test(given[0]) && fits(rest, given.slice(1));
}

describe('one line', () => {
  test('without a wildcard only the line itself is what was expected', () => {
    fc.assert(fc.property(text, text, (a, b) => lineMatches(a, b) === (a === b)));
  });

  test('any part may be replaced by a wildcard', () => {
    fc.assert(
      fc.property(text, fc.nat(8), fc.nat(8), (line, from, length) =>
        lineMatches(line.slice(0, from) + anything + line.slice(from + length), line),
      ),
    );
  });

  test('it decides as a regular expression does', () => {
    fc.assert(
      fc.property(pattern, text, (expected, line) => lineMatches(expected, line) === asExpression(expected).test(line)),
    );
  });
});

describe('several lines', () => {
  test('a wildcard alone on its line stands for any lines, also for none', () => {
    expect(matches(['a', '…', 'd'], ['a', 'b', 'c', 'd'])).toBe(true);
    expect(matches(['a', '  …', 'd'], ['a', 'd'])).toBe(true);
    expect(matches(['a', '…', 'd'], ['a', 'd', 'e'])).toBe(false);
  });

  test('a line more or a line less is not what was expected', () => {
    expect(matches(['a'], ['a', 'b'])).toBe(false);
    expect(matches(['a', 'b'], ['a'])).toBe(false);
    expect(matches([], ['a'])).toBe(false);
    expect(matches([], [])).toBe(true);
  });

  test('it decides as the definition does', () => {
    fc.assert(fc.property(patterns, lines, (expected, given) => matches(expected, given) === fits(expected, given)));
  });
});

test('output is what a terminal would show of it', () => {
  expect(linesOf('\u001b[32mgreen\u001b[0m  \r\n10 %\r90 %\rdone\n\n')).toEqual(['green', 'done']);
  expect(linesOf('')).toEqual([]);
  expect(linesOf('\na\n')).toEqual(['', 'a']);
});

describe('the difference', () => {
  test('says what is missing and what came unexpected', () => {
    expect(difference(['one', 'two', 'three'], ['one', '2', 'three'])).toBe('  one\n- two\n+ 2\n  three');
  });

  test('shows no difference where a wildcard fits', () => {
    expect(difference(['id …'], ['id 17'])).not.toMatch(/^[+-]/m);
  });
});
