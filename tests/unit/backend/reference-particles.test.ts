import { describe, expect, test } from 'vitest';
import { activations, type Activation } from '$lib/base/activation';
import { normals } from '$lib/base/philox';
import { streams } from '$lib/base/random';
import { activationFunctions } from '$lib/base/special';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { at, eliminated, multiplied, numbers, relativeDistance, rowsOf, transposed, type Rows } from './naive';

interface Point {
  readonly gamma: number;
  readonly temperature: number;
  readonly delta: number;
}

const key = { seed: 11, stream: streams.targetNoise, step: 40 };

/** One semi-implicit step as theory.md §2 states it, with lists of rows; answers the new w and Δ. */
const naiveStep = (activation: Activation, x: Rows, y: Rows, anchor: Rows, w: Rows, dual: Rows, point: Point, dt: number, step: number) => {
  const { value, slope } = activationFunctions[activation];
  const [particles, dimension, examples] = [w.length, (x[0] as number[]).length, x.length];
  const a = 1 + point.delta;
  const e = Math.exp(-a * dt);
  const b = (point.gamma ** 2 * (1 - e)) / a;
  const kappa = point.delta / (1 + point.delta);
  const xi = rowsOf(normals(particles * dimension, { ...key, step }), particles, dimension);
  const moved = w.map((row, i) =>
    row.map((value, j) => kappa * at(anchor, i, j) + e * (value - kappa * at(anchor, i, j)) + Math.sqrt((1 - e * e) / a) * at(xi, i, j)),
  );
  const h = multiplied(moved, transposed(x)).map((row) => row.map((value) => value / Math.sqrt(dimension)));
  const phi = h.map((row) => row.map(value));
  const slopes = h.map((row) => row.map(slope));
  const s = multiplied(phi, dual).map((row) => row[0] as number);
  const system = x.map((first, mu) =>
    x.map((second, nu) => {
      let feature = 0;
      let response = 0;
      for (let i = 0; i < particles; i++) {
        feature += (at(phi, i, mu) * at(phi, i, nu)) / particles;
        response += ((s[i] as number) ** 2 * at(slopes, i, mu) * at(slopes, i, nu)) / particles;
      }
      const gram = first.reduce((sum, value, k) => sum + value * (second[k] as number), 0) / dimension;
      return feature + b * response * gram + (mu === nu ? point.temperature : 0);
    }),
  );
  const solved = eliminated(system, y);
  const projected = multiplied(phi, solved);
  const pushed = moved.map((row, i) =>
    row.map((value, j) => {
      let force = 0;
      for (let mu = 0; mu < examples; mu++) force += at(solved, mu, 0) * at(slopes, i, mu) * at(x, mu, j);
      return value + (b * at(projected, i, 0) * force) / Math.sqrt(dimension);
    }),
  );
  return { weights: pushed, dual: solved };
};

const points: readonly Point[] = [
  { gamma: 1, temperature: 0.1, delta: 0.5 },
  { gamma: 0.3, temperature: 0.05, delta: 0 },
  { gamma: 2, temperature: 0.2, delta: 20 },
];

