import { expansionOf } from './tanh-expansion';
import { conditionalQuadrature } from './tanh-quadrature';

/** Largest truncation error left to the series, relative to √(E φ² E φ²). */
const tolerance = 1e-12;

/**
 * E tanh(u) tanh(v) and E tanh′(u) tanh′(v) by Mehler's expansion: E f(u) g(v) = Σ_k f_k(a) g_k(b) ρᵏ with the Hermite coefficients
 * f_k(a) = E f(√a z) h_k(z), made once for each variance. Entries for which the rest of the series is not negligible (large variances at
 * correlations near ±1) are integrated one by one.
 */
export const tanhMap = (c: Float64Array, a: Float64Array, b: Float64Array, kernel: Float64Array, derivative: Float64Array): void => {
  const known = new Map<number, ReturnType<typeof expansionOf>>();
  const expansion = (variance: number): ReturnType<typeof expansionOf> => {
    let made = known.get(variance);
    if (!made) known.set(variance, (made = expansionOf(variance)));
    return made;
  };
  const left = Array.from(a, expansion);
  const right = Array.from(b, expansion);
  for (let i = 0; i < a.length; i++)
    for (let j = 0; j < b.length; j++) {
      const index = i * b.length + j;
      const f = left[i] as (typeof left)[number];
      const g = right[j] as (typeof right)[number];
      const scale = Math.sqrt((a[i] as number) * (b[j] as number));
      const rho = scale === 0 ? 0 : Math.max(-1, Math.min(1, (c[index] as number) / scale));
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
      // By Cauchy–Schwarz the rest is at most ρⁿ √(rest_f rest_g), and the derivative's rest is the slower of the two.
      const rest = power * Math.sqrt(f.rest * g.rest);
      if (Number.isNaN(rho) || Number.isNaN(rest)) value = slope = NaN;
      else if (rest > tolerance) [value, slope] = conditionalQuadrature(a[i] as number, b[j] as number, rho);
      else value *= rho;
      kernel[index] = value;
      derivative[index] = slope;
    }
};
