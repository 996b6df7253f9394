import type { Backend } from '../../src/lib/backend/backend';
import type { Activation } from '../../src/lib/base/activation';
import { Problem } from '../../src/lib/base/problem';
import { kernelAlignment, labelKernel } from '../../src/lib/theory/alignment';
import { bayes } from '../../src/lib/theory/bayes';
import { symmetricEigen } from '../../src/lib/theory/eigen';
import type { SourceParameters, Task, TrainedKernel } from '../../src/lib/theory/theory';
import { quietly } from './networks';
import { bayesParameters, normals } from './task';

/** What a grid says of one kernel. */
export interface GridTruth {
  readonly kernel: readonly number[];
  readonly eigen: readonly number[];
  readonly alignment: number;
  readonly test: number;
}

/** A source and a target with their right values, as `truth.py` writes them. */
export interface GivenPair {
  readonly source: string;
  readonly target: string;
  readonly activation: string;
  readonly gamma: number;
  readonly temperature: number;
  readonly delta: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly z: readonly number[];
  readonly yz: readonly number[];
  readonly x2: readonly number[];
  readonly y2: readonly number[];
  readonly z2: readonly number[];
  readonly yz2: readonly number[];
  readonly truth: readonly GridTruth[];
}

/** Rows [n, rank] padded with zeros and rotated to D dimensions, X Xᵀ/D kept. */
export const rotatedRows = (rows: readonly number[], rank: number, dimension: number): Float64Array => {
  if (dimension === rank) return Float64Array.from(rows);
  const normal = normals(dimension);
  const axes: Float64Array[] = [];
  for (let j = 0; j < rank; j++) {
    const axis = Float64Array.from({ length: dimension }, normal);
    const along = axes.map((other) => other.reduce((sum, value, d) => sum + value * axis[d]!, 0));
    axes.forEach((other, o) => other.forEach((value, d) => (axis[d]! -= along[o]! * value)));
    const length = Math.hypot(...axis);
    axes.push(axis.map((value) => value / length));
  }
  const scale = Math.sqrt(dimension / rank);
  return Float64Array.from(
    { length: (rows.length / rank) * dimension },
    (_, at) => scale * axes.reduce((sum, axis, j) => sum + rows[rank * Math.floor(at / dimension) + j]! * axis[at % dimension]!, 0),
  );
};

const taskOf = (
  rank: number,
  dimension: number,
  [x, y, z, yz]: readonly [readonly number[], readonly number[], readonly number[], readonly number[]],
): Task => ({
  dimension,
  trainInputs: rotatedRows(x, rank, dimension),
  trainLabels: Float64Array.from(y),
  testInputs: rotatedRows(z, rank, dimension),
  testLabels: Float64Array.from(yz),
});

/** How far a kernel is from the truth: relative errors, and that of the test error in standard errors too. */
export interface Apart {
  readonly role: string;
  /** In the Frobenius norm. */
  readonly kernel: number;
  /** Of the larger of the two leading eigenvalues' errors. */
  readonly eigen: number;
  readonly alignment: number;
  readonly test: number;
  readonly sigmas: number;
  readonly samples: number | undefined;
  readonly warnings: readonly string[];
}

const apartFrom = async (backend: Backend, kernel: TrainedKernel, right: GridTruth): Promise<Apart> => {
  const phi = await backend.read(kernel.train);
  const size = kernel.task.trainLabels.length;
  const { values } = symmetricEigen(phi, size);
  const { alignment } = kernelAlignment(phi, labelKernel(kernel.task.trainLabels), size);
  const { test, stderr } = await kernel.errors(quietly());
  return {
    role: kernel.role,
    kernel: Math.hypot(...Array.from(phi, (value, i) => value - right.kernel[i]!)) / Math.hypot(...right.kernel),
    // The second in units of the first where it is small.
    eigen: Math.max(
      ...[0, 1].map((k) => Math.abs(values[size - 1 - k]! - right.eigen[k]!) / Math.max(right.eigen[k]!, 0.1 * right.eigen[0]!)),
    ),
    alignment: Math.abs(alignment / right.alignment - 1),
    test: Math.abs(test / right.test - 1),
    sigmas: Math.abs(test - right.test) / (stderr?.test ?? NaN),
    samples: kernel.health.effectiveSamples,
    warnings: kernel.warnings,
  };
};

/** Source and target of a pair in D dimensions, beside the truth. */
export const compareWithGrid = async (
  backend: Backend,
  given: GivenPair,
  rank: number,
  dimension: number,
  change: Partial<SourceParameters> = {},
): Promise<readonly Apart[]> => {
  const { gamma, temperature, delta } = given;
  const parameters = { ...bayesParameters, activation: given.activation as Activation, gamma, temperature, ...change };
  const good = (kernel: TrainedKernel | Problem | undefined): TrainedKernel => {
    if (!kernel || kernel instanceof Problem) throw kernel ?? new Error('no kernel');
    return kernel;
  };
  const first = taskOf(rank, dimension, [given.x, given.y, given.z, given.yz]);
  using source = good((await bayes.source(backend, [{ task: first, parameters }], quietly()))[0]);
  const own = await apartFrom(backend, source, given.truth[0]!);
  const second = taskOf(rank, dimension, [given.x2, given.y2, given.z2, given.yz2]);
  using target = good((await bayes.target(backend, [{ source, task: second, delta, parameters }], quietly()))[0]);
  return [own, await apartFrom(backend, target, given.truth[1]!)];
};
