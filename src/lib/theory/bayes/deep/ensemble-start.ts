import type { Backend, Matrix } from '$lib/backend/backend';
import { streams } from '$lib/base/random';
import { Layer, priorKernel, priorOf } from '$lib/theory/bayes/deep/layer';
import { stackInputs, stackLabels } from '$lib/theory/common/stack';
import { Owned } from '$lib/theory/owned';
import type { SourcePoint } from '$lib/theory/theory';

/** All layers of a deep ensemble where it begins. */
export interface StartedLayers {
  readonly layers: readonly Layer[];
  readonly labels: Matrix;
  /** What was added to the diagonal of Φ^{l−1} before it was factored, layer by layer (0 for the first). */
  readonly jitters: readonly number[];
  /** Variance of h at each layer before any data. */
  readonly variances: readonly number[];
}

/** All layers at their priors: then Φ^l is that of the NNGP. What `yielding` throws leaves nothing behind. */
export async function startLayers(
  backend: Backend,
  yielding: Backend,
  points: readonly SourcePoint[],
  particles: number,
): Promise<StartedLayers> {
  const [first] = points;
  if (!first) throw new Error('an ensemble needs a point');
  const { activation, depth, seed } = first.parameters;
  const tasks = points.map(({ task }) => task);
  const examples = first.task.trainLabels.length;
  const layers: Layer[] = [];
  const jitters: number[] = [];
  const variances: number[] = [];
  using made = new Owned();
  for (let l = 0; l < depth; l++) {
    const columns = l === 0 ? first.task.dimension : examples;
    const start = backend.normal({ rows: particles, columns }, { seed, stream: streams.deepStart + l, step: 0 });
    using z = start;
    await yielding.yieldToDevice();
    const layer = made.keep(new Layer(backend, activation, points.length, z));
    await yielding.yieldToDevice();
    const below = layers[l - 1];
    if (!below) {
      const inputs = stackInputs(backend, tasks);
      layer.enter(inputs, backend.gram(inputs));
      jitters.push(0);
    } else {
      using kernel = priorKernel(backend, activation, below.gram);
      // Rounding of a Cholesky factor is of the order of √n u times the trace.
      const jitter = 4 * Math.sqrt(examples) * backend.roundoff * examples * (await meanDiagonal(backend, kernel));
      jitters.push(jitter);
      const prior = priorOf(backend, kernel, jitter);
      layer.enter(prior.inputs, prior.gram);
    }
    variances.push(await meanDiagonal(backend, layer.gram));
    layers.push(layer);
  }
  const labels = stackLabels(backend, tasks);
  made.handOver();
  return { layers, labels, jitters, variances };
}

async function meanDiagonal(backend: Backend, kernel: Matrix): Promise<number> {
  using diagonal = backend.diagonal(kernel);
  const read = await backend.read(diagonal);
  return read.reduce((sum, value) => sum + value, 0) / read.length;
}
