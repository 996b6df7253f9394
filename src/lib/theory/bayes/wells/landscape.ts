import type { Activation } from '$lib/base/activation';
import { activationFunctions } from '$lib/base/special';
import { gramSpectrum } from '$lib/theory/bayes/spectrum';
import type { Task } from '$lib/theory/theory';

/**
 * The law of the weights over the span of the training inputs, where alone it is not Gaussian: in coordinates z [r] of an orthonormal basis
 * of that span, h = Zz and log p(z) = −½|z|² + ½γ² s² + const, s = Δ·φ(Zz) (`theory.md` §2).
 */
export interface Landscape {
  readonly activation: Activation;
  readonly gamma: number;
  /** r, the rank of the training inputs. */
  readonly rank: number;
  readonly examples: number;
  /** Z, [P, r]. */
  readonly coordinates: Float64Array;
  /** The basis, [r, D]: w = Σ z_j basis_j + what is orthogonal. */
  readonly basis: Float64Array;
  readonly dimension: number;
}

/** The span of a task's training inputs; directions in which they vary by less than 10⁻⁵ of the most are left out. */
export function landscapeOf(task: Task, activation: Activation, gamma: number): Landscape {
  const { values, vectors, rows } = gramSpectrum(task);
  const { dimension, trainInputs } = task;
  const largest = values.reduce((a, b) => Math.max(a, b), 0);
  const kept = Array.from(values.keys()).filter((j) => values[j]! > 1e-10 * largest);
  const rank = kept.length;
  const coordinates = new Float64Array(rows * rank);
  const basis = new Float64Array(rank * dimension);
  kept.forEach((j, to) => {
    const root = Math.sqrt(values[j]!);
    for (let p = 0; p < rows; p++) {
      const u = vectors[j * rows + p]!;
      coordinates[p * rank + to] = u * root;
      for (let k = 0; k < dimension; k++)
        basis[to * dimension + k]! += (u * trainInputs[p * dimension + k]!) / (root * Math.sqrt(dimension));
    }
  });
  return { activation, gamma, rank, examples: rows, coordinates, basis, dimension };
}

/** Whether φ(−h) = −φ(h): then p(−z) = p(z), and z and −z have the same features outer product. */
export const isOdd = (activation: Activation): boolean => activation !== 'relu' && activation !== 'quadratic';

/** φ″ from h, φ and φ′. */
const bends: Readonly<Record<Activation, (h: number, value: number, slope: number) => number>> = {
  linear: () => 0,
  relu: () => 0,
  quadratic: () => 2,
  erf: (h, _, slope) => -2 * h * slope,
  tanh: (_, value, slope) => -2 * value * slope,
};

/** log p(z), and where wanted its gradient [r] and minus its Hessian [r, r] (lower part). Cost P r, with the Hessian P r². */
export function logDensity(
  land: Landscape,
  dual: Float64Array,
  z: Float64Array,
  gradient?: Float64Array,
  curvature?: Float64Array,
): number {
  const { rank, examples, coordinates, gamma, activation } = land;
  const { value, slope } = activationFunctions[activation];
  const g2 = gamma * gamma;
  let square = 0;
  for (let j = 0; j < rank; j++) square += z[j]! * z[j]!;
  let s = 0;
  const h = new Float64Array(examples);
  for (let p = 0; p < examples; p++) {
    let sum = 0;
    for (let j = 0; j < rank; j++) sum += coordinates[p * rank + j]! * z[j]!;
    h[p] = sum;
    s += dual[p]! * value(sum);
  }
  if (gradient) {
    const pull = new Float64Array(rank);
    for (let p = 0; p < examples; p++) {
      const force = dual[p]! * slope(h[p]!);
      if (force !== 0) for (let j = 0; j < rank; j++) pull[j]! += force * coordinates[p * rank + j]!;
    }
    for (let j = 0; j < rank; j++) gradient[j] = -z[j]! + g2 * s * pull[j]!;
    if (curvature) {
      for (let i = 0; i < rank; i++) for (let j = 0; j <= i; j++) curvature[i * rank + j] = (i === j ? 1 : 0) - g2 * pull[i]! * pull[j]!;
      for (let p = 0; p < examples; p++) {
        const factor = g2 * s * dual[p]! * bends[activation](h[p]!, value(h[p]!), slope(h[p]!));
        if (factor === 0) continue;
        for (let i = 0; i < rank; i++)
          for (let j = 0; j <= i; j++) curvature[i * rank + j]! -= factor * coordinates[p * rank + i]! * coordinates[p * rank + j]!;
      }
    }
  }
  return -0.5 * square + 0.5 * g2 * s * s;
}
