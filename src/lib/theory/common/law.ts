import type { Backend, Matrix } from '$lib/backend/backend';
import type { Activation } from '$lib/base/activation';
import type { Run } from '$lib/base/run';
import { groups, groupsOfRuns } from '$lib/theory/common/jackknife';
import { stoppable } from '$lib/theory/stopping';
import type { Preactivation, Task } from '$lib/theory/theory';
import { Owned } from '$lib/theory/owned';

/** Samples of the law of the first-layer weights of one point: matrices [1, M, D], M a multiple of `groups`. */
export interface Law {
  readonly activation: Activation;
  readonly snapshots: readonly Matrix[];
  /**
   * The control variate: at the same times the particles of the same noise without feature learning, Gaussian of the given
   * variance, so that their kernel is also known in closed form; and how much of their deviation from it is taken off.
   */
  readonly controlVariates: readonly Matrix[];
  readonly variance: number;
  readonly control: number;
}

/** Numbers that one feature matrix may take: bounds the memory of every average below. */
const featureBudget = 2 ** 23;

/**
 * ⟨φ(x) φ(x′)⟩ over the samples of each group, [groups, n, m], for rows x [1, n, D] and x′ [1, m, D]. Group g holds particles
 * g·M/groups … of every snapshot. Features are made a few groups at a time, with a rest before each.
 */
async function sampleKernels(
  backend: Backend,
  activation: Activation,
  samples: readonly Matrix[],
  rows: Matrix,
  columns: Matrix,
): Promise<Matrix> {
  using made = new Owned();
  const kernel = made.keep(backend.zeros({ batch: groups, rows: rows.rows, columns: columns.rows }));
  for (const snapshot of samples) await addSample(backend, activation, snapshot, 1 / samples.length, rows, columns, kernel);
  made.handOver();
  return kernel;
}

/** Adds to `kernel`, [groups, n, m], a share of the mean of each group of one sample. */
async function addSample(
  backend: Backend,
  activation: Activation,
  snapshot: Matrix,
  share: number,
  rows: Matrix,
  columns: Matrix,
  kernel: Matrix,
): Promise<void> {
  const each = snapshot.rows / groups;
  const [n, m] = [rows.rows, columns.rows];
  const work = each * (2 * n * m + (2 * snapshot.columns + 40) * (rows === columns ? n : n + m));
  const together = Math.max(1, Math.min(groups, Math.floor(Math.min(featureBudget / (each * Math.max(n, m)), backend.workLimit / work))));
  using grouped = backend.reshape(snapshot, { batch: groups, rows: each, columns: snapshot.columns });
  for (let first = 0; first < groups; first += together) {
    await backend.yieldToDevice();
    const count = Math.min(together, groups - first);
    using weights = backend.slice(grouped, first, count);
    using into = backend.slice(kernel, first, count);
    const { values } = backend.features(activation, weights, rows);
    using left = values;
    const alpha = share / each;
    if (rows === columns) backend.product(left, left, { transposeA: true, alpha, beta: 1, into });
    else {
      const { values: others } = backend.features(activation, weights, columns);
      using right = others;
      backend.product(left, right, { transposeA: true, alpha, beta: 1, into });
    }
  }
}

/** The mean over all groups, [1, n, m]. */
export function meanKernel(backend: Backend, grouped: Matrix): Matrix {
  const { rows, columns } = grouped;
  using flat = backend.reshape(grouped, { batch: 1, rows: groups, columns: rows * columns });
  using ones = backend.upload({ rows: 1, columns: groups }, new Float64Array(groups).fill(1 / groups));
  using mean = backend.product(ones, flat);
  return backend.reshape(mean, { rows, columns });
}

/** The means with one group left out at a time, [groups, n, m]. */
export function leaveOneOut(backend: Backend, grouped: Matrix, mean: Matrix): Matrix {
  return backend.combine([
    [groups / (groups - 1), mean],
    [-1 / (groups - 1), grouped],
  ]);
}

/** The kernel of Gaussian weights of the law's variance, `theory.md` §1, [1, n, m]: Φ without feature learning. */
function gaussianKernel(backend: Backend, law: Law, rows: Matrix, columns: Matrix): Matrix {
  const squares = (x: Matrix): Matrix => {
    using products = backend.hadamard(x, x);
    using sums = backend.rowSums(products);
    return backend.combine([[law.variance / x.columns, sums]]);
  };
  using overlaps = backend.gram(rows, columns);
  using covariance = backend.combine([[law.variance, overlaps]]);
  using a = squares(rows);
  using b = squares(columns);
  const { kernel, derivative } = backend.nngp(law.activation, covariance, a, b);
  derivative[Symbol.dispose]();
  return kernel;
}

/** What the kernels of groups are made of: of the samples and of their control variates, [groups, n, m], and what is known of the latter, [1, n, m]. */
export interface KernelParts {
  readonly sampled: Matrix;
  readonly controlVariate: Matrix;
  readonly exact: Matrix;
  [Symbol.dispose](): void;
}

