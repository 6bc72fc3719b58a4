import fc from 'fast-check';
import { matchBehaviour, patternFaults } from '../../../lib/constructs/edge/path-pattern';

describe('which route answers', () => {
  const patterns = ['/images/*.svg', '/images/*', 'web/*', '/media/?/*', '/Exact'];
  test.each([
    ['/images/logo.svg', '/images/*.svg'],
    ['/images/deep/logo.svg', '/images/*.svg'],
    ['/images/logo.png', '/images/*'],
    ['/images/', '/images/*'],
    ['/images', '*'],
    ['/web/index.html', 'web/*'],
    ['/media/a/film', '/media/?/*'],
    ['/media/ab/film', '*'],
    ['/Exact', '/Exact'],
    ['/exact', '*'],
    ['/imagesXlogoXsvg', '*'],
    ['/', '*'],
  ])('%s is answered by %s [edge-path-behaviours]', (path, pattern) => {
    expect(matchBehaviour(patterns, path)).toBe(pattern);
  });

  test('the first of two that match wins [edge-path-behaviours]', () => {
    expect(matchBehaviour(['/a/*', '/a/b/*'], '/a/b/c')).toBe('/a/*');
    expect(matchBehaviour(['/a/b/*', '/a/*'], '/a/b/c')).toBe('/a/b/*');
  });
});

describe('patterns that are refused', () => {
  test.each([
    [['/a/*', '/a/b/*'], 'routes has /a/b/* after /a/*, which answers all of it; put the more specific pattern first'],
    [
      ['*.jpg', 'images/*.jpg'],
      'routes has images/*.jpg after *.jpg, which answers all of it; put the more specific pattern first',
    ],
    [['/a?', '/ab'], 'routes has /ab after /a?, which answers all of it; put the more specific pattern first'],
    [['/a', 'a'], 'routes has a after /a, which answers all of it; put the more specific pattern first'],
    [['*'], 'routes has the pattern *, which is the default route; give it as defaultRoute'],
    [['/*'], 'routes has the pattern /*, which is the default route; give it as defaultRoute'],
    [
      ['/a b'],
      'routes has the pattern /a b; use at most 255 letters, digits and _ - . * $ / ~ " \' @ : + & ?, without a query',
    ],
  ])('%j [edge-path-behaviours]', (patterns, fault) => {
    expect(patternFaults(patterns, 75)).toEqual([fault]);
  });

  test.each([[['/a/b/*', '/a/*']], [['/a?', '/a*']], [['/a/*/c', '/a/*']], [['*.jpg', '*.png']]])(
    '%j is fine',
    (patterns) => {
      expect(patternFaults(patterns, 75)).toEqual([]);
    },
  );

  test('76 of them are too many unless the quota was raised [edge-path-behaviours]', () => {
    const many = Array.from({ length: 76 }, (_, i) => `/p${i}/*`);
    expect(patternFaults(many, 75)).toEqual([
      'routes has 76 patterns; a distribution takes 75, so merge some, or raise the quota and say so in maximumRoutes',
    ]);
    expect(patternFaults(many, 100)).toEqual([]);
  });

  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '?'), minLength: 1, maxLength: 6 });
  const path = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 8 });

  test('a pattern that was called hidden is never reached', () => {
    fc.assert(
      fc.property(pattern, pattern, path, (first, second, rest) => {
        fc.pre(patternFaults([first, second], 75).some((fault) => fault.includes(' after ')));
        expect(first === second ? first : matchBehaviour([first, second], `/${rest}`)).not.toBe(
          first === second ? '' : second,
        );
      }),
    );
  });
});
