import { setFlagsFromString } from 'node:v8';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend, Matrix } from '$lib/backend/backend';
import { createCpuBackend } from '$lib/backend/cpu';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { aboveDiagonal, asymmetry, factorRatio, inverseRatio, solveRatio } from '../../gpu/harness/lapack';
import { numbers } from './naive';

// Node 20 has relaxed SIMD behind a flag; later ones know the flag no more.
try {
  setFlagsFromString('--experimental-wasm-relaxed-simd');
} catch {
  // It is there without.
}

const engines = [
  { build: 'plain', threads: 1 },
  { build: 'plain', threads: 2 },
  { build: 'relaxed', threads: 1 },
  { build: 'relaxed', threads: 2 },
] as const;

/** The ratios of LAPACK are for single precision there. */
const doubled = 2 ** -24 / 2 ** -53;

/** exp(−|x − x′|²/2ℓ²) of n points in an interval, plus a little on the diagonal: of condition about n / `least`. */
const kernelMatrix = (n: number, least: number): Float64Array => {
  const x = numbers(n, 11);
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return Math.exp(-((x[i]! - x[j]!) ** 2) / 0.1) + (i === j ? least : 0);
  });
};

/** Largest difference over the largest of what is right; not-a-number unless both have it in the same places. */
const difference = (got: Float64Array, right: Float64Array): number => {
  expect(got.length).toBe(right.length);
  let [worst, scale] = [0, 0];
  for (let i = 0; i < right.length; i++) {
    if (Object.is(got[i], right[i])) continue;
    const apart = Math.abs(got[i]! - right[i]!);
    if (!(apart <= worst)) worst = apart;
    if (Number.isNaN(worst)) return NaN;
  }
  for (const value of right) if (Math.abs(value) > scale) scale = Math.abs(value);
  return worst === 0 ? 0 : worst / scale;
};

type Numbers = (rows: number, columns: number, batch?: number) => Matrix;

/** Every operation of algebra at one size and batch: n and the two sizes beside it. */
const operations: Readonly<Record<string, (on: Backend, made: Numbers, n: number, batch: number) => Matrix | readonly Matrix[]>> = {
  'product A B': (on, made, n, batch) => on.product(made(n, n + 1, batch), made(n + 1, n + 2, batch)),
  'product Aᵀ B, A shared': (on, made, n, batch) => on.product(made(n + 1, n), made(n + 1, n + 2, batch), { transposeA: true, alpha: -2 }),
  'product A Bᵀ, B shared': (on, made, n, batch) => on.product(made(n, n + 1, batch), made(n + 2, n + 1), { transposeB: true }),
  'product Aᵀ Bᵀ into C': (on, made, n, batch) =>
    on.product(made(n + 1, n, batch), made(n + 2, n + 1, batch), {
      transposeA: true,
      transposeB: true,
      alpha: 0.5,
      beta: -3,
      into: made(n, n + 2, batch),
    }),
  'products A Aᵀ and Aᵀ A': (on, made, n, batch) => {
    const a = made(n, n + 2, batch);
    return [on.product(a, a, { transposeB: true }), on.product(a, a, { transposeA: true, alpha: 3 })];
  },
  'products with a column and with a row': (on, made, n, batch) => [
    on.product(made(n, n + 1, batch), made(n + 1, 1)),
    on.product(made(n + 1, n), made(n + 1, 1, batch), { transposeA: true, beta: 2, into: made(n, 1, batch) }),
    on.product(made(1, n, batch), made(n, n + 3)),
    on.product(made(1, n), made(n + 3, n, batch), { transposeB: true, alpha: 2 }),
  ],
  gram: (on, made, n, batch) => [on.gram(made(n, 5, batch)), on.gram(made(n, 3, batch), made(n + 2, 3))],
  combine: (on, made, n, batch) => [
    on.combine([
      [2, made(n, n, batch)],
      [numbersOf(batch, 3), made(n, n)],
      [-1, made(n, n)],
      [0.5, made(n, n, batch)],
    ]),
    on.combine([[numbersOf(batch, 4), made(1, n)]]),
  ],
  hadamard: (on, made, n, batch) => on.hadamard(made(n, n + 1, batch), made(n, n + 1)),
  transpose: (on, made, n, batch) => on.transpose(made(n, n + 3, batch)),
  addDiagonal: (on, made, n, batch) => [on.addDiagonal(made(n, n, batch), 3), on.addDiagonal(made(n, n), numbersOf(batch, 5))],
  diagonal: (on, made, n, batch) => on.diagonal(made(n, n, batch)),
  rowSums: (on, made, n, batch) => on.rowSums(made(n, n + 1, batch)),
  rowExtremes: (on, made, n, batch) => on.rowExtremes(made(n, n + 2, batch)),
  dot: (on, made, n, batch) => on.dot(made(n, n + 1, batch), made(n, n + 1)),
  reorder: (on, made, n, batch) =>
    on.reorder(
      made(n, n, batch),
      Uint32Array.from({ length: n }, (_, i) => (n - 1 - i + (n >> 1)) % n),
    ),
  'Cholesky, solves, inverse and log det': (on, made, n, batch) => {
    const x = made(n, n + 2, batch);
    const factor = on.cholesky(on.addDiagonal(on.gram(x), 0.5));
    const b = made(n, 1);
    const many = made(n, n + 3, batch);
    return [
      factor.lower,
      on.solve(factor, b),
      on.solve(factor, many),
      on.solveLower(factor, many),
      on.solveLower(factor, made(n, 9), true),
      on.solveLower(factor, made(n, 3), true),
      on.inverse(factor),
      on.logDeterminant(factor),
    ];
  },
  'slices and other shapes': (on, made, n, batch) => {
    const all = made(n, n + 1, batch + 2);
    const some = on.slice(all, 1, batch);
    const flat = on.reshape(some, { batch, rows: n + 1, columns: n });
    on.copy(made(n, n + 1, batch), all, 2);
    return [on.product(flat, some), on.transpose(on.slice(all, 1, 1)), on.rowSums(flat)];
  },
};

