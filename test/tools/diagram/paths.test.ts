import fc from 'fast-check';
import { shortened } from '../../../tools/diagram/paths';

describe('the path of an icon', () => {
  test.each([
    ['M0 0h40v40H0z', 'M0 0h40v40H0z', 'is left alone where it is short'],
    ['m23.847 35.514 1.999-2.95', 'm23.8 35.5 2-2.9', 'has one digit behind the point'],
    ['M.04 0l.04 0 .04 0', 'M0 0l.1 0 0 0', 'is rounded by where it really is'],
    ['M2 2a.806.806 0 0 0 1.131-.05', 'M2 2a.81.81 0 0 0 1.1-.1', 'keeps the radii of arcs'],
    ['M4 4a1 1 0 01-.5.5', 'M4 4a1 1 0 0 1-.5.5', 'has flags that need nothing between them'],
    ['M1 1l2 2zl1.04 0', 'M1 1l2 2zl1 0', 'goes on from where it began'],
  ])('%s as %s %s', (path, short) => {
    expect(shortened(path)).toBe(short);
  });

  test('ends nowhere more than a tenth from where it was to end, however long it is', () => {
    const step = fc.tuple(fc.double({ min: -9, max: 9, noNaN: true }), fc.double({ min: -9, max: 9, noNaN: true }));
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
        const given = steps.map(([x, y]) => [Number(x.toFixed(3)), Number(y.toFixed(3))]);
        const path = `M0 0${given.map(([x, y]) => `l${x} ${y}`).join('')}`;
        const numbers = [...shortened(path).matchAll(/-?\d*\.?\d+/g)].map(([text]) => Number(text)).slice(2);
        for (const axis of [0, 1]) {
          const real = given.reduce((sum, point) => sum + point[axis], 0);
          const drawn = numbers.filter((_, i) => i % 2 === axis).reduce((sum, value) => sum + value, 0);
          expect(Math.abs(real - drawn)).toBeLessThan(0.1);
        }
      }),
    );
  });

  test('fails when it is none', () => {
    expect(() => shortened('M0 0 x')).toThrow('an icon has a path that cannot be read at 5: M0 0 x');
    expect(() => shortened('0 0')).toThrow('an icon has a path that cannot be read at 1: 0 0');
  });
});
