import { geometricMean } from './angles';
import type { KernelMap } from './kernel-map';
import { expansionOf, type Expansion } from './tanh-expansion';
import { mixtureInto } from './tanh-mixture';

/** Variances up to which the series has converged in a few hundred pairs at any correlation, and costs less than the mixture. */
const largest = 4;

/**
 * E tanh(u) tanh(v) and E tanh′(u) tanh′(v). Up to moderate variances by Mehler's expansion: E f(u) g(v) = Σ_k f_k(a) g_k(b) ρᵏ with the
 * Hermite coefficients f_k(a) = E f(√a z) h_k(z), made once for each variance. Beyond by a mixture of error functions, entry by entry.
 * The cost is bounded, whatever the variances. `angles` as for every `KernelMap`.
 */
export const tanhMap: KernelMap = (c, a, b, kernel, derivative, angles) => {
  const known = new Map<number, Expansion | undefined>();
  const expansion = (variance: number): Expansion | undefined => {
    if (!known.has(variance)) known.set(variance, variance > largest ? undefined : expansionOf(variance));
    return known.get(variance);
  };
  const left = Array.from(a, expansion);
  const right = Array.from(b, expansion);
  for (let i = 0; i < a.length; i++)
    for (let j = 0; j < b.length; j++) {
      const at = i * b.length + j;
      const [covariance, u, v] = [c[at] as number, a[i] as number, b[j] as number];
      const [f, g] = [left[i], right[j]];
      if (f && g) seriesInto(covariance, geometricMean(u, v), f, g, kernel, derivative, at);
      else mixtureInto(covariance, u, v, angles?.[at], kernel, derivative, at);
    }
};

const seriesInto = (
  covariance: number,
  scale: number,
  f: Expansion,
  g: Expansion,
  kernel: Float64Array,
  derivative: Float64Array,
  at: number,
): void => {
  const rho = scale === 0 ? 0 : Math.max(-1, Math.min(1, covariance / scale));
  const square = rho * rho;
  const pairs = Math.min(f.slopes.length, g.slopes.length);
  let value = 0;
  let slope = 0;
  let power = 1;
  for (let pair = 0; pair < pairs && power > 1e-17; pair++) {
    slope += (f.slopes[pair] as number) * (g.slopes[pair] as number) * power;
    value += (f.values[pair] as number) * (g.values[pair] as number) * power;
    power *= square;
  }
  kernel[at] = value * rho;
  derivative[at] = Number.isNaN(rho) ? NaN : slope;
};
