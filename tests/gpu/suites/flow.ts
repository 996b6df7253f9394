import type { Backend, FlowProblem, FlowStep, Matrix } from '$lib/backend/backend';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import type { Activation } from '$lib/base/activation';
import { numbers, relativeError, withBackend } from '../harness/suite';

export interface FlowGiven {
  readonly activation: Activation;
  readonly particles: number;
  readonly examples: number;
  readonly dimension: number;
  readonly points: FlowProblem['points'];
  readonly anchored: boolean;
  /** One set of inputs, labels and anchors for all points, or one each. */
  readonly shared: boolean;
  readonly steps: readonly (readonly FlowStep[])[];
}

interface Result {
  readonly weights: Float64Array;
  readonly readout: Float64Array;
  readonly path: Float64Array;
  readonly dispatches: number;
}

/** The flow on any backend; `only` takes one sweep point, `slice` evaluations are handed over at a time. */
async function run(each: Backend, given: FlowGiven, only?: number, slice = Infinity): Promise<Result> {
  const { particles, examples, dimension, anchored, shared } = given;
  const count = given.points.length;
  const inner = shared ? 1 : count;
  const made: Matrix[] = [];
  const make = (batch: number, rows: number, columns: number, seed: number, scale: number): Matrix => {
    const all = each.upload(
      { batch, rows, columns },
      numbers(batch * rows * columns, seed).map((x) => scale * x),
    );
    const matrix = each.slice(all, only === undefined || batch === 1 ? 0 : only, only === undefined ? batch : 1);
    made.push(all, matrix);
    return matrix;
  };
  const inputs = make(inner, examples, dimension, 2, 1.7);
  const labels = make(inner, examples, 1, 3, 1.7);
  const anchor = anchored ? make(inner, particles, dimension, 4, 1.7) : undefined;
  const weights = make(count, particles, dimension, 5, 1.7);
  const readout = make(count, particles, 1, 6, 1.7);
  const path = each.zeros({ batch: only === undefined ? count : 1, rows: particles, columns: 1 });
  made.push(path);
  const pick = <T>(all: readonly T[]): readonly T[] => (only === undefined ? all : all.slice(only, only + 1));
  const problem = { activation: given.activation, inputs, labels, ...(anchor && { anchor }), points: pick(given.points) };
  const before = each.dispatches;
  using flow = each.flow(problem, { weights, readout }, pick(given.steps), path);
  for (let done = 0; done < flow.evaluations; done += slice) flow.advance(Math.min(slice, flow.evaluations - done));
  const dispatches = each.dispatches - before;
  const result = { weights: await each.read(weights), readout: await each.read(readout), path: await each.read(path), dispatches };
  for (const matrix of made) matrix[Symbol.dispose]();
  return result;
}

export interface FlowFigures {
  readonly weights: number;
  readonly readout: number;
  readonly path: number;
  /** Largest difference of a point alone, and of another slicing. */
  readonly alone: number;
  readonly sliced: number;
  readonly dispatches: number;
}

/** Weights, readout and path against the reference; each point alone and the run in slices against the run as a whole. */
export const flow = (given: unknown) =>
  withBackend(async (backend) => {
    const results: FlowFigures[] = [];
    for (const one of given as readonly FlowGiven[]) {
      const ours = await run(backend, one);
      const exact = await run(createReferenceBackend(), one);
      const sliced = await run(backend, one, undefined, 2);
      let alone = 0;
      for (let b = 0; b < one.points.length; b++) {
        const single = await run(backend, one, b);
        const size = single.weights.length;
        alone = Math.max(alone, relativeError(single.weights, ours.weights.subarray(b * size, (b + 1) * size)));
      }
      results.push({
        weights: relativeError(ours.weights, exact.weights),
        readout: relativeError(ours.readout, exact.readout),
        path: relativeError(ours.path, exact.path),
        alone,
        sliced: relativeError(sliced.weights, ours.weights),
        dispatches: ours.dispatches,
      });
    }
    return results;
  });
