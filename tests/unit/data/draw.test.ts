import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dealingOrder, drawEvenly } from '$lib/data/draw';
import { problemOf } from './files';

/** 30 rows of each of ten classes, and 7 more of class 0. */
const rowClasses = Array.from({ length: 307 }, (_, row) => (row < 300 ? row % 10 : 0));

const cases = fc.record({
  classes: fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1 }),
  train: fc.integer({ min: 1, max: 15 }),
  test: fc.integer({ min: 0, max: 15 }),
  seed: fc.integer({ min: -1000, max: 1e9 }),
});

describe('rows drawn evenly', () => {
  test('no row comes twice, each is of a class asked for, and classes differ by at most one', () => {
    fc.assert(
      fc.property(cases, ({ classes, train, test, seed }) => {
        const draw = drawEvenly(rowClasses, classes, train, test, seed);
        expect(draw.train).toHaveLength(train);
        expect(draw.test).toHaveLength(test);
        expect(new Set([...draw.train, ...draw.test]).size).toBe(train + test);
        for (const rows of [draw.train, draw.test]) {
          const counts = classes.map((label) => rows.filter((row) => rowClasses[row] === label).length);
          expect(counts.reduce((a, b) => a + b)).toBe(rows.length);
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
          // What is left over goes to the first classes listed.
          expect(counts).toEqual([...counts].sort((a, b) => b - a));
        }
      }),
    );
  });

  test('the same seed gives the same rows, another seed others', () => {
    expect(drawEvenly(rowClasses, [1, 2], 20, 10, 5)).toEqual(drawEvenly(rowClasses, [1, 2], 20, 10, 5));
    expect(drawEvenly(rowClasses, [1, 2], 20, 10, 5)).not.toEqual(drawEvenly(rowClasses, [1, 2], 20, 10, 6));
  });

  test('a larger set begins with the smaller one, and the test set does not depend on the training set', () => {
    fc.assert(
      fc.property(cases, ({ classes, train, test, seed }) => {
        const fewer = Math.ceil(train / 2);
        const small = drawEvenly(rowClasses, classes, fewer, test, seed);
        const large = drawEvenly(rowClasses, classes, train, test, seed);
        expect(large.train.slice(0, fewer)).toEqual(small.train);
        expect(large.test).toEqual(small.test);
      }),
    );
  });

  test('another task of the same seed does not test on what this one trains on', () => {
    const one = drawEvenly(rowClasses, [0, 5, 1, 6], 40, 40, 3);
    const other = drawEvenly(rowClasses, [6, 0], 20, 30, 3);
    expect(other.test.filter((row) => one.train.includes(row))).toEqual([]);
    expect(one.test.filter((row) => other.train.includes(row))).toEqual([]);
  });

  test('all rows of a class can be had, one more cannot', async () => {
    expect(new Set([...drawEvenly(rowClasses, [4], 20, 10, 1).train, ...drawEvenly(rowClasses, [4], 20, 10, 1).test]).size).toBe(30);
    expect(await problemOf(() => drawEvenly(rowClasses, [0, 4], 42, 20, 1))).toBe(
      'train: 42 training and 20 test examples need 31 of class 4, there are 30 (these classes have enough for 60 in all)',
    );
  });

  test('classes are dealt from both sides in turn', () => {
    expect(dealingOrder([0, 1, 2], [5])).toEqual([0, 5, 1, 2]);
    expect(dealingOrder([0], [5, 6])).toEqual([0, 5, 6]);
  });
});
