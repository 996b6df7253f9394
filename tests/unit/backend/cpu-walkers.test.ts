import { setFlagsFromString } from 'node:v8';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Activation } from '$lib/base/activation';
import { fillOf } from '$lib/base/activation-table';
import { activationFunctions } from '$lib/base/special';
import type { Matrix, WalkerBackend, WalkerField, WalkerState } from '$lib/backend/backend';
import { createCpuBackend } from '$lib/backend/cpu';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { numbers, relativeDistance } from './naive';

// Node 20 has relaxed SIMD behind a flag.
setFlagsFromString('--experimental-wasm-relaxed-simd');

const engines = [
  { build: 'plain', threads: 1 },
  { build: 'relaxed', threads: 1 },
  { build: 'plain', threads: 2 },
  { build: 'relaxed', threads: 2 },
] as const;

const made: WalkerBackend[] = [];
beforeAll(async () => {
  for (const options of engines) made.push(await createCpuBackend(options));
}, 120_000);
afterAll(() => {
  for (const backend of made) backend.dispose();
});

const key = { seed: 2 ** 40 + 11, stream: 5, step: 40 };
const flips = { ...key, stream: 9, step: 41 };

interface Given {
  readonly activation: Activation;
  readonly n: number;
  readonly samples: number;
  readonly copies: number;
  readonly means: boolean;
  readonly tilts: boolean;
}

const fieldOf = (backend: WalkerBackend, { activation, n, samples, means, tilts }: Given): WalkerField => {
  const square = { rows: n, columns: n };
  const raw = numbers(n * n, 1);
  const of = (make: (i: number, j: number) => number): Matrix =>
    backend.upload(
      square,
      Array.from({ length: n * n }, (_, at) => make(Math.floor(at / n), at % n)),
    );
  const each = (seed: number): Matrix => backend.upload({ rows: samples, columns: n }, numbers(samples * n, seed));
  return {
    activation,
    // A zero column, as singular kernels have, where there is room for one.
    factor: of((i, j) => (j > i || (n > 4 && j === 3) ? 0 : i === j ? 0.6 : raw[i * n + j]! / n)),
    conjugate: of((i, j) => (raw[i * n + j]! + raw[j * n + i]!) / n - (i === j ? 0.3 : 0)),
    ...(means && { means: each(2) }),
    ...(tilts && { tilts: each(3) }),
  };
};

const stateOf = (backend: WalkerBackend, { n, samples, copies }: Given): WalkerState => {
  const shape = { batch: copies, rows: samples, columns: n };
  const z = backend.upload(shape, numbers(copies * samples * n, 4));
  return { z, h: backend.zeros(shape), values: backend.zeros(shape), slopes: backend.zeros(shape) };
};

/** The walkers after three steps, ∂g there, and how many moves were accepted. */
const followed = async (backend: WalkerBackend, given: Given): Promise<Float64Array[]> => {
  const field = fieldOf(backend, given);
  const state = stateOf(backend, given);
  const all = [state.z, state.h, state.values, state.slopes];
  const results: Float64Array[] = [];
  const read = async (...matrices: readonly Matrix[]): Promise<void> => {
    for (const matrix of matrices) results.push(await backend.read(matrix));
  };
  backend.placeWalkers(field, state);
  await read(...all);
  const turned = given.means && given.activation !== 'relu' ? flips : undefined;
  const options = [{}, { flips: turned }, { flips: turned, placed: true }];
  for (const [i, option] of options.entries()) {
    const accepted = await backend.moveWalkers(field, state, { dt: 0.5, leaps: 1 + i }, { ...key, step: i }, option);
    results.push(Float64Array.of(accepted));
    await read(...all);
  }
  const pulls = backend.pullWalkers(field, state);
  await read(pulls);
  for (const matrix of [...all, pulls, field.factor, field.conjugate, field.means, field.tilts]) matrix?.[Symbol.dispose]();
  return results;
};

const shapes = [1, 2, 3, 4, 5, 7, 31, 33].flatMap((n, i) => [
  { n, samples: [1, 31, 33, 257, 1000][i % 5]!, copies: 2 },
  { n, samples: [33, 257, 1000, 1, 31][i % 5]!, copies: 1 + (i % 3) },
]);

describe.each(['linear', 'relu', 'erf', 'tanh'] as const)('%s walkers', (activation) => {
  test.each([
    ['alone', false, false],
    ['with means', true, false],
    ['with means and tilts', true, true],
  ] as const)(
    '%s move on every engine as on the reference, at awkward sizes',
    async (_, means, tilts) => {
      const reference = createReferenceBackend();
      for (const shape of shapes) {
        const given = { activation, means, tilts, ...shape };
        const right = await followed(reference, given);
        for (const backend of made) {
          const before = backend.liveBytes;
          const got = await followed(backend, given);
          right.forEach((wanted, i) => expect(relativeDistance(got[i]!, wanted)).toBeLessThan(1e-12));
          expect(backend.liveBytes).toBe(before);
        }
      }
      expect(reference.liveBytes).toBe(0);
    },
    30_000,
  );
});

