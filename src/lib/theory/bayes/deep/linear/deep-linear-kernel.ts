import type { Backend, Matrix } from '$lib/backend/backend';
import type { Run } from '$lib/base/run';
import type { KernelFacts } from '$lib/theory/bayes/bayes-kernel';
import { preactivations } from '$lib/theory/bayes/closed';
import { diagonalOf, type Covariance, type LayerCovariances } from '$lib/theory/bayes/deep/linear/covariance';
import type { DeepSource } from '$lib/theory/bayes/deep/linear/source';
import { expectSolved, LinearKernel } from '$lib/theory/bayes/linear-kernel';
import { closedHealth } from '$lib/theory/bayes/solved';
import type { LayerOverlap, Preactivation, SourceParameters, Task, TrainedKernel } from '$lib/theory/theory';

/** A solved deep linear network. */
export interface DeepLinearSolution {
  readonly dual: Float64Array;
  /** C XᵀΔ/√D with the last layer's C, [D]: f(x) = x·slope/√D. */
  readonly slope: Float64Array;
  /** From the first layer to the last. */
  readonly layers: readonly LayerCovariances[];
  /** Of a source: what targets are coupled to. */
  readonly source?: DeepSource;
  /** Of a target: the layers of its source. */
  readonly below?: readonly LayerCovariances[];
  readonly fields: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
}

/** The kernels of a deep linear network, layer by layer, in closed form: `deep-transfer.md`. */
export class DeepLinearKernel extends LinearKernel<DeepLinearSolution> implements TrainedKernel {
  constructor(backend: Backend, facts: KernelFacts, solution: DeepLinearSolution) {
    super(backend, { ...facts, warnings: solution.warnings }, solution);
  }

  get fields(): Readonly<Record<string, number>> {
    return this.solution.fields;
  }

  on(inputs: Float64Array, _run: Run, layer = this.parameters.depth): Promise<Matrix> {
    return Promise.resolve(kernelOf(this.backend, this.#layer(layer).own, inputs, this.task.dimension));
  }

  /** h of every layer is Gaussian; of a linear network it is the layer's feature. */
  preactivation(index: number, _run: Run, layer = this.parameters.depth): Promise<Preactivation> {
    const { dimension, trainInputs } = this.task;
    const x = trainInputs.subarray(index * dimension, (index + 1) * dimension);
    const { own } = this.#layer(layer);
    const [variance = NaN] = diagonalOf(own, x, dimension);
    return Promise.resolve({ prior: (own.scale * x.reduce((sum, value) => sum + value * value, 0)) / dimension, law: { variance } });
  }

  /** On the training inputs of the target, seen through both networks. */
  overlaps(): readonly LayerOverlap[] | undefined {
    const { dimension, trainInputs } = this.task;
    const trace = (covariance: Covariance): number => diagonalOf(covariance, trainInputs, dimension).reduce((sum, value) => sum + value, 0);
    const { layers, below } = this.solution;
    return below?.map(({ own: source }, l) => {
      const layer = layers[l];
      if (!layer?.twins || !layer.cross) throw new Error('a target without overlaps');
      const own = trace(layer.own);
      return { targets: trace(layer.twins) / own, source: trace(layer.cross) / Math.sqrt(own * trace(source)) };
    });
  }

  #layer(layer: number): LayerCovariances {
    const found = this.solution.layers[layer - 1];
    if (!found) throw new Error(`no layer ${layer}`);
    return found;
  }
}

/** Φ = X C Xᵀ/D for rows X [n, D], [1, n, n]. */
function kernelOf(backend: Backend, { scale, directions, strengths }: Covariance, x: Float64Array, columns: number): Matrix {
  const rows = x.length / columns;
  using inputs = backend.upload({ rows, columns }, x);
  using gram = backend.gram(inputs);
  const kernel = backend.combine([[scale, gram]]);
  const count = directions.length;
  const seen = directions.map((direction) => preactivations(x, direction));
  // [n, m] projections on the directions, and those times the strengths.
  using along = backend.upload(
    { rows, columns: count },
    Float64Array.from({ length: rows * count }, (_, i) => seen[i % count]?.[Math.floor(i / count)] ?? NaN),
  );
  using middle = backend.upload({ rows: count, columns: count }, strengths.flat());
  using weighted = backend.product(along, middle);
  backend.product(weighted, along, { transposeB: true, beta: 1, into: kernel });
  return kernel;
}

/** Makes the kernel matrix of a solution on the backend, and measures it. @throws Problem for labels too large for double precision. */
export async function deepLinearKernel(
  backend: Backend,
  role: 'source' | 'target',
  task: Task,
  parameters: SourceParameters,
  solution: DeepLinearSolution,
): Promise<DeepLinearKernel> {
  const { temperature } = parameters;
  expectSolved(task, solution, temperature);
  const last = solution.layers.at(-1);
  if (!last) throw new Error('a network without layers');
  const train = kernelOf(backend, last.own, task.trainInputs, task.dimension);
  const health = await closedHealth(backend, train, solution.dual, task, temperature);
  return new DeepLinearKernel(backend, { role, task, parameters, train, health }, solution);
}
