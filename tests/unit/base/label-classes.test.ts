import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { labelClasses, wrongClasses } from '$lib/base/label-classes';

describe('the classes of labels', () => {
  test('two values are two classes apart at their middle', () => {
    expect(labelClasses([0, 1, 1], [0])).toEqual({ type: 'two', threshold: 0.5 });
    expect(labelClasses([1, -1], [])).toEqual({ type: 'two', threshold: 0 });
    expect(labelClasses([7.5, 2.5, 2.5], [7.5])).toEqual({ type: 'two', threshold: 5 });
    expect(labelClasses([2 ** 1023, 1.5 * 2 ** 1023], [])).toEqual({ type: 'two', threshold: 1.25 * 2 ** 1023 });
    // The other class may be in the test set only.
    expect(labelClasses([3, 3], [5])).toEqual({ type: 'two', threshold: 4 });
  });

  test('of ±1 and 0/1 one value tells the other', () => {
    expect(labelClasses([1, 1], [1])).toEqual({ type: 'two', threshold: 0 });
    expect(labelClasses([-1], [])).toEqual({ type: 'two', threshold: 0 });
    expect(labelClasses([0, 0], [])).toEqual({ type: 'two', threshold: 0.5 });
    expect(labelClasses([4, 4], [])).toEqual({ type: 'one' });
    expect(labelClasses([], [])).toEqual({ type: 'one' });
  });

  test('more values are class numbers where they are whole, few or counted through, and repeat', () => {
    expect(labelClasses([0, 1, 2, 0], [2])).toEqual({ type: 'several', values: [0, 1, 2] });
    expect(labelClasses([10, 20, 30, 30], [])).toEqual({ type: 'several', values: [10, 20, 30] });
    const letters = Array.from({ length: 52 }, (_, index) => 1 + (index % 26));
    expect(labelClasses(letters, [])).toMatchObject({ type: 'several' });
    expect(
      labelClasses(
        letters.map((value) => 3 * value),
        [],
      ),
    ).toEqual({ type: 'real' });
    expect(labelClasses([0, 0.5, 1, 1], [])).toEqual({ type: 'real' });
    expect(labelClasses([10, 20, 30], [])).toEqual({ type: 'real' });
    expect(
      labelClasses(
        Array.from({ length: 5000 }, (_, index) => index),
        [0, 0],
      ),
    ).toEqual({ type: 'real' });
  });
});

describe('wrong classes', () => {
  test('of ±1 are the wrong signs, a prediction of 0 and of nothing among them', () => {
    const classes = labelClasses([1, -1], []);
    expect(wrongClasses([0.2, -0.2, 0, NaN], [1, 1, 1, 1], classes)).toBe(0.75);
  });

  test('of two values are those beyond the middle', () => {
    expect(wrongClasses([0.1, 0.9, 0.6, 0.5], [0, 1, 0, 1], labelClasses([0, 1], []))).toBe(0.5);
    expect(wrongClasses([0.656, 1.354], [-3, 5], labelClasses([-3, 5], []))).toBe(0);
  });

  test('of class numbers are those nearer to another, as a search through all says', () => {
    const values = [0, 1, 2, 5, 9];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: -3, max: 12, noNaN: true }), fc.constantFrom(...values)), { minLength: 1 }),
        (pairs) => {
          const [f, y] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
          const expected = pairs.filter(([a, b]) => values.some((other) => Math.abs(a - other) < Math.abs(a - b))).length / pairs.length;
          // Ties go to the lower class: leave them out.
          fc.pre(pairs.every(([a]) => ![0.5, 1.5, 3.5, 7].includes(a)));
          expect(wrongClasses(f, y, { type: 'several', values })).toBeCloseTo(expected, 12);
        },
      ),
    );
    expect(wrongClasses([NaN], [0], { type: 'several', values })).toBe(1);
  });
});
