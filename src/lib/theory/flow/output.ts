import type { Backend, Matrix } from '$lib/backend/backend';
import type { Activation } from '$lib/base/activation';
import type { Run } from '$lib/base/run';
import { stackLists } from '$lib/theory/common/stack';
import type { Neurons } from '$lib/theory/flow/draw';

/** Numbers of one block of features. */
const blockBudget = 2 ** 20;

/**
 * Mean over neurons of v φ(w·x/√D) for each batch entry of weights [B, M, D] and readouts [B, M, 1]: [B, n] row-major. `inputs` are rows
 * [n, D] for all entries, or one such list for each.
 */
export async function meanOutputs(
  backend: Backend,
  activation: Activation,
  weights: Matrix,
  readout: Matrix,
  inputs: readonly Float64Array[],
  run: Run,
): Promise<Float64Array> {
  const { batch, rows: particles, columns: dimension } = weights;
  const [first = new Float64Array()] = inputs;
  const shared = inputs.every((other) => other === first);
  const count = first.length / dimension;
  const out = new Float64Array(batch * count);
  const together = rowsTogether(backend, dimension, particles * batch, count);
  for (let from = 0; from < count; from += together) {
    const rows = Math.min(together, count - from);
    const block = (list: Float64Array): Float64Array => list.subarray(from * dimension, (from + rows) * dimension);
    using x = stackLists(backend, shared ? [block(first)] : inputs.map(block), { rows, columns: dimension });
    using values = backend.features(activation, weights, x).values;
    using sums = backend.product(values, readout, { transposeA: true, alpha: 1 / particles });
    const read = await backend.read(sums);
    for (let b = 0; b < batch; b++) out.set(read.subarray(b * rows, (b + 1) * rows), b * count + from);
    run.signal.throwIfAborted();
    await backend.yieldToDevice();
  }
  return out;
}

/** Rows of one block of features of so many neurons in all, of at most `count`. */
export const rowsTogether = (backend: Backend, dimension: number, neurons: number, count: number): number =>
  Math.max(1, Math.min(count, Math.floor(Math.min(blockBudget, backend.workLimit / (2 * dimension + 40)) / neurons)));

/**
 * f of each group of particles by itself, (1/γ)⟨vφ⟩ less that of the neurons at the start where they are given: [groups, n] row-major.
 */
export async function groupOutputs(
  backend: Backend,
  activation: Activation,
  gamma: number,
  groups: number,
  { weights, readout }: Neurons,
  origin: Neurons | undefined,
  inputs: Float64Array,
  run: Run,
): Promise<Float64Array> {
  const of = async (w: Matrix, v: Matrix): Promise<Float64Array> => {
    using grouped = backend.reshape(w, { batch: groups, rows: w.rows / groups, columns: w.columns });
    using readouts = backend.reshape(v, { batch: groups, rows: v.rows / groups, columns: 1 });
    return await meanOutputs(backend, activation, grouped, readouts, new Array<Float64Array>(groups).fill(inputs), run);
  };
  const now = await of(weights, readout);
  const before = origin && (await of(origin.weights, origin.readout));
  return now.map((value, i) => (value - (before?.[i] ?? 0)) / gamma);
}
