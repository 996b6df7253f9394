import type { Activation } from '$lib/base/activation';
import { angleOfCovariance, geometricMean, isSharp, sineLess } from './angles';
import type { KernelMap } from './kernel-map';
import { tanhMap } from './tanh-map';

/** The map of one entry: value and slope go to position `at` of the two arrays. */
type EntryMap = (
  c: number,
  a: number,
  b: number,
  angle: number | undefined,
  kernel: Float64Array,
  derivative: Float64Array,
  at: number,
) => void;

const entrywise =
  (map: EntryMap): KernelMap =>
  (c, a, b, kernel, derivative, angles) => {
    const m = b.length;
    for (let i = 0; i < a.length; i++)
      for (let j = 0; j < m; j++) {
        const at = i * m + j;
        map(c[at] as number, a[i] as number, b[j] as number, angles?.[at], kernel, derivative, at);
      }
  };

/** √(ab)(sin θ + (π − θ) cos θ)/2π and (π − θ)/2π; relu′(0) = 0, hence 0 where a variance is 0. */
const relu: EntryMap = (c, a, b, given, kernel, derivative, at) => {
  const angle = given ?? angleOfCovariance(c, a, b);
  const [rest, value] = angle < 0 ? [-angle, sineLess(-angle)] : [Math.PI - angle, Math.sin(angle) + (Math.PI - angle) * Math.cos(angle)];
  kernel[at] = (geometricMean(a, b) * value) / (2 * Math.PI);
  derivative[at] = a === 0 || b === 0 ? 0 : rest / (2 * Math.PI);
};

/**
 * (2/π) arctan(2c/√Q) and (4/π)/√Q with Q = (1 + 2a)(1 + 2b) − 4c² = 1 + 2a + 2b + 4ab sin²θ, a sum of terms ≥ 0. Both are divided by
 * m = max(1, √(ab)) before they are squared, which might overflow.
 */
const erf: EntryMap = (c, a, b, given, kernel, derivative, at) => {
  const mean = geometricMean(a, b);
  const angle = given !== undefined && isSharp(c, mean) ? given : angleOfCovariance(c, a, b);
  const most = Math.max(1, mean);
  const across = (2 * mean * Math.sin(angle)) / most;
  const root = Math.sqrt((1 + 2 * a + 2 * b) / most / most + across * across);
  kernel[at] = (2 / Math.PI) * Math.atan2((2 * Math.max(-mean, Math.min(mean, c))) / most, root);
  derivative[at] = 4 / Math.PI / root / most;
};

/** The NNGP maps of `theory.md` §1 and their derivative kernels. */
export const kernelMaps: Readonly<Record<Activation, KernelMap>> = {
  linear: entrywise((c, _a, _b, _angle, kernel, derivative, at) => {
    kernel[at] = c;
    derivative[at] = 1;
  }),
  relu: entrywise(relu),
  erf: entrywise(erf),
  tanh: tanhMap,
  quadratic: entrywise((c, a, b, _angle, kernel, derivative, at) => {
    kernel[at] = 2 * c * c + (a - 1) * (b - 1);
    derivative[at] = 4 * c;
  }),
};
