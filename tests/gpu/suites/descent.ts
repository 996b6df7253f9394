import type { Activation } from '$lib/base/activation';
import type { Backend, DescentProblem, Matrix } from '$lib/backend/backend';
import type { WebGpuOptions } from '$lib/backend/webgpu/backend';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { numbers, relativeError, withBackend } from '../harness/suite';

export interface DescentGiven {
  readonly activation: Activation;
  readonly width: number;
  readonly examples: number;
  readonly dimension: number;
  readonly points: DescentProblem['points'];
  readonly anchored: boolean;
  /** One task for all networks, or one each. */
  readonly shared: boolean;
  readonly steps: number;
}

interface State {
  readonly weights: Float64Array;
  readonly readout: Float64Array;
  readonly status: Float64Array;
}

/** The descent on any backend; `only` takes one network, `slices` calls in a row make the steps. */
async function run(each: Backend, given: DescentGiven, only?: number, slices = 1): Promise<State> {
  const { width, examples, dimension, anchored, shared, steps } = given;
  const count = given.points.length;
  const tasks = shared ? 1 : count;
  const make = (batch: number, rows: number, columns: number, seed: number, scale: number): Matrix => {
    using all = each.upload(
      { batch, rows, columns },
      numbers(batch * rows * columns, seed).map((value) => scale * value),
    );
    return each.slice(all, only === undefined || batch === 1 ? 0 : only, only === undefined ? batch : 1);
  };
  using inputs = make(tasks, examples, dimension, 2, 1.7);
  using labels = make(tasks, examples, 1, 3, 1);
  using base = make(count, examples, 1, 4, width);
  using anchor = make(count, width, dimension, 5, 1.7);
  using weights = make(count, width, dimension, 6, 1.7);
  using readout = make(count, width, 1, 7, 1.7);
  const points = only === undefined ? given.points : [given.points[only]!];
  const problem = { activation: given.activation, inputs, labels, base, points, ...(anchored && { anchor }) };
  const length = Math.ceil(steps / slices);
  let status = new Float64Array(points.length).fill(-1);
  for (let first = 0; first < steps; first += length) {
    using lost = each.descend(problem, { weights, readout }, first, Math.min(length, steps - first));
    const found = await each.read(lost);
    status = status.map((value, b) => (value < 0 ? found[b]! : value));
  }
  return { weights: await each.read(weights), readout: await each.read(readout), status };
}

export interface DescentSuite {
  /** Whole networks in workgroup memory where they fit, or none of them. */
  readonly variant: 'workgroup' | 'tiles';
  readonly runs: readonly DescentGiven[];
}

const tuningOf = ({ variant }: DescentSuite): WebGpuOptions['tuning'] => (variant === 'tiles' ? { networkBytes: 0 } : {});

/** Errors of w and v after the steps, and of what they moved by, relative to the largest entry; the worst network. */
export const descents = (given: unknown) =>
  withBackend(
    async (backend) => {
      const reference = createReferenceBackend();
      const results: { weights: number; readout: number; moved: number; movedReadout: number; status: number[] }[] = [];
      for (const one of (given as DescentSuite).runs) {
        const [ours, exact, start] = [await run(backend, one), await run(reference, one), await run(reference, { ...one, steps: 0 })];
        const worst = (key: 'weights' | 'readout', by: boolean): number => {
          const size = exact[key].length / one.points.length;
          const errors = one.points.map((_, b) => {
            const of = ({ [key]: all }: State) =>
              all.subarray(b * size, (b + 1) * size).map((value, i) => value - (by ? start[key][b * size + i]! : 0));
            return relativeError(of(ours), of(exact));
          });
          return errors.some(Number.isNaN) ? NaN : Math.max(...errors);
        };
        results.push({
          weights: worst('weights', false),
          readout: worst('readout', false),
          moved: worst('weights', true),
          movedReadout: worst('readout', true),
          status: [...ours.status],
        });
      }
      reference.dispose();
      return results;
    },
    tuningOf(given as DescentSuite),
  );

/** Whether networks come out bit by bit the same in slices and twice, and how they differ alone and in a batch; of every run. */
export const repeatable = (given: unknown) =>
  withBackend(
    async (backend) => {
      const results: { again: boolean; sliced: boolean; alone: number }[] = [];
      for (const one of (given as DescentSuite).runs) {
        const [together, again, sliced] = [await run(backend, one), await run(backend, one), await run(backend, one, undefined, 3)];
        const same = (a: State, b: State): boolean =>
          (['weights', 'readout', 'status'] as const).every((key) => a[key].every((x, i) => Object.is(x, b[key][i])));
        let alone = 0;
        for (let i = 0; i < one.points.length; i++) {
          const single = await run(backend, one, i);
          const size = single.weights.length;
          alone = Math.max(alone, relativeError(together.weights.subarray(i * size, (i + 1) * size), single.weights));
        }
        results.push({ again: same(together, again), sliced: same(together, sliced), alone });
      }
      return results;
    },
    tuningOf(given as DescentSuite),
  );

/** After how many steps each network was lost, here and on the reference; of every run. */
export const lost = (given: unknown) =>
  withBackend(
    async (backend) => {
      const results: { ours: number[]; reference: number[] }[] = [];
      for (const one of (given as DescentSuite).runs)
        results.push({ ours: [...(await run(backend, one)).status], reference: [...(await run(createReferenceBackend(), one)).status] });
      return results;
    },
    tuningOf(given as DescentSuite),
  );

/** Dispatches of one more step. */
export const dispatches = (given: unknown) =>
  withBackend(
    async (backend) => {
      const one = (given as DescentSuite).runs[0]!;
      const count = async (steps: number): Promise<number> => {
        const before = backend.dispatches;
        await run(backend, { ...one, steps, points: one.points.map((point) => ({ ...point, count: steps })) });
        return backend.dispatches - before;
      };
      return (await count(2)) - (await count(1));
    },
    tuningOf(given as DescentSuite),
  );
