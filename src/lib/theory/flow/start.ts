import type { Backend, Matrix } from '$lib/backend/backend';
import { streamOf, streams } from '$lib/base/random';
import { parts } from '$lib/theory/common/parts';
import { stackMatrices } from '$lib/theory/common/stack';
import { drawNeurons, drawReadout, repeated, type Neurons } from '$lib/theory/flow/draw';
import type { FlowPoint } from '$lib/theory/flow/ensemble';
import { Owned } from '$lib/theory/owned';

/** w(0) [B or 1, M, D] and v(0) [B, M, 1]: drawn for a source, of stage 1 for a target. */
export async function startOf(backend: Backend, points: readonly FlowPoint[], particles: number): Promise<Neurons> {
  using made = new Owned();
  const drawn = new Map<number, Neurons>();
  const readouts = new Map<string, Matrix>();
  const neurons: Neurons[] = [];
  for (const { start, readout, parameters, task } of points) {
    const { seed } = parameters;
    if (!start) {
      const own = drawn.get(seed) ?? (await drawNeurons(backend, particles, task.dimension, seed));
      if (!drawn.has(seed)) for (const matrix of [own.weights, own.readout]) made.keep(matrix);
      drawn.set(seed, own);
      neurons.push(own);
    } else if (readout === 'kept') neurons.push(start);
    else {
      const key = `${seed} ${start.stage}`;
      const stream = streamOf(streams.targetStart, start.stage);
      const fresh = readouts.get(key) ?? made.keep(await drawReadout(backend, particles, seed, stream));
      readouts.set(key, fresh);
      neurons.push({ weights: start.weights, readout: fresh });
    }
  }
  const weights = stackMatrices(
    backend,
    neurons.map((one) => one.weights),
  );
  using readout = stackMatrices(
    backend,
    neurons.map((one) => one.readout),
  );
  return { weights, readout: repeated(backend, readout, readout.batch === 1 ? points.length : readout.batch) };
}

/**
 * The same by groups, each an entry of its own: [B · parts, M/parts, D] and [B · parts, M/parts, 1]. A target goes on from the groups of its
 * source.
 */
export async function groupStartOf(backend: Backend, points: readonly FlowPoint[], particles: number): Promise<Neurons> {
  const own = points.map((point) => (point.start?.groups ? { ...point, start: { ...point.start, ...point.start.groups } } : point));
  const { weights, readout } = await startOf(backend, own, particles);
  using all = weights;
  using readouts = readout;
  using each = repeated(backend, all, all.batch === 1 ? points.length : all.batch);
  const batch = points.length * parts;
  const rows = particles / parts;
  return {
    weights: backend.reshape(each, { batch, rows, columns: each.columns }),
    readout: backend.reshape(readouts, { batch, rows, columns: 1 }),
  };
}