const numbersOf = (count: number, seed: number): readonly number[] => [...numbers(count, seed)];

const results = async (on: Backend, name: string, n: number, batch: number): Promise<Float64Array[]> => {
  let seed = n;
  const given: Matrix[] = [];
  const made: Numbers = (rows, columns, entries = 1) => {
    const matrix = on.upload({ batch: entries, rows, columns }, numbers(entries * rows * columns, (seed += 1)));
    given.push(matrix);
    return matrix;
  };
  const found = operations[name]!(on, made, n, batch);
  const answers = Array.isArray(found) ? (found as readonly Matrix[]) : [found as Matrix];
  const values = await Promise.all(answers.map((matrix) => on.read(matrix)));
  for (const matrix of [...given, ...answers]) matrix[Symbol.dispose]();
  return values;
};

const sizes = [
  [1, 1],
  [2, 3],
  [31, 3],
  [33, 1],
  [1, 64],
  [33, 64],
  [257, 1],
  [257, 3],
] as const;

const known = new Map<string, Promise<Float64Array[]>>();
const right = (name: string, n: number, batch: number): Promise<Float64Array[]> => {
  const key = `${name} ${n} ${batch}`;
  let found = known.get(key);
  if (!found) known.set(key, (found = results(createReferenceBackend(), name, n, batch)));
  return found;
};