test('a move that is told that h, φ and φ′ are right already gives the same', async () => {
  const given = { activation: 'erf', n: 4, samples: 37, copies: 2, means: true, tilts: true } as const;
  for (const backend of [createReferenceBackend(), ...made]) {
    const field = fieldOf(backend, given);
    const ends = [];
    for (const placed of [false, true]) {
      const state = stateOf(backend, given);
      backend.placeWalkers(field, state);
      await backend.moveWalkers(field, state, { dt: 0.7, leaps: 2 }, key, { flips, placed });
      ends.push(await backend.read(state.z));
    }
    expect(ends[1]).toEqual(ends[0]);
  }
});

test('walkers of a Gaussian law have its variance, whatever the step', async () => {
  // g = −½(a − 1) z² for one example of a linear neuron: N(0, 1/a).
  const [samples, width] = [4000, 2.5];
  for (const backend of [createReferenceBackend(), made[1]!]) {
    const shape = { rows: samples, columns: 1 };
    const one = (value: number): Matrix => backend.upload({ rows: 1, columns: 1 }, [value]);
    const field: WalkerField = { activation: 'linear', factor: one(1), conjugate: one(1 - width) };
    const z = backend.normal(shape, { ...key, stream: 77 });
    const state = { z, h: backend.zeros(shape), values: backend.zeros(shape), slopes: backend.zeros(shape) };
    let accepted = 0;
    for (let step = 0; step < 30; step++) accepted += await backend.moveWalkers(field, state, { dt: 0.8, leaps: 2 }, { ...key, step });
    const [square] = await backend.outerMeans([[z, z]]);
    expect(square![0]! * width).toBeCloseTo(1, 1);
    expect(accepted / 30 / samples).toBeGreaterThan(0.5);
    expect(accepted / 30 / samples).toBeLessThan(0.999);
  }
});

test('a stop ends a move between two parts', async () => {
  const given = { activation: 'tanh', n: 33, samples: 6000, copies: 2, means: false, tilts: false } as const;
  for (const backend of [createReferenceBackend(), made[0]!]) {
    const stopped = () => Promise.reject(new Error('stopped'));
    const moved = backend.moveWalkers(fieldOf(backend, given), stateOf(backend, given), { dt: 0.1, leaps: 5 }, key, {}, stopped);
    await expect(moved).rejects.toThrow('stopped');
  }
});

test.each([
  [1, 1, 1, 1],
  [3, 5, 2, 31],
  [4, 6, 2, 257],
  [7, 2, 1, 600],
  [33, 31, 2, 130],
  [5, 5, 3, 20000],
])('means of outer products of %d and %d columns, %d copies of %d rows', async (p, q, batch, rows) => {
  const means = async (backend: WalkerBackend): Promise<readonly Float64Array[]> => {
    const x = backend.upload({ batch, rows, columns: p }, numbers(batch * rows * p, 1));
    const y = backend.upload({ rows, columns: q }, numbers(rows * q, 2));
    const two = backend.upload({ batch: 2, rows, columns: q }, numbers(2 * rows * q, 3));
    const found = await backend.outerMeans([
      [x, y],
      [x, x],
      [y, { apart: two }],
      [{ apart: two }, { apart: two }],
      [backend.slice(two, 0), backend.slice(two, 1)],
    ]);
    return found;
  };
  const right = await means(createReferenceBackend());
  // The first of them by hand.
  const [x, y] = [numbers(batch * rows * p, 1), numbers(rows * q, 2)];
  let corner = 0;
  for (let k = 0; k < batch * rows; k++) corner += x[k * p + p - 1]! * y[(k % rows) * q + q - 1]!;
  expect(right[0]!.at(-1)).toBeCloseTo(corner / batch / rows, 12);
  for (const backend of made) {
    const got = await means(backend);
    right.forEach((wanted, i) => expect(relativeDistance(got[i]!, wanted)).toBeLessThan(1e-12));
  }
});

test.each(['linear', 'relu', 'erf', 'tanh', 'quadratic'] as const)('the table of %s is right to 10⁻¹⁵', (activation) => {
  const h = Float64Array.from({ length: 40001 }, (_, i) => (i - 20000) / 997);
  const [values, slopes] = [new Float64Array(h.length), new Float64Array(h.length)];
  fillOf(activation)(h, values, slopes, 0, h.length);
  const { value, slope } = activationFunctions[activation];
  const scale = activation === 'quadratic' ? 400 : activation === 'erf' || activation === 'tanh' ? 1 : 20;
  expect(Math.max(...values.map((found, i) => Math.abs(found - value(h[i]!))))).toBeLessThan(1e-15 * scale);
  expect(Math.max(...slopes.map((found, i) => Math.abs(found - slope(h[i]!))))).toBeLessThan(1.5e-15 * scale);
});
