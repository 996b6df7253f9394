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

const transposed = (a: Grid): Grid => a.map((_, i) => Float64Array.from(a, (row) => row[i]!));

const zipped = (a: Grid, b: Grid, f: (x: number, y: number) => number): Grid => a.map((row, i) => row.map((x, j) => f(x, b[i]![j]!)));

/** Aᵀ M A for A [n, n], row-major rows. */
const sandwich = (a: Grid, m: Grid): Grid => {
  const once = m.map((row) => Float64Array.from(row, (_, j) => row.reduce((sum, value, k) => sum + value * a[k]![j]!, 0)));
  return a.map((_, i) => Float64Array.from(a, (_row, j) => a.reduce((sum, row, k) => sum + row[i]! * once[k]![j]!, 0)));
};

/**
 * ⟨f⟩ and ⟨f²⟩ at x₀ of a network of two hidden layers of one neuron each, f = v φ(w₂ φ(w₁ x))/c, after a source and the
 * tasks of a chain, each tied to the one before with its δ: trapezium rule over (w₁, w₂) of each, v in closed form, w̄ quenched. No code of the
 * product but φ.
 */
export const twoNeurons = (
  activation: Activation,
  source: SmallTask,
  chain: readonly (SmallTask & { readonly delta: number })[],
  at: number,
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
  const tieOf = (delta: number): Grid => grid((w, anchor) => Math.exp(-0.5 * w * w - 0.5 * delta * (w - anchor) ** 2));
  let law = zipped(
    pieces(source).weight,
    grid((w1, w2) => Math.exp(-0.5 * w1 ** 2 - 0.5 * w2 ** 2)),
    (a, b) => a * b,
  );
  let [mean, square] = [NaN, NaN];
  for (const task of chain) {
    // Rows w, columns w̄.
    const tie = tieOf(task.delta);
    const { weight, first, second } = pieces(task);
    const norm = sandwich(tie, weight);
    const all = law.reduce((sum, row) => sum + row.reduce((a, b) => a + b, 0), 0);
    const share = zipped(law, norm, (p, z) => p / z / all);
    const average = (of: Grid): number =>
      zipped(share, sandwich(tie, of), (a, b) => a * b).reduce((sum, row) => sum + row.reduce((a, b) => a + b, 0), 0);
    [mean, square] = [average(first), average(second)];
    law = zipped(weight, sandwich(transposed(tie), share), (a, b) => a * b);
  }
  return { mean, square };
};