/** The parts for rows x [1, n, D] and x′ [1, m, D]: 2 M n m operations and as many again for the features, for every sample. */
export async function kernelParts(backend: Backend, law: Law, rows: Matrix, columns: Matrix): Promise<KernelParts> {
  using made = new Owned();
  const sampled = made.keep(await sampleKernels(backend, law.activation, law.snapshots, rows, columns));
  const controlVariate = await sampleKernels(backend, law.activation, law.controlVariates, rows, columns);
  made.handOver();
  const exact = gaussianKernel(backend, law, rows, columns);
  return {
    sampled,
    controlVariate,
    exact,
    [Symbol.dispose]() {
      for (const part of [sampled, controlVariate, exact]) part[Symbol.dispose]();
    },
  };
}

/** What is sampled less `control` times what the control variates deviate from the kernel known of them, [groups, n, m]. */
export const controlledKernels = (backend: Backend, { sampled, controlVariate, exact }: KernelParts, control: number): Matrix =>
  control === 0
    ? backend.slice(sampled, 0, sampled.batch)
    : backend.combine([
        [1, sampled],
        [-control, controlVariate],
        [control, exact],
      ]);

/**
 * ⟨φ(x) φ(x′)⟩ of each group, [groups, n, m], for rows x [1, n, D] and x′ [1, m, D], less `control` times what the group's control variates
 * deviate from their known kernel: unbiased whatever the control, and much less noisy where γ is small or δ large.
 */
export async function groupKernels(backend: Backend, law: Law, rows: Matrix, columns: Matrix): Promise<Matrix> {
  if (law.control === 0) return await sampleKernels(backend, law.activation, law.snapshots, rows, columns);
  using parts = await kernelParts(backend, law, rows, columns);
  return controlledKernels(backend, parts, law.control);
}

/**
 * The control for kernels of the given parts on the training rows: the regression of the groups' kernels on those of their control variates,
 * between 0 and 1; 0 where it would be of little use or where Φ + T, or Φ + T without one of the groups, would not be positive.
 */
export async function controlOf(backend: Backend, parts: KernelParts, temperature: number): Promise<number> {
  using ownDeviation = deviations(backend, parts.sampled);
  using controlDeviation = deviations(backend, parts.controlVariate);
  using along = backend.dot(ownDeviation, controlDeviation);
  using square = backend.dot(controlDeviation, controlDeviation);
  const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
  const slope = total(await backend.read(along)) / total(await backend.read(square));
  if (!(slope > 0.1)) return 0;
  const control = Math.min(1, slope);
  using grouped = controlledKernels(backend, parts, control);
  using mean = meanKernel(backend, grouped);
  using without = leaveOneOut(backend, grouped, mean);
  for (const kernel of [mean, without]) {
    using system = backend.addDiagonal(kernel, temperature);
    using factor = backend.cholesky(system);
    if ((await factor.failures()).some((failure) => failure >= 0)) return 0;
  }
  return control;
}

/** Each group's kernel less the mean of all. */
function deviations(backend: Backend, grouped: Matrix): Matrix {
  using mean = meanKernel(backend, grouped);
  return backend.combine([
    [1, grouped],
    [-1, mean],
  ]);
}

/** ⟨φ(x) φ(x′)⟩ between rows [n, D] given row-major, [1, n, n]: Φ of a kernel that is known by samples of its law. */
export async function lawKernel(backend: Backend, law: Law, inputs: Float64Array, dimension: number, run: Run): Promise<Matrix> {
  const yielding = stoppable(backend, run);
  run.signal.throwIfAborted();
  using rows = yielding.upload({ rows: inputs.length / dimension, columns: dimension }, inputs);
  using grouped = await groupKernels(yielding, law, rows, rows);
  return meanKernel(yielding, grouped);
}

/** h of training example `index` under every sample of a law. */
export async function lawPreactivation(
  backend: Backend,
  { snapshots, variance }: Law,
  { dimension, trainInputs }: Task,
  index: number,
  run: Run,
): Promise<Preactivation> {
  const x = trainInputs.subarray(index * dimension, (index + 1) * dimension);
  using row = backend.upload({ rows: 1, columns: dimension }, x);
  const parts: Float64Array[] = [];
  for (const snapshot of snapshots) {
    run.signal.throwIfAborted();
    using h = backend.features('linear', snapshot, row).values;
    parts.push(await backend.read(h));
  }
  const square = x.reduce((sum, value) => sum + value * value, 0);
  const samples = Float64Array.from(parts.flatMap((part) => [...part]));
  return { prior: (variance * square) / dimension, law: { samples, group: groupsOfRuns(parts[0]?.length ?? 1) } };
}

/** Gives back the samples. */
export function disposeLaw(law: Law): void {
  for (const sample of [...law.snapshots, ...law.controlVariates]) sample[Symbol.dispose]();
}
