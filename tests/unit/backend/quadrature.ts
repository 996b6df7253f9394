import type { Activation } from '$lib/base/activation';
import { activationFunctions } from '$lib/base/special';

/** E f(u)g(v) over the bivariate normal with variances a, b and covariance c, |c| < √(ab): trapezoid in polar form, independent of the closed forms. */
const gaussianMean = (f: (h: number) => number, g: (h: number) => number, c: number, a: number, b: number): number => {
  const first = Math.sqrt(a);
  const second = Math.sqrt(b - (c * c) / a);
  // Good to 1e-12 for variances up to 4, where the poles of tanh are at 0.78 i: e^{−2π · 0.78/0.09}.
  const step = 0.09;
  const reach = 8.1;
  const count = Math.round(reach / step);
  const weights = Float64Array.from({ length: 2 * count + 1 }, (_, i) => Math.exp(-(((i - count) * step) ** 2) / 2));
  let sum = 0;
  for (let i = -count; i <= count; i++) {
    const z = i * step;
    const u = first * z;
    const mean = (c / a) * u;
    let inner = 0;
    for (let j = -count; j <= count; j++) inner += g(mean + second * j * step) * (weights[j + count] as number);
    sum += f(u) * (weights[i + count] as number) * inner;
  }
  return (sum * step * step) / (2 * Math.PI);
};

/** Radial integral by closed moments, angular by the trapezoid between the kinks: for relu, whose kink spoils a plain grid. */
const reluMean = (c: number, a: number, b: number, slopes: boolean): number => {
  const first = Math.sqrt(a);
  const [along, across] = [c / first, Math.sqrt(b - (c * c) / a)];
  // u = first r cos t, v = r (along cos t + across sin t); ∫ r^{2p+1} e^{−r²/2} dr = 1 for p = 0, 2 for p = 1.
  const turn = Math.atan2(-along, across);
  const low = Math.max(-Math.PI / 2, turn);
  const high = Math.min(Math.PI / 2, turn + Math.PI);
  if (slopes) return (high - low) / (2 * Math.PI);
  const pieces = 200;
  let sum = 0;
  // Gauss–Legendre of three points in each piece.
  const width = (high - low) / pieces;
  for (let i = 0; i < pieces; i++)
    for (const [node, weight] of [
      [0, 8 / 9],
      [Math.sqrt(0.6), 5 / 9],
      [-Math.sqrt(0.6), 5 / 9],
    ] as const) {
      const t = low + width * (i + 0.5 + node / 2);
      sum += (weight / 2) * width * first * Math.cos(t) * (along * Math.cos(t) + across * Math.sin(t));
    }
  return (2 * sum) / (2 * Math.PI);
};

/** The NNGP map and its derivative by integration. */
export const kernelByQuadrature = (
  activation: Activation,
  c: number,
  a: number,
  b: number,
): readonly [kernel: number, derivative: number] => {
  if (activation === 'relu') return [reluMean(c, a, b, false), reluMean(c, a, b, true)];
  const { value, slope } = activationFunctions[activation];
  return [gaussianMean(value, value, c, a, b), gaussianMean(slope, slope, c, a, b)];
};
