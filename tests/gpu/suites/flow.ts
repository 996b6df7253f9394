import type { Backend, FlowProblem, FlowRun, FlowStep, Matrix } from '$lib/backend/backend';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import type { Activation } from '$lib/base/activation';
import { isAbort, Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { flow as theory } from '$lib/theory/flow';
import type { TrainedKernel } from '$lib/theory/theory';
import { sampledFlow } from '../../support/plane-flow';
import { bayesParameters, makeTask } from '../../support/task';
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
  readonly stops: number;
}

/** Hands over all evaluations, and is stopped at every third chance and goes on. How often it was stopped. */
async function haltingly(flow: FlowRun): Promise<number> {
  const stop = new Error('stopped');
  let chances = 0;
  let stops = 0;
  let done = false;
  while (!done)
    try {
      await flow.advance(flow.evaluations, async () => {
        if (++chances % 3 === 0) await Promise.reject(stop);
      });
      done = true;
    } catch (error) {
      if (error !== stop) throw error;
      stops++;
    }
  return stops;
}

/** The flow on any backend; `only` takes one sweep point, `slice` evaluations are handed over at a time, or it is stopped again and again. */
async function run(each: Backend, given: FlowGiven, only?: number, slice: number | 'halting' = Infinity): Promise<Result> {
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
  let stops = 0;
  using flow = each.flow(problem, { weights, readout }, pick(given.steps), path);
  if (slice === 'halting') stops = await haltingly(flow);
  else for (let done = 0; done < flow.evaluations; done += slice) await flow.advance(Math.min(slice, flow.evaluations - done));
  const dispatches = each.dispatches - before;
  const result = { weights: await each.read(weights), readout: await each.read(readout), path: await each.read(path), dispatches, stops };
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

export interface FlowSuite {
  readonly runs: readonly FlowGiven[];
}

/** Weights, readout and path against the reference; each point alone and the run in slices against the run as a whole. */
export const flow = (given: unknown) =>
  withBackend(async (backend) => {
    const results: FlowFigures[] = [];
    for (const one of (given as FlowSuite).runs) {
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

export interface CutFigures {
  /** Largest difference of weights, readout and path. */
  readonly apart: number;
  readonly stops: number;
  /** Dispatches of the one that was cut over those of the one that was not. */
  readonly more: number;
}

/** What is stopped again and again, in dispatches of `workLimit` operations, against what is run through in whole ones. */
export const cut = async (given: unknown): Promise<CutFigures[]> => {
  const { flows, ...tuning } = given as {
    readonly flows: readonly FlowGiven[];
    readonly workLimit: number;
  };
  const all = (slice?: 'halting') => async (backend: Backend) => {
    const results: Result[] = [];
    for (const one of flows) results.push(await run(backend, one, undefined, slice));
    return results;
  };
  const whole = await withBackend(all());
  const parts = await withBackend(all('halting'), tuning);
  return whole.map((one, i) => {
    const other = parts[i];
    if (!other) throw new Error('a flow was lost');
    const apart = (['weights', 'readout', 'path'] as const).map((what) => relativeError(other[what], one[what]));
    return { apart: Math.max(...apart), stops: other.stops, more: other.dispatches / one.dispatches };
  });
};

/** The source and a target at each δ by particles, for the weight decay and the number of particles given. */
export const plane = (given: unknown) =>
  withBackend((backend) => {
    const { weightDecay, particles, deltas } = given as {
      readonly weightDecay: number;
      readonly particles: number;
      readonly deltas: number[];
    };
    return sampledFlow(backend, weightDecay, particles, 1, deltas);
  });

/** Dispatches that a source takes, and one of twice the particles; and a target and a sweep of 24 targets of the first. */
export const cost = () =>
  withBackend(async (backend) => {
    const quiet: Run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' };
    const source = makeTask(16, 40, 20, 1, ([a = 0, b = 0, c = 0]) => Math.sign(a + b + c));
    const target = makeTask(16, 12, 20, 2, ([a = 0, b = 0]) => Math.sign(a + b));
    const parameters = { ...bayesParameters, time: 4 };
    const made: TrainedKernel[] = [];
    const counted = async (work: () => Promise<readonly (TrainedKernel | Problem)[]>): Promise<number> => {
      const before = backend.dispatches;
      for (const kernel of await work()) {
        if (kernel instanceof Problem) throw kernel;
        made.push(kernel);
      }
      return backend.dispatches - before;
    };
    const sourceOf = (particles: number) =>
      counted(() => theory.source(backend, [{ task: source, parameters: { ...parameters, particles } }], quiet));
    const first = await sourceOf(128);
    const [kernel] = made;
    const twice = await sourceOf(256);
    if (!kernel) throw new Error('no source');
    const targets = (deltas: readonly number[]) =>
      counted(() =>
        theory.target(
          backend,
          deltas.map((delta) => ({ source: kernel, delta, task: target, parameters: kernel.parameters })),
          quiet,
        ),
      );
    const single = await targets([1]);
    const sweep = await targets(Array.from({ length: 24 }, (_, i) => 0.01 * 1.6 ** i));
    for (const one of made) one[Symbol.dispose]();
    return { first, single, sweep, twice };
  });

/** Milliseconds from a cancellation, in the middle of a sweep, to its effect; nothing may be left behind. */
export const cancelled = () =>
  withBackend(async (backend) => {
    const task = makeTask(64, 150, 200, 1, ([a = 0, b = 0, c = 0]) => Math.sign(a + b + c));
    const controller = new AbortController();
    let at = 0;
    const stop = (): void => {
      if (controller.signal.aborted) return;
      at = performance.now();
      controller.abort();
    };
    // At the first word of it, or after a while where that is long in coming.
    const stopping: Run = {
      signal: controller.signal,
      progress: (share) => {
        if (share > 0) stop();
      },
      quality: 'fine',
    };
    const points = Array.from({ length: 24 }, (_, i) => ({ task, parameters: { ...bayesParameters, gamma: 0.2 * (i + 1) } }));
    setTimeout(stop, 1500);
    try {
      await theory.source(backend, points, stopping);
    } catch (error) {
      return { aborted: isAbort(error), after: performance.now() - at };
    }
    return { aborted: false, after: NaN };
  });
