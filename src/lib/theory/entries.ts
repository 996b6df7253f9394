import type { Activation } from '$lib/base/activation';
import type { Backend } from '$lib/backend/backend';
import type { SourceParameters, Task } from '$lib/theory/theory';

/** What is known of the entries of a lazy kernel and of what their rounding does to its predictions. */
export interface EntryReport {
  /** Error that the rounding of entries may make in predictions, relative to the labels' root mean square. */
  readonly entries: number;
  /** The same relative to the smallest of what is shown: the misfit of the training labels, or a posterior variance. */
  readonly share: number;
}

/**
 * Error of an entry relative to √(K(x, x) K(x′, x′)): 4 roundings and 4 more a layer (the worst of `kernel-entries.json` in single precision are 18
 * at depth 4, for tanh, 15 for quadratic features and 5 for others), and about √D/2 of an inner product over D inputs. K̇ of erf and tanh
 * turns by 1/√(K⁰(x, x)) and takes the rounding of angles so many times.
 */
const entryError = (backend: Backend, { depth, activation, kernel }: SourceParameters, { dimension, trainInputs }: Task): number => {
  const sharp = kernel === 'ntk' && (activation === 'erf' || activation === 'tanh');
  let most = 0;
  if (sharp)
    for (let i = 0; i < trainInputs.length; i += dimension) most = Math.max(most, meanSquare(trainInputs.subarray(i, i + dimension)));
  return backend.roundoff * (4 + 4 * depth + Math.sqrt(dimension) / 2 + Math.sqrt(most));
};

const meanSquare = (vector: Float64Array): number => vector.reduce((sum, value) => sum + value * value, 0) / vector.length;

/** What `entryReport` is told of one solved system. */
export interface Solved {
  readonly task: Task;
  readonly parameters: SourceParameters;
  /** K(x, x) of the training examples. */
  readonly diagonal: Float64Array;
  /** Δ. */
  readonly dual: Float64Array;
  /** T + jitter. */
  readonly ridge: number;
  readonly effectiveDimension: number;
}

/**
 * Predictions k(x)ᵀΔ with Δ = (K + T I)⁻¹y move by δk(x)ᵀΔ − k(x)ᵀ(K + T I)⁻¹ δK Δ when entries move, and those move by u √(K_ii K_jj) at
 * random: by about u √(max K_ii Σ_j K_jj Δ_j²). A posterior variance k(x, x) − k(x)ᵀ(K + T I)⁻¹k(x) moves by about 4u K(x, x); at the training
 * examples it is T d/n on average, d the effective dimension.
 */
export const entryReport = (backend: Backend, { task, parameters, diagonal, dual, ridge, effectiveDimension }: Solved): EntryReport => {
  const error = entryError(backend, parameters, task);
  const largest = diagonal.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let sum = 0;
  diagonal.forEach((value, j) => (sum += Math.abs(value) * (dual[j] as number) ** 2));
  const moved = error * Math.sqrt(largest) * Math.sqrt(sum);
  const labels = Math.sqrt(meanSquare(task.trainLabels)) || 1;
  // Nobody needs a misfit below a thousandth of the labels to many digits.
  const misfit = Math.max(ridge * Math.sqrt(meanSquare(dual)), 1e-3 * labels);
  const variance = (ridge * effectiveDimension) / dual.length;
  const ofVariance = parameters.kernel === 'nngp' ? (4 * error * largest) / Math.max(variance, 1e-6 * largest) : 0;
  return { entries: moved / labels, share: Math.max(moved / misfit, ofVariance) };
};

/** Up to these a report is as good as exact, and up to these it is not worth a word. */
const exact = { entries: 1e-3, share: 0.02 };
const bearable = { entries: 0.02, share: 0.2 };

const within = ({ entries, share }: EntryReport, bound: EntryReport): boolean => entries <= bound.entries && share <= bound.share;

/** Whether predictions would come out visibly better in double precision. */
export const isRough = (report: EntryReport): boolean => !within(report, exact);

/** What a reader must be warned of. */
export const entryWarnings = (backend: Backend, report: EntryReport): readonly string[] => {
  if (within(report, bearable)) return [];
  const precision = backend.roundoff > 1e-10 ? 'single' : 'double';
  const remedy = precision === 'single' ? 'or compute with --backend reference' : 'or remove repeated examples';
  return [
    `the entries of the kernel are rounded to ${precision} precision, which may change predictions by ${(100 * report.entries).toPrecision(2)} % ` +
      `of the labels: inputs far from the origin or a temperature too low for them; use standardise: true, raise temperature ${remedy}`,
  ];
};

/** Numbers between which squares, roots and products of two keep their digits. */
const rangeOf = (backend: Backend): readonly [least: number, most: number] => (backend.roundoff > 1e-10 ? [1e-31, 1e31] : [1e-300, 1e300]);

/** Largest K^l(x, x) or Θ^l(x, x) from a variance: quadratic features square it in every layer, the others never enlarge it. */
const largestBelow = (activation: Activation, variance: number, depth: number): number => {
  if (activation !== 'quadratic') return variance * (depth + 1);
  let [kernel, tangent] = [variance, variance];
  for (let l = 0; l < depth; l++) [kernel, tangent] = [3 * kernel * kernel + 1, 3 * kernel * kernel + 1 + 4 * kernel * tangent];
  return tangent;
};

/** Whether a backend's numbers hold the variances |x|²/D of all inputs of the task and the entries that are made of them. */
export const isInRange = (backend: Backend, task: Task, { activation, depth }: SourceParameters): boolean => {
  const [least, most] = rangeOf(backend);
  return [task.trainInputs, task.testInputs].every((inputs) => {
    for (let i = 0; i < inputs.length; i += task.dimension) {
      const row = inputs.subarray(i, i + task.dimension);
      const size = row.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
      const variance = size * size * meanSquare(row.map((value) => value / (size || 1)));
      if (size > 0 && !(variance > least && largestBelow(activation, variance, depth) < most)) return false;
    }
    return true;
  });
};

/** What is said of inputs beyond the range. */
export const rangeWarning = 'the inputs are so large or so small that numbers overflow or lose digits; use standardise: true';