describe.each(activations)('%s', (activation) => {
  const shapes = [
    [1, 1, 1],
    [31, 5, 3],
    [33, 31, 4],
    [257, 9, 2],
  ] as const;
  test.each(shapes.flatMap(([m, p, d]) => [1, 3].map((batch) => [m, p, d, batch] as const)))(
    'three steps of %i particles, %i examples, %i dimensions, batch %i',
    async (particles, examples, dimension, batch) => {
      const backend = createReferenceBackend();
      const x = numbers(examples * dimension, 1);
      const y = numbers(examples, 2);
      const anchors = numbers(batch * particles * dimension, 3);
      const start = numbers(batch * particles * dimension, 4).map((value) => 2 * value);
      const dual = numbers(batch * examples, 5);
      const inputs = backend.upload({ rows: examples, columns: dimension }, x);
      const problem = {
        activation,
        inputs,
        labels: backend.upload({ rows: examples, columns: 1 }, y),
        gram: backend.gram(inputs),
        anchor: backend.upload({ batch, rows: particles, columns: dimension }, anchors),
        points: points.slice(0, batch),
      };
      const state = {
        weights: backend.upload({ batch, rows: particles, columns: dimension }, start),
        dual: backend.upload({ batch, rows: examples, columns: 1 }, dual),
      };
      const average = backend.upload({ batch, rows: examples, columns: 1 }, new Float64Array(batch * examples).fill(1));
      // Two calls, so that the step counter of the noise is seen to go on.
      await backend.particleSteps(problem, state, 0.05, 2, key, average);
      await backend.particleSteps(problem, state, 0.05, 1, { ...key, step: key.step + 2 }, average);

      const wanted = { weights: [] as number[], dual: [] as number[], average: [] as number[] };
      for (let index = 0; index < batch; index++) {
        let w = rowsOf(start, particles, dimension, index);
        let delta = rowsOf(dual, examples, 1, index);
        const sum = new Array<number>(examples).fill(1);
        for (let step = 0; step < 3; step++) {
          const anchor = rowsOf(anchors, particles, dimension, index);
          const made = naiveStep(
            activation,
            rowsOf(x, examples, dimension),
            rowsOf(y, examples, 1),
            anchor,
            w,
            delta,
            points[index] as Point,
            0.05,
            key.step + step,
          );
          [w, delta] = [made.weights, made.dual];
          delta.forEach((row, mu) => (sum[mu] = (sum[mu] as number) + (row[0] as number)));
        }
        wanted.weights.push(...w.flat());
        wanted.dual.push(...delta.flat());
        wanted.average.push(...sum);
      }
      expect(relativeDistance(await backend.read(state.dual), wanted.dual)).toBeLessThan(1e-10);
      expect(relativeDistance(await backend.read(state.weights), wanted.weights)).toBeLessThan(1e-10);
      expect(relativeDistance(await backend.read(average), wanted.average)).toBeLessThan(1e-10);
    },
  );

  test('features are φ and φ′ of W Xᵀ/√D', async () => {
    const backend = createReferenceBackend();
    const w = numbers(3 * 33 * 7, 6);
    const x = numbers(31 * 7, 7);
    const made = backend.features(
      activation,
      backend.upload({ batch: 3, rows: 33, columns: 7 }, w),
      backend.upload({ rows: 31, columns: 7 }, x),
      true,
    );
    if (!made.slopes) throw new Error('slopes were asked for');
    const h = [0, 1, 2]
      .flatMap((index) => multiplied(rowsOf(w, 33, 7, index), transposed(rowsOf(x, 31, 7))).flat())
      .map((value) => value / Math.sqrt(7));
    expect(relativeDistance(await backend.read(made.values), h.map(activationFunctions[activation].value))).toBeLessThan(1e-14);
    expect(relativeDistance(await backend.read(made.slopes), h.map(activationFunctions[activation].slope))).toBeLessThan(1e-14);
  });

  test('features of which part is known are those of all dimensions', async () => {
    const backend = createReferenceBackend();
    const w = numbers(3 * 33 * 7, 6);
    const x = numbers(31 * 7, 7);
    const part = (rows: ArrayLike<number>, from: number, to: number): number[] =>
      Array.from(rows).filter((_, i) => i % 7 >= from && i % 7 < to);
    const weights = (from: number, to: number) => backend.upload({ batch: 3, rows: 33, columns: to - from }, part(w, from, to));
    const inputs = (from: number, to: number) => backend.upload({ rows: 31, columns: to - from }, part(x, from, to));
    const whole = backend.features(activation, weights(0, 7), inputs(0, 7)).values;
    const known = backend.product(weights(4, 7), inputs(4, 7), { transposeB: true, alpha: 1 / Math.sqrt(7) });
    const scaled = backend.combine([[Math.sqrt(4 / 7), inputs(0, 4)]]);
    const made = backend.shiftedFeatures(activation, weights(0, 4), scaled, known);
    expect(relativeDistance(await backend.read(made), await backend.read(whole))).toBeLessThan(1e-14);
    // What is known may be each entry's own where the neurons are one for all.
    const one = backend.shiftedFeatures(activation, backend.slice(weights(0, 4), 0, 1), scaled, known);
    expect(one.batch).toBe(3);
    const [first, all] = [await backend.read(backend.slice(one, 0, 1)), await backend.read(made)];
    expect(relativeDistance(first, all.subarray(0, first.length))).toBe(0);
  });
});

