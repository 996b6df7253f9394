import { describe, expect, test } from 'vitest';
import { activations } from '$lib/base/activation';
import { activationFunctions, erf } from '$lib/base/special';

/** erf by its everywhere-positive series 2/√π e^{−x²} Σ 2ⁿx^{2n+1}/(2n+1)!!, independent of the rational forms. */
const series = (x: number): number => {
  let term = x;
  let sum = 0;
  for (let n = 0; n < 400 && term > 1e-20 * sum; n++) {
    sum += term;
    term *= (2 * x * x) / (2 * n + 3);
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
};

test('erf agrees with its series to 3e-15 over its domain, is odd and ends in ±1', () => {
  // The series loses x² ε in e^{−x²} times erfc-sized terms, hence 3e-15 and not 1 ULP.
  for (let x = 0.001; x < 6.5; x += 0.00373) {
    expect(Math.abs(erf(x) / series(x) - 1)).toBeLessThan(3e-15 * Math.max(1, x * x));
    expect(erf(-x)).toBe(-erf(x));
  }
  expect([erf(0), erf(1e-300), erf(6.1), erf(Infinity), erf(-Infinity)]).toEqual([0, (2 / Math.sqrt(Math.PI)) * 1e-300, 1, 1, -1]);
  expect(erf(NaN)).toBeNaN();
});

test.each([
  [0.5, 0.5204998778130465],
  [1, 0.8427007929497149],
  [2, 0.9953222650189527],
  [3, 0.9999779095030014],
])('erf(%f) = %f (DLMF tables, further digits by mpmath)', (x, value) => {
  expect(Math.abs(erf(x) - value)).toBeLessThanOrEqual(2.3e-16);
});

describe.each(activations)('%s', (activation) => {
  const { value, slope } = activationFunctions[activation];
  test('the slope is the derivative of the value', () => {
    const h = 1e-5;
    for (const x of [-3.1, -0.7, -0.01, 0.02, 0.9, 2.5]) expect(slope(x)).toBeCloseTo((value(x + h) - value(x - h)) / (2 * h), 8);
  });
  test('not-a-number stays', () => {
    expect(value(NaN)).toBeNaN();
  });
});

test('relu′(0) = 0', () => expect(activationFunctions.relu.slope(0)).toBe(0));
