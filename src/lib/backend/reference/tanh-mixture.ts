import { logisticMixture } from '../logistic-mixture';
import { angleOfCovariance, geometricMean, isSharp } from './angles';

const { squares, weights } = logisticMixture.double;
const count = squares.length;

/**
 * E tanh(u) tanh(v) and E tanh′(u) tanh′(v) at covariance c, variances a and b and signed angle (where it is needed), into position `at` of the two arrays:
 * `logistic-mixture.ts`, good to a few roundings at any variance and correlation. About 200 arc tangents whatever the variances.
 * (s² + a)(s′² + b) − c² = s²s′² + s′²a + s²b + ab sin²θ, divided by max(1, √(ab))² lest it overflow.
 */
export const mixtureInto = (
  c: number,
  a: number,
  b: number,
  given: number | undefined,
  kernel: Float64Array,
  derivative: Float64Array,
  at: number,
): void => {
  const mean = geometricMean(a, b);
  const angle = given !== undefined && isSharp(c, mean) ? given : angleOfCovariance(c, a, b);
  const most = Math.max(1, mean);
  const covariance = Math.max(-mean, Math.min(mean, c)) / most;
  const across = (mean / most) * Math.sin(angle);
  const [left, right, one] = [a / most / most, b / most / most, 1 / most / most];
  let value = 0;
  let slope = 0;
  for (let k = 0; k < count; k++) {
    const s = squares[k] as number;
    const fixed = across * across + s * right;
    const each = left + s * one;
    let inner = 0;
    let innerSlope = 0;
    for (let l = 0; l < count; l++) {
      const root = Math.sqrt(fixed + (squares[l] as number) * each);
      inner += (weights[l] as number) * Math.atan2(covariance, root);
      innerSlope += (weights[l] as number) / root;
    }
    value += (weights[k] as number) * inner;
    slope += (weights[k] as number) * innerSlope;
  }
  kernel[at] = (2 / Math.PI) * value;
  derivative[at] = ((2 / Math.PI) * slope) / most;
};