/** A source of 4 particles and 2 examples. */
const source = (backend: ReturnType<typeof createReferenceBackend>, x: readonly number[], temperature: number, delta = 0) => {
  const inputs = backend.upload({ rows: 2, columns: 1 }, x);
  const problem = {
    activation: 'erf' as const,
    inputs,
    labels: backend.upload({ rows: 2, columns: 1 }, [1, -1]),
    gram: backend.gram(inputs),
    points: [{ gamma: 1, temperature, delta }],
  };
  return { problem, state: { weights: backend.normal({ rows: 4, columns: 1 }, key), dual: backend.zeros({ rows: 2, columns: 1 }) } };
};

test('a system that is not positive definite makes Δ not-a-number', async () => {
  const backend = createReferenceBackend();
  const { problem, state } = source(backend, [0, 0], 0);
  await backend.particleSteps(problem, state, 0.1, 1, key);
  expect([...(await backend.read(state.dual))]).toEqual([NaN, NaN]);
});

test('a coupling without an anchor is a bug', async () => {
  const backend = createReferenceBackend();
  const { problem, state } = source(backend, [1, 2], 0.1, 1);
  await expect(backend.particleSteps(problem, state, 0.1, 1, key)).rejects.toThrow(/anchor/);
});

test('normals are the same for every batch entry and follow the key', async () => {
  const backend = createReferenceBackend();
  const made = await backend.read(backend.normal({ batch: 3, rows: 3, columns: 5 }, key));
  for (const index of [0, 1, 2]) expect([...made.slice(index * 15, (index + 1) * 15)]).toEqual([...normals(15, key)]);
});

test('a step yields between its parts, which changes nothing, and ends where a yield throws', async () => {
  const backend = createReferenceBackend();
  const [rows, columns] = [4, 3];
  const inputs = backend.upload({ rows, columns }, numbers(rows * columns, 1));
  const labels = backend.upload({ rows, columns: 1 }, numbers(rows, 2));
  const problem = {
    activation: 'erf',
    inputs,
    labels,
    gram: backend.gram(inputs),
    points: [{ gamma: 1, temperature: 0.1, delta: 0 }],
  } as const;
  const taken = async (yieldToDevice?: () => Promise<void>) => {
    const state = { weights: backend.upload({ rows: 10, columns }, numbers(10 * columns, 3)), dual: backend.zeros({ rows, columns: 1 }) };
    await backend.particleSteps(problem, state, 0.1, 3, { seed: 1, stream: 2, step: 0 }, undefined, yieldToDevice);
    return [await backend.read(state.weights), await backend.read(state.dual)];
  };
  let yields = 0;
  const yielding = (): Promise<void> => {
    yields++;
    return Promise.resolve();
  };
  expect(await taken(yielding)).toEqual(await taken());
  expect(yields).toBeGreaterThanOrEqual(4 * 3);
  await expect(taken(() => Promise.reject(new Error('stopped')))).rejects.toThrow('stopped');
});

test('a step of so many particles that it is cut yields between the pieces, and is the same to the last bit', async () => {
  const backend = createReferenceBackend();
  const [particles, examples, dimension] = [1500, 100, 20];
  const inputs = backend.upload({ rows: examples, columns: dimension }, numbers(examples * dimension, 1));
  const labels = backend.upload({ rows: examples, columns: 1 }, numbers(examples, 2));
  const state = { weights: backend.zeros({ rows: particles, columns: dimension }), dual: backend.zeros({ rows: examples, columns: 1 }) };
  // Without a kick the particles end where Δ saw them.
  const problem = {
    activation: 'erf',
    inputs,
    labels,
    gram: backend.gram(inputs),
    points: [{ gamma: 0, temperature: 0.1, delta: 0 }],
  } as const;
  let yields = 0;
  await backend.particleSteps(problem, state, 0.1, 1, key, undefined, () => {
    yields++;
    return Promise.resolve();
  });
  expect(yields).toBe(1 + 4 * 3);
  const { values } = backend.features('erf', state.weights, inputs);
  const kernel = backend.product(values, values, { transposeA: true, alpha: 1 / particles });
  const whole = backend.solve(backend.cholesky(backend.addDiagonal(kernel, 0.1)), labels);
  expect(await backend.read(state.dual)).toEqual(await backend.read(whole));
});
