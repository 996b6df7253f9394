/** Nodes and weights of the Gauss–Legendre rule of n points on [−1, 1], by Newton on Pₙ; exact to rounding. */
function gaussLegendre(n: number): { readonly nodes: Float64Array; readonly weights: Float64Array } {
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let x = Math.cos((Math.PI * (n - i - 0.25)) / (n + 0.5));
    let slope = 1;
    for (let iteration = 0; iteration < 50; iteration++) {
      const values = legendre(n, x);
      slope = (n * (x * values[n]! - values[n - 1]!)) / (x * x - 1);
      const step = values[n]! / slope;
      x -= step;
      if (Math.abs(step) < 1e-15) break;
    }
    nodes[i] = x;
    weights[i] = 2 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}

/** P₀ … Pₙ at x. */
function legendre(n: number, x: number): Float64Array {
  const values = new Float64Array(n + 1);
  values[0] = 1;
  values[1] = x;
  for (let l = 1; l < n; l++) values[l + 1] = ((2 * l + 1) * x * values[l]! - l * values[l - 1]!) / (l + 1);
  return values;
}

/** Nodes a panel. */
export const order = 8;
const rule = gaussLegendre(order);

/** Barycentric weights of the nodes. */
const barycentric = rule.nodes.map((node, i) =>
  rule.nodes.reduce((product, other, j) => (i === j ? product : product / (node - other)), 1),
);

/** Node i of the panel [a, b] and its weight. */
export const nodeIn = (a: number, b: number, i: number): number => a + 0.5 * (b - a) * (1 + rule.nodes[i]!);
export const weightIn = (a: number, b: number, i: number): number => 0.5 * (b - a) * rule.weights[i]!;

/** How much each node of a panel counts in the polynomial through them at t, −1 ≤ t ≤ 1, [order]. */
export function interpolation(t: number, out: Float64Array): Float64Array {
  const at = rule.nodes.indexOf(t);
  if (at >= 0) return out.fill(0).fill(1, at, at + 1);
  let sum = 0;
  for (let i = 0; i < order; i++) sum += out[i] = barycentric[i]! / (t - rule.nodes[i]!);
  for (let i = 0; i < order; i++) out[i]! /= sum;
  return out;
}

const legendreAtNodes = Array.from(rule.nodes, (x) => legendre(order, x));

/**
 * Where in a panel, −1 … 1, the share u of its mass lies below, for the mass at its nodes (weights included, from `at` on): the polynomial
 * through the densities, integrated term by term, and bisection. Where the polynomial is negative the answer is still within the panel.
 */
export function quantileWithin(masses: Float64Array, at: number, u: number): number {
  // Density Σ c_l P_l(t), of which ∫₋₁ᵗ P_l = (P_{l+1} − P_{l−1})/(2l + 1).
  const c = coefficients;
  let total = 0;
  for (let i = 0; i < order; i++) total += masses[at + i]!;
  for (let l = 0; l < order; l++) {
    let sum = 0;
    for (let i = 0; i < order; i++) sum += masses[at + i]! * legendreAtNodes[i]![l]!;
    c[l] = sum / total;
  }
  const below = (t: number): number => {
    // c_l (2l + 1)/2 · ∫ P_l; for l = 0 the integral is t + 1.
    let sum = 0.5 * c[0]! * (t + 1);
    let before = 1;
    let here = t;
    for (let l = 1; l < order; l++) {
      const next = ((2 * l + 1) * t * here - l * before) / (l + 1);
      sum += 0.5 * c[l]! * (next - before);
      before = here;
      here = next;
    }
    return sum;
  };
  let low = -1;
  let high = 1;
  for (let step = 0; step < 44; step++) {
    const middle = 0.5 * (low + high);
    if (below(middle) < u) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}

const coefficients = new Float64Array(order);

/** How much of the polynomial through values at the nodes, `stride` apart from `at` on, is of the two highest degrees. */
export function tailOf(values: Float64Array, at: number, stride: number): number {
  let last = 0;
  let before = 0;
  for (let i = 0; i < order; i++) {
    const value = values[at + i * stride]!;
    last += value * legendreAtNodes[i]![order - 1]!;
    before += value * legendreAtNodes[i]![order - 2]!;
  }
  return Math.abs(last) + Math.abs(before);
}
