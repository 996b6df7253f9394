import type { Activation } from '../../src/lib/base/activation';
import { activationFunctions } from '../../src/lib/base/special';

/** A task of one input and two examples, the gain γ√N of the output and the temperature. */
export interface SmallTask {
  readonly c: number;
  readonly temperature: number;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Points of the grid in each weight, and where it ends. */
const points = 161;
const end = 9;

type Grid = readonly Float64Array[];

/** Aᵀ M A for A [n, n], row-major rows. */
const sandwich = (a: Grid, m: Grid): Grid => {
  const once = m.map((row) => Float64Array.from(row, (_, j) => row.reduce((sum, value, k) => sum + value * a[k]![j]!, 0)));
  return a.map((_, i) => Float64Array.from(a, (_row, j) => a.reduce((sum, row, k) => sum + row[i]! * once[k]![j]!, 0)));
};

/**
 * ⟨f⟩ and ⟨f²⟩ at x₀ of a network of two hidden layers of one neuron each, f = v φ(w₂ φ(w₁ x))/c, after a source and a target that is tied to it with
 * strength δ: trapezium rule over (w₁, w₂) of both, v in closed form, w̄ quenched. No code of the product but φ.
 */
export const twoNeurons = (
  activation: Activation,
  { source, target, delta, at }: { readonly source: SmallTask; readonly target: SmallTask; readonly delta: number; readonly at: number },
): { readonly mean: number; readonly square: number } => {
  const { value } = activationFunctions[activation];
  const nodes = Float64Array.from({ length: points }, (_, i) => -end + (2 * end * i) / (points - 1));
  const grid = (f: (w1: number, w2: number) => number): Grid => [...nodes].map((w1) => Float64Array.from(nodes, (w2) => f(w1, w2)));
  const pieces = ({ c, temperature, x, y }: SmallTask) => {
    const given = (w1: number, w2: number) => {
      const [p, q] = [value(w2 * value(w1 * x[0])), value(w2 * value(w1 * x[1]))];
      const precision = 1 + (p * p + q * q) / temperature;
      const pull = (c * (p * y[0] + q * y[1])) / temperature;
      return { weight: Math.exp((0.5 * pull * pull) / precision) / Math.sqrt(precision), precision, mean: pull / precision };
    };
    const out = (w1: number, w2: number): number => value(w2 * value(w1 * at)) / c;
    return {
      weight: grid((w1, w2) => given(w1, w2).weight),
      first: grid((w1, w2) => given(w1, w2).weight * out(w1, w2) * given(w1, w2).mean),
      second: grid((w1, w2) => given(w1, w2).weight * out(w1, w2) ** 2 * (given(w1, w2).mean ** 2 + 1 / given(w1, w2).precision)),
    };
  };
  // Rows w, columns w̄.
  const tie = grid((w, anchor) => Math.exp(-0.5 * w * w - 0.5 * delta * (w - anchor) ** 2));
  const before = pieces(source).weight.map((row, i) =>
    row.map((weight, j) => weight * Math.exp(-0.5 * nodes[i]! ** 2 - 0.5 * nodes[j]! ** 2)),
  );
  const all = before.reduce((sum, row) => sum + row.reduce((a, b) => a + b, 0), 0);
  const { weight, first, second } = pieces(target);
  const [norm, mean, square] = [weight, first, second].map((one) => sandwich(tie, one));
  const average = (of: Grid): number =>
    before.reduce((sum, row, i) => sum + row.reduce((a, value, j) => a + (value * of[i]![j]!) / norm![i]![j]!, 0), 0) / all;
  return { mean: average(mean!), square: average(square!) };
};
