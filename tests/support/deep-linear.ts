import type { Task } from '../../src/lib/theory/theory';
import { eliminate } from './linear-bayes';
import { newton } from './newton';

type Dense = number[][];

const map = (a: Dense, f: (value: number, i: number, j: number) => number): Dense =>
  a.map((row, i) => row.map((value, j) => f(value, i, j)));
const at = (a: Dense, i: number, j: number): number => a[i]?.[j] ?? NaN;
const multiply = (a: Dense, b: Dense): Dense =>
  a.map((row) => (b[0] ?? []).map((_, j) => row.reduce((sum, value, k) => sum + value * at(b, k, j), 0)));
const identity = (n: number): Dense => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_unused, j) => (i === j ? 1 : 0)));
const inverse = (a: Dense): Dense => eliminate(a, identity(a.length));
const rowsOf = (inputs: Float64Array, dimension: number): Dense =>
  Array.from({ length: inputs.length / dimension }, (_, p) => [...inputs.slice(p * dimension, (p + 1) * dimension)]);
const gram = (a: Dense, b: Dense): Dense =>
  a.map((x) => b.map((z) => x.reduce((sum, value, k) => sum + value * (z[k] ?? NaN), 0) / x.length));

export interface DeepLinear {
  /** Φ^l, l = 1 … L. */
  readonly kernels: readonly Dense[];
  readonly dual: readonly number[];
  /** f on the test set. */
  readonly test: readonly number[];
  /** The largest entry by which any equation of theory.md §2 is missed, each written with its inverses as it stands there. */
  readonly left: number;
}

/**
 * The deep linear network of theory.md §2 as matrices: every layer is Gaussian, Φ^l = ((Φ^{l−1})⁻¹ + Φ̂^l)⁻¹. Newton in Δ and the sizes c_l of
 * Φ̂^l = −γ²c_l ΔΔᵀ with continuation in γ; whether the Φ̂ are of that shape at all is part of what is left over. Double precision, no
 * code of the product. P ≤ D, so that K has an inverse.
 */
export function deepLinear(task: Task, depth: number, gamma: number, temperature: number): DeepLinear {
  const x = rowsOf(task.trainInputs, task.dimension);
  const n = x.length;
  const prior = gram(x, x);
  const labels = [...task.trainLabels];
  const conjugates = (unknown: readonly number[], richness: number): Dense[] =>
    Array.from({ length: depth }, (_, l) =>
      map(
        prior,
        (_unused, i, j) =>
          -richness * richness * (l === depth - 1 ? 1 : (unknown[n + l] ?? NaN)) * (unknown[i] ?? NaN) * (unknown[j] ?? NaN),
      ),
    );
  const forward = (hats: readonly Dense[]): Dense[] => {
    let below = prior;
    return hats.map((hat) => (below = inverse(map(inverse(below), (value, i, j) => value + at(hat, i, j)))));
  };
  /** Φ̂^l as the layer above wants it. */
  const wanted = (kernels: readonly Dense[], hats: readonly Dense[], l: number): Dense => {
    const own = inverse(kernels[l] ?? []);
    const covariance = inverse(map(own, (value, i, j) => value + at(hats[l + 1] ?? [], i, j)));
    const inner = multiply(multiply(own, covariance), own);
    return map(own, (value, i, j) => value - at(inner, i, j));
  };
  const missed = (kernel: Dense, dual: readonly number[]): number[] =>
    labels.map((y, i) => y - temperature * (dual[i] ?? NaN) - dual.reduce((sum, value, j) => sum + at(kernel, i, j) * value, 0));
  let unknown: readonly number[] = [...labels.map(() => 0), ...new Array<number>(depth - 1).fill(1)];
  const solved = (richness: number, start: readonly number[]) =>
    newton((trial) => {
      const hats = conjugates(trial, richness);
      const kernels = forward(hats);
      // Beyond the pole of a layer its variances are negative.
      if (kernels.some((kernel) => kernel.some((row, i) => !((row[i] ?? NaN) > 0)))) return undefined;
      const along = hats.slice(0, -1).map((hat, l) => {
        const size = trial[n + l] ?? NaN;
        if (richness === 0) return 1 - size;
        const shape = map(hat, (value) => value / size);
        const square = shape.flat().reduce((sum, value) => sum + value * value, 0);
        const overlap = wanted(kernels, hats, l).flatMap((row, i) => row.map((value, j) => value * at(shape, i, j)));
        return overlap.reduce((sum, value) => sum + value, 0) / square - size;
      });
      return [...missed(kernels[depth - 1] ?? [], trial.slice(0, n)), ...along];
    }, start);
  let richness = 0;
  let step = gamma / 4;
  unknown = solved(0, unknown).at;
  while (richness < gamma && step > 1e-4 * gamma) {
    const next = Math.min(gamma, richness + step);
    // γΔ changes less than Δ.
    const start = unknown.map((value, i) => (i < n && richness > 0 ? (value * richness) / next : value));
    const found = solved(next, start);
    if (found.left < 1e-9) {
      unknown = found.at;
      richness = next;
      step *= 1.5;
    } else step /= 2;
  }
  const dual = unknown.slice(0, n);
  const hats = conjugates(unknown, gamma);
  const kernels = forward(hats);
  const left = Math.max(
    ...missed(kernels[depth - 1] ?? [], dual).map(Math.abs),
    ...hats
      .slice(0, -1)
      .flatMap((hat, l) => wanted(kernels, hats, l).flatMap((row, i) => row.map((value, j) => Math.abs(value - at(hat, i, j))))),
  );
  // f(x) = k(x, X) K⁻¹ Φ^L Δ: what a test example has of h beyond the training examples is not correlated with them.
  const carried = multiply(gram(rowsOf(task.testInputs, task.dimension), x), inverse(prior));
  const fitted = multiply(
    kernels[depth - 1] ?? [],
    dual.map((value) => [value]),
  );
  return { kernels, dual, test: multiply(carried, fitted).map(([value]) => value ?? NaN), left };
}
