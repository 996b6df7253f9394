import { describe, expect, it } from 'vitest';
import { relativeScatter } from '$lib/theory/bayes/deep/target/scatter-beyond';

const row = (...values: number[]): Float64Array => Float64Array.from(values);

describe('scatter of a predictor on test examples', () => {
  // Of two halves, a jackknife estimate is √(½ Σ|f₋ − f|²).
  it.each([
    ['relative to f', row(3, 4), [row(3, 5), row(3, 3)], [1, 1], 1 / 5],
    ['relative to a fifth of the labels where f is small', row(0.001), [row(0.003), row(-0.001)], [1, -1], 0.01],
    ['of many examples, still to their size', row(0, 0, 0, 0), [row(0.1, 0, 0, 0), row(-0.1, 0, 0, 0)], [2], 0.1 / 0.8],
    ['0 where f and labels vanish', row(0, 0), [row(0, 0), row(0, 0)], [0, 0], 0],
    ['0 without test examples', row(), [row(), row()], [0], 0],
  ])('is %s', (_, whole, without, labels, right) => {
    expect(relativeScatter(whole, without, labels)).toBeCloseTo(right, 12);
  });
});
