import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { turnOrder, drawEvenly } from '$lib/data/draw';
import { problemOf } from './files';

/** 30 rows of each of ten classes, and 7 more of class 0. */
const rowClasses = Array.from({ length: 307 }, (_, row) => (row < 300 ? row % 10 : 0));

const cases = fc.record({
  // The first some classes of a shuffled list are positive, the next some negative.
  labels: fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], { minLength: 2 }),
  split: fc.double({ min: 0, max: 1, noNaN: true }),
  train: fc.integer({ min: 1, max: 30 }),
  test: fc.integer({ min: 0, max: 15 }),
  seed: fc.integer({ min: -1000, max: 1e9 }),
});
const sides = ({ labels, split }: { labels: number[]; split: number }): [number[], number[]] => {
  const positive = 1 + Math.floor(split * (labels.length - 1.001));
  return [labels.slice(0, positive), labels.slice(positive)];
};

describe('rows drawn evenly', () => {
  test('no row comes twice, each is of a class asked for, and classes differ by at most one', () => {
    fc.assert(
      fc.property(cases, (task) => {
        const { train, test, seed } = task;
        const classes = turnOrder(...sides(task));
        const draw = drawEvenly(rowClasses, ...sides(task), train, test, seed);
        expect(draw.train).toHaveLength(train);
        expect(draw.test).toHaveLength(test);
        expect(new Set([...draw.train, ...draw.test]).size).toBe(train + test);
        for (const rows of [draw.train, draw.test]) {
          const counts = classes.map((label) => rows.filter((row) => rowClasses[row] === label).length);
          expect(counts.reduce((a, b) => a + b)).toBe(rows.length);
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
          // What is left over goes to the first classes dealt.
          expect(counts).toEqual([...counts].sort((a, b) => b - a));
        }
      }),
    );
  });

  test('the same seed gives the same rows, another seed others', () => {
    expect(drawEvenly(rowClasses, [1], [2], 20, 10, 5)).toEqual(drawEvenly(rowClasses, [1], [2], 20, 10, 5));
    expect(drawEvenly(rowClasses, [1], [2], 20, 10, 5)).not.toEqual(drawEvenly(rowClasses, [1], [2], 20, 10, 6));
  });

  test('a larger set begins with the smaller one, and the test set does not depend on the training set', () => {
    fc.assert(
      fc.property(cases, (task) => {
        const { train, test, seed } = task;
        const fewer = Math.ceil(train / 2);
        const small = drawEvenly(rowClasses, ...sides(task), fewer, test, seed);
        const large = drawEvenly(rowClasses, ...sides(task), train, test, seed);
        expect(large.train.slice(0, fewer)).toEqual(small.train);
        expect(large.test).toEqual(small.test);
      }),
    );
  });

  test('another task of the same seed does not test on what this one trains on, up to half of each class', () => {
    const one = drawEvenly(rowClasses, [0, 1], [5, 6], 60, 60, 3);
    const other = drawEvenly(rowClasses, [6], [0], 30, 30, 3);
    expect(other.test.filter((row) => one.train.includes(row))).toEqual([]);
    expect(one.test.filter((row) => other.train.includes(row))).toEqual([]);
  });

  test('another task of the same seed trains on images of its own draw; swapping the sides is the same task', () => {
    const rows = (positive: number[], negative: number[]): Set<number> =>
      new Set(drawEvenly(rowClasses, positive, negative, 8, 0, 3).train);
    expect(rows([0], [1])).not.toEqual(new Set([...rows([0, 2], [1, 3])].filter((row) => [0, 1].includes(rowClasses[row]!))));
    expect(rows([0, 1], [2, 3])).not.toEqual(rows([0, 2], [1, 3]));
    expect(rows([0, 1], [2, 3])).toEqual(rows([3, 2], [1, 0]));
  });

  test('all rows of a class can be had, one more cannot', async () => {
    const all = drawEvenly(rowClasses, [4], [5], 40, 20, 1);
    expect(new Set([...all.train, ...all.test]).size).toBe(60);
    expect(await problemOf(() => drawEvenly(rowClasses, [0], [4], 42, 20, 1))).toBe(
      'train: 42 training and 20 test examples need 31 of class 4, there are 30 (these classes have enough for 60 in all)',
    );
  });

  test('classes are dealt from both sides in turn', () => {
    expect(turnOrder([0, 1, 2], [5])).toEqual([0, 5, 1, 2]);
    expect(turnOrder([0], [5, 6])).toEqual([0, 5, 6]);
  });
});
