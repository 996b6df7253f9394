/** Hermite coefficients of tanh(√a z): even ones of its slope, odd ones of its value; the others are zero. */
export interface Expansion {
  /** E φ(√a z) h_{2i+1}(z), h_k orthonormal. */
  readonly values: Float64Array;
  /** E φ′(√a z) h_{2i}(z). */
  readonly slopes: Float64Array;
}

/** Pairs of coefficients at most: more than any variance takes for which the series is used. */
const mostPairs = 640;
/** Where a coefficient counts as nothing beside the first, whatever the other's of a pair. */
const negligible = 1e-17;

const slopeOf = (h: number): number => 1 / Math.cosh(h) ** 2;

/**
 * The expansion for variance a ≥ 0 by the trapezoid rule, which converges geometrically for analytic integrands. The slope's coefficients
 * d_k are integrated, since sech² is local, and the value's follow from c_{k+1} = √a d_k / √(k+1) (integration by parts).
 */
export const expansionOf = (variance: number): Expansion => {
  const deviation = Math.sqrt(variance);
  // sech² is below 1e-17 past 20.5, and so is the half of the Gaussian that goes with the weights past 12.5.
  const reach = Math.min(12.5, 20.5 / Math.max(deviation, 1e-300));
  // Bandwidth: h_k oscillates with √k, the Gaussian to 9, and sech²(√a z) has poles at iπ/2√a (e^{−πω/2√a} = 1e-16 at 24√a).
  const step = (2 * Math.PI) / (Math.sqrt(2 * mostPairs) + 9 + 24 * deviation);
  const count = Math.ceil(reach / step) + 1;
  const node = Float64Array.from({ length: count }, (_, i) => i * step);
  // Half of the Gaussian goes with the polynomials, so that they stay bounded; the other half with the weights. Nodes ±z are one.
  const weight = node.map((z, i) => ((i === 0 ? 1 : 2) * step * slopeOf(deviation * z) * Math.exp((-z * z) / 4)) / Math.sqrt(2 * Math.PI));
  let current = node.map((z) => Math.exp((-z * z) / 4));
  let previous = new Float64Array(count);

  const values: number[] = [];
  const slopes: number[] = [];
  const done = (): boolean =>
    slopes.length > 2 && slopes.slice(-2).every((slope) => Math.abs(slope) <= negligible * Math.abs(slopes[0] as number));
  for (let k = 0; slopes.length < mostPairs && !done(); k += 2) {
    const hermite = current;
    const slope = sum(count, (i) => (weight[i] as number) * (hermite[i] as number));
    slopes.push(slope);
    values.push((deviation * slope) / Math.sqrt(k + 1));
    for (const order of [k, k + 1]) {
      // h_{n+1} = (z h_n − √n h_{n−1}) / √(n+1), written over h_{n−1}.
      const next = previous;
      const down = Math.sqrt(order);
      const up = 1 / Math.sqrt(order + 1);
      for (let i = 0; i < count; i++) next[i] = ((node[i] as number) * (current[i] as number) - down * (next[i] as number)) * up;
      previous = current;
      current = next;
    }
  }
  return { values: Float64Array.from(values), slopes: Float64Array.from(slopes) };
};

const sum = (count: number, term: (i: number) => number): number => {
  let total = 0;
  for (let i = 0; i < count; i++) total += term(i);
  return total;
};
