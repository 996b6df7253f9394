const slopeOf = (h: number): number => 1 / Math.cosh(h) ** 2;

/** Trapezoid step for a Gaussian of unit variance times a function of s·z with poles at ±iπ/2 in s·z, to 1e-15. */
const stepFor = (deviation: number): number => (2 * Math.PI) / (9 + 24 * deviation);

/**
 * E tanh(u) tanh(v) and E tanh′(u) tanh′(v) for variances a, b and correlation ρ, by the trapezoid rule in u and, within,
 * in v given u, which is normal with mean ρ√(b/a) u and variance b(1 − ρ²). Slow (thousands of nodes) but good at any variance,
 * and best where |ρ| is near 1 and the inner law is narrow.
 */
export const conditionalQuadrature = (a: number, b: number, rho: number): readonly [value: number, slope: number] => {
  const outer = Math.sqrt(a);
  const mean = rho * Math.sqrt(b);
  const inner = Math.sqrt(b * (1 - rho) * (1 + rho));
  const reach = 9;
  const step = stepFor(Math.max(outer, Math.abs(mean)));
  const innerStep = stepFor(inner);
  const innerCount = inner === 0 ? 0 : Math.ceil(reach / innerStep);
  const weights = Float64Array.from({ length: innerCount + 1 }, (_, i) => Math.exp(-((i * innerStep) ** 2) / 2));
  const innerTotal = weights.reduce((total, weight, i) => total + (i === 0 ? 1 : 2) * weight, 0);
  let value = 0;
  let slope = 0;
  // The integrands are even under (u, v) → (−u, −v): half of the outer nodes.
  for (let i = 0; i * step <= reach; i++) {
    const z = i * step;
    const gaussian = ((i === 0 ? 1 : 2) * step * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
    const centre = mean * z;
    let innerValue = Math.tanh(centre);
    let innerSlope = slopeOf(centre);
    for (let j = 1; j <= innerCount; j++) {
      const shift = inner * j * innerStep;
      innerValue += (weights[j] as number) * (Math.tanh(centre + shift) + Math.tanh(centre - shift));
      innerSlope += (weights[j] as number) * (slopeOf(centre + shift) + slopeOf(centre - shift));
    }
    value += (gaussian * Math.tanh(outer * z) * innerValue) / innerTotal;
    slope += (gaussian * slopeOf(outer * z) * innerSlope) / innerTotal;
  }
  return [value, slope];
};
