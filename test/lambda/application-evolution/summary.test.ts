import fc from 'fast-check';
import { NothingToSummarise, summarise } from '../../../lambda/application-evolution/summary';

test.each([
  ['a word', { words: 2, lines: 1, commonest: 'a', times: 1 }],
  ['Über über, UNTER\n', { words: 3, lines: 1, commonest: 'über', times: 2 }],
  ['one\n\nthree 3', { words: 3, lines: 3, commonest: 'one', times: 1 }],
])('%j', (text, summary) => {
  expect(summarise(text)).toEqual(summary);
});

test.each(['', ' \n', '…', '!?'])('nothing can be made of %j', (text) => {
  expect(() => summarise(text)).toThrow(new NothingToSummarise('there is no word in the document'));
});

test('no word comes more often than the commonest, and none is lost', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }), (words) => {
      const { commonest, times, words: many } = summarise(words.join(' '));
      expect(many).toBe(words.length);
      for (const word of words) expect(words.filter((other) => other === word).length).toBeLessThanOrEqual(times);
      expect(words.filter((word) => word === commonest)).toHaveLength(times);
    }),
  );
});
