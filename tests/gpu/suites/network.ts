import type { Backend, Matrix, ParticleProblem } from '$lib/backend/backend';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import type { Activation } from '$lib/base/activation';
import { numbers, relativeError, withBackend } from '../harness/suite';

export interface FeaturesGiven {
  readonly activation: Activation;
  readonly particles: number;
  readonly examples: number;
  readonly dimension: number;
  /** Batches of weights and inputs. */
  readonly batches: readonly [weights: number, inputs: number];
}

export interface FeaturesSuite {
  readonly runs: readonly FeaturesGiven[];
}

export interface FeaturesFigures {
  readonly values: number;
  readonly slopes: number;
  readonly alone: number;
  readonly shifted: number;
}

/**
 * Largest error of φ, φ′ and φ with part of the pre-activations known against the reference, relative to the largest entry; φ alone must equal
 * φ with slopes.
 */
export const features = (given: unknown) =>
  withBackend(async (backend) => {
    const reference = createReferenceBackend();
    const results: FeaturesFigures[] = [];
    for (const { activation, particles, examples, dimension, batches } of (given as FeaturesSuite).runs) {
      const weights = numbers(batches[0] * particles * dimension, 1).map((x) => 3 * x);
      const inputs = numbers(batches[1] * examples * dimension, 2).map((x) => 2 * x);
      // As many as there are weights: one for all inputs, or one each.
      const known = numbers(batches[0] * particles * examples, 3);
      const run = async (each: Backend) => {
        using w = each.upload({ batch: batches[0], rows: particles, columns: dimension }, weights);
        using x = each.upload({ batch: batches[1], rows: examples, columns: dimension }, inputs);
        const both = each.features(activation, w, x, true);
        using values = both.values;
        if (!both.slopes) throw new Error('no slopes came back');
        using slopes = both.slopes;
        using alone = each.features(activation, w, x).values;
        using shift = each.upload({ batch: batches[0], rows: particles, columns: examples }, known);
        using shifted = each.shiftedFeatures(activation, w, x, shift);
        const [a, b, c, s] = await Promise.all([values, slopes, alone, shifted].map((matrix) => each.read(matrix)));
        if (!a || !b || !c || !s) throw new Error('a reading was lost');
        return { values: a, slopes: b, alone: c, shifted: s };
      };
      const [ours, exact] = [await run(backend), await run(reference)];
      results.push({
        values: relativeError(ours.values, exact.values),
        slopes: relativeError(ours.slopes, exact.slopes),
        alone: relativeError(ours.alone, ours.values),
        shifted: relativeError(ours.shifted, exact.shifted),
      });
    }
    reference.dispose();
    return results;
  });

export interface ParticlesGiven {
  readonly activation: Activation;
  readonly particles: number;
  readonly examples: number;
  readonly dimension: number;
  readonly points: ParticleProblem['points'];
  readonly anchored: boolean;
  /** One set of inputs, labels and anchors for all points, or one each. */
  readonly shared: boolean;
  readonly dt: number;
  readonly steps: number;
}

interface State {
  readonly weights: Float64Array;
  readonly dual: Float64Array;
  readonly average: Float64Array;
}

/** The run on any backend; `only` takes one sweep point, `slices` calls in a row make the steps. */
async function run(each: Backend, given: ParticlesGiven, only?: number, slices = 1): Promise<State> {
  const { particles, examples, dimension, anchored, shared, dt, steps } = given;
  const count = given.points.length;
  const inner = shared ? 1 : count;
  const pick = (matrix: Matrix): Matrix =>
    each.slice(matrix, only === undefined || matrix.batch === 1 ? 0 : only, only === undefined ? matrix.batch : 1);
  using allInputs = each.upload(
    { batch: inner, rows: examples, columns: dimension },
    numbers(inner * examples * dimension, 2).map((x) => 1.7 * x),
  );
  using allLabels = each.upload({ batch: inner, rows: examples, columns: 1 }, numbers(inner * examples, 3).map(Math.sign));
  using allAnchors = each.upload(
    { batch: inner, rows: particles, columns: dimension },
    numbers(inner * particles * dimension, 4).map((x) => 1.7 * x),
  );
  using allWeights = each.upload(
    { batch: count, rows: particles, columns: dimension },
    numbers(count * particles * dimension, 5).map((x) => 1.7 * x),
  );
  using allDuals = each.upload({ batch: count, rows: examples, columns: 1 }, numbers(count * examples, 6));
  using inputs = pick(allInputs);
  using labels = pick(allLabels);
  using anchor = pick(allAnchors);
  using weights = pick(allWeights);
  using dual = pick(allDuals);
  using gram = each.gram(inputs);
  using average = each.zeros({ batch: only === undefined ? count : 1, rows: examples, columns: 1 });
  const points = only === undefined ? given.points : given.points.slice(only, only + 1);
  const problem = { activation: given.activation, inputs, labels, gram, points, ...(anchored && { anchor }) };
  const length = Math.ceil(steps / slices);
  for (let first = 0; first < steps; first += length) {
    const key = { seed: 2 ** 33 + 7, stream: 4, step: 11 + first };
    await each.particleSteps(problem, { weights, dual }, dt, Math.min(length, steps - first), key, average);
  }
  return { weights: await each.read(weights), dual: await each.read(dual), average: await each.read(average) };
}