// How long it takes is not what is tested: the machine may be busy.
describe.each(engines)('the cpu backend, $build build, $threads threads', { timeout: 300_000 }, (options) => {
  let cpu: Backend;
  beforeAll(async () => {
    cpu = await createCpuBackend(options);
  }, 60_000);
  afterAll(() => cpu.dispose());

  test.each(Object.keys(operations))('%s is as the reference has it', async (name) => {
    for (const [n, batch] of sizes) {
      const got = await results(cpu, name, n, batch);
      const wanted = await right(name, n, batch);
      got.forEach((values, i) => expect(difference(values, wanted[i]!), `${n} rows, batch ${batch}, result ${i}`).toBeLessThan(1e-12));
    }
  });

  test.each([
    [33, 1e-3],
    [150, 1e-6],
    [257, 1e-4],
    [400, 1e-8],
  ])(
    'factor, solves and inverse of an ill-conditioned matrix of %i rows, %f on its diagonal, are as good as those of LAPACK',
    async (n, least) => {
      const a = kernelMatrix(n, least);
      using matrix = cpu.upload({ rows: n, columns: n }, a);
      using factor = cpu.cholesky(matrix);
      expect([...(await factor.failures())]).toEqual([-1]);
      const l = await cpu.read(factor.lower);
      expect(aboveDiagonal(l, n)).toBe(0);
      expect(factorRatio(l, a, n, false) * doubled).toBeLessThan(30);
      const right = numbers(n * 9, 4);
      using b = cpu.upload({ rows: n, columns: 9 }, right);
      using x = cpu.solve(factor, b);
      expect(solveRatio(a, await cpu.read(x), right, n, 9) * doubled).toBeLessThan(30);
      using column = cpu.upload({ rows: n, columns: 1 }, right.subarray(0, n));
      using one = cpu.solve(factor, column);
      expect(solveRatio(a, await cpu.read(one), right.subarray(0, n), n, 1) * doubled).toBeLessThan(30);
      using v = cpu.inverse(factor);
      const inverse = await cpu.read(v);
      expect(asymmetry(inverse, n)).toBe(0);
      expect(inverseRatio(a, inverse, n, false) * doubled).toBeLessThan(30);
    },
  );

  test.each([3, 40, 200, 300])('a factor of %i rows says which pivot failed, and is not-a-number from there on', async (n) => {
    const pivots = [-1, 0, n - 1, n >> 1];
    const a = new Float64Array(4 * n * n);
    pivots.forEach((pivot, entry) => {
      a.set(kernelMatrix(n, 1), entry * n * n);
      if (pivot >= 0) a[(entry * n + pivot) * n + pivot] = [-1, NaN, -5][entry - 1]!;
    });
    using matrix = cpu.upload({ batch: 4, rows: n, columns: n }, a);
    using factor = cpu.cholesky(matrix);
    expect([...(await factor.failures())]).toEqual(pivots);
    const reference = createReferenceBackend();
    const wanted = await reference.read(reference.cholesky(reference.upload(matrix, a)).lower);
    expect(difference(await cpu.read(factor.lower), wanted)).toBeLessThan(1e-12);
  });

  test('factors are those of the lower halves alone', async () => {
    const n = 50;
    const a = kernelMatrix(n, 0.1);
    const spoilt = a.map((value, at) => (at % n > Math.floor(at / n) ? NaN : value));
    using whole = cpu.upload({ rows: n, columns: n }, a);
    using half = cpu.upload({ rows: n, columns: n }, spoilt);
    const factors = [cpu.cholesky(whole), cpu.cholesky(half)];
    const [x, y] = await Promise.all(factors.map(({ lower }) => cpu.read(lower)));
    expect(x!.every((value, at) => value === y![at])).toBe(true);
  });

  test('nothing comes of nothing: sizes of 0', async () => {
    const empty = cpu.zeros({ rows: 0, columns: 3 });
    const narrow = cpu.zeros({ rows: 3, columns: 0 });
    expect((await cpu.read(cpu.product(empty, cpu.zeros({ rows: 3, columns: 2 })))).length).toBe(0);
    expect([...(await cpu.read(cpu.product(narrow, empty)))]).toEqual(new Array(9).fill(0));
    expect([...(await cpu.read(cpu.rowSums(narrow)))]).toEqual([0, 0, 0]);
    expect([...(await cpu.read(cpu.dot(empty, empty)))]).toEqual([0]);
  });

  test('β = 0 overwrites what was not-a-number, and a result may not share storage with a factor', async () => {
    const a = cpu.upload({ rows: 5, columns: 5 }, numbers(25, 1));
    const into = cpu.upload({ rows: 5, columns: 5 }, new Float64Array(25).fill(NaN));
    cpu.product(a, a, { into });
    expect((await cpu.read(into)).every(Number.isFinite)).toBe(true);
    const view = cpu.reshape(a, { rows: 5, columns: 5 });
    expect(() => cpu.product(a, a, { into: view })).toThrow('shares storage');
    const other = createReferenceBackend().zeros({ rows: 5, columns: 5 });
    expect(() => cpu.product(a, other)).toThrow('another backend');
    expect(() => cpu.product(a, cpu.zeros({ rows: 4, columns: 5 }))).toThrow('inner sizes');
  });
});