export interface ParticlesSuite {
  /** Of products and factorisations. */
  readonly variant: 'registers' | 'shared';
  readonly runs: readonly ParticlesGiven[];
}

/** Errors of w, Δ and ΣΔ after the run, relative to the largest entry, sweep point by sweep point; the worst. */
export const particles = (given: unknown) =>
  withBackend(
    async (backend) => {
      const reference = createReferenceBackend();
      const results: { weights: number; dual: number; average: number; moved: number }[] = [];
      for (const one of (given as ParticlesSuite).runs) {
        const [ours, exact] = [await run(backend, one), await run(reference, one)];
        const start = await run(reference, { ...one, steps: 0 });
        const worst = (key: keyof State, from = ours, to = exact): number => {
          const size = to[key].length / one.points.length;
          const each = one.points.map((_, i) =>
            relativeError(from[key].subarray(i * size, (i + 1) * size), to[key].subarray(i * size, (i + 1) * size)),
          );
          return each.some(Number.isNaN) ? NaN : Math.max(...each);
        };
        results.push({ weights: worst('weights'), dual: worst('dual'), average: worst('average'), moved: worst('weights', start, exact) });
      }
      reference.dispose();
      return results;
    },
    { product: (given as ParticlesSuite).variant, cholesky: (given as ParticlesSuite).variant },
  );

/** Whether a batch gives, bit by bit, what its points give one by one, in one call or several, and twice the same. */
export const repeatable = (given: unknown) =>
  withBackend(async (backend) => {
    const one = given as ParticlesGiven;
    const [together, again, sliced] = [await run(backend, one), await run(backend, one), await run(backend, one, undefined, 3)];
    const same = (a: ArrayLike<number>, b: ArrayLike<number>): boolean =>
      a.length === b.length && Array.from(a).every((x, i) => Object.is(x, b[i]));
    const equal = (a: State, b: State): boolean => same(a.weights, b.weights) && same(a.dual, b.dual) && same(a.average, b.average);
    let alone = 0;
    for (let i = 0; i < one.points.length; i++) {
      const single = await run(backend, one, i);
      const size = single.weights.length;
      alone = Math.max(alone, relativeError(together.weights.subarray(i * size, (i + 1) * size), single.weights));
    }
    return { again: equal(together, again), sliced: equal(together, sliced), alone };
  });

/** A system that is not positive definite: Δ is not-a-number for that point, the others are as without it. */
export const failing = (given: unknown) =>
  withBackend(async (backend) => {
    const one = given as ParticlesGiven;
    const state = await run(backend, one);
    const size = state.dual.length / one.points.length;
    return one.points.map((_, i) => {
      const part = state.dual.subarray(i * size, (i + 1) * size);
      return { nan: part.every(Number.isNaN), finite: part.every(Number.isFinite) };
    });
  });

/** Dispatches of one step. */
export const dispatches = (given: unknown) =>
  withBackend(async (backend) => {
    const one = given as ParticlesGiven;
    const count = async (steps: number): Promise<number> => {
      const before = backend.dispatches;
      await run(backend, { ...one, steps });
      return backend.dispatches - before;
    };
    return (await count(2)) - (await count(1));
  });
