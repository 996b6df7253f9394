import { describe, expect, test } from 'vitest';
import { Problem } from '$lib/base/problem';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { at, eliminated, multiplied, numbers, relativeDistance, rowsOf, transposed, type Rows } from './naive';

const sizes = [1, 31, 33, 257];
const batches = [1, 3];
const cases = sizes.flatMap((n) => batches.map((batch) => [n, batch] as const));
/** A symmetric positive-definite batch with condition numbers of a few hundred. */
const positive = (n: number, batch: number): Float64Array => {
  const out = new Float64Array(batch * n * n);
  for (let index = 0; index < batch; index++) {
    const a = rowsOf(numbers(n * n, n + index), n, n);
    multiplied(a, transposed(a)).forEach((row, i) => row.forEach((x, j) => (out[(index * n + i) * n + j] = x / n + (i === j ? 0.01 : 0))));
  }
  return out;
};
const flat = (entries: readonly Rows[]): number[] => entries.flat(2);

describe.each(cases)('size %i, batch %i', (n, batch) => {
  const entries = Array.from({ length: batch }, (_, index) => index);
  const m = n + 2;
  const k = Math.max(1, n - 3);

  test('products of every transposition, with alpha, beta and broadcasting', async () => {
    const backend = createReferenceBackend();
    const left = numbers(batch * n * k, 1);
    const right = numbers(k * m, 2);
    for (const [transposeA, transposeB] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const) {
      const a = backend.upload(transposeA ? { batch, rows: k, columns: n } : { batch, rows: n, columns: k }, left);
      const b = backend.upload(transposeB ? { rows: m, columns: k } : { rows: k, columns: m }, right);
      const naive = entries.map((index) => {
        const A = transposeA ? transposed(rowsOf(left, k, n, index)) : rowsOf(left, n, k, index);
        return multiplied(A, transposeB ? transposed(rowsOf(right, m, k)) : rowsOf(right, k, m));
      });
      const c = backend.product(a, b, { transposeA, transposeB });
      expect([c.batch, c.rows, c.columns]).toEqual([batch, n, m]);
      expect(relativeDistance(await backend.read(c), flat(naive))).toBeLessThan(1e-14);
      expect(backend.product(a, b, { transposeA, transposeB, alpha: 0.5, beta: -2, into: c })).toBe(c);
      expect(
        relativeDistance(
          await backend.read(c),
          flat(naive).map((x) => -1.5 * x),
        ),
      ).toBeLessThan(1e-14);
    }
  });

  test('gram matrices are X Zᵀ / D', async () => {
    const backend = createReferenceBackend();
    const data = numbers(batch * n * k, 3);
    const x = backend.upload({ batch, rows: n, columns: k }, data);
    const z = backend.upload({ rows: m, columns: k }, numbers(m * k, 4));
    const naive = (other: (index: number) => Rows): number[] =>
      flat(entries.map((index) => multiplied(rowsOf(data, n, k, index), transposed(other(index))))).map((entry) => entry / k);
    expect(
      relativeDistance(
        await backend.read(backend.gram(x)),
        naive((index) => rowsOf(data, n, k, index)),
      ),
    ).toBeLessThan(1e-14);
    expect(
      relativeDistance(
        await backend.read(backend.gram(x, z)),
        naive(() => rowsOf(numbers(m * k, 4), m, k)),
      ),
    ).toBeLessThan(1e-14);
  });

  test('Cholesky factor, solves, inverse and log-determinant', async () => {
    const backend = createReferenceBackend();
    const data = positive(n, batch);
    const a = backend.upload({ batch, rows: n, columns: n }, data);
    const right = numbers(n * 2, 5);
    const b = backend.upload({ rows: n, columns: 2 }, right);
    const factor = backend.cholesky(a);
    expect([...(await factor.failures())]).toEqual(entries.map(() => -1));
    const lower = await backend.read(factor.lower);
    const rebuilt = flat(entries.map((index) => multiplied(rowsOf(lower, n, n, index), transposed(rowsOf(lower, n, n, index)))));
    expect(relativeDistance(rebuilt, data)).toBeLessThan(1e-14);
    for (const index of entries)
      for (let i = 0; i < n; i++)
        for (let j = i + 1; j < n; j++) if (lower[(index * n + i) * n + j] !== 0) expect.fail('above the diagonal');

    const naive = entries.map((index) => eliminated(rowsOf(data, n, n, index), rowsOf(right, n, 2)));
    const x = backend.solve(factor, b);
    expect(relativeDistance(await backend.read(x), flat(naive))).toBeLessThan(1e-11);
    const half = backend.solveLower(factor, b);
    const forward = entries.map((index) => eliminated(rowsOf(lower, n, n, index), rowsOf(right, n, 2)));
    expect(relativeDistance(await backend.read(half), flat(forward))).toBeLessThan(1e-11);
    expect(relativeDistance(await backend.read(backend.solveLower(factor, half, true)), flat(naive))).toBeLessThan(1e-11);
    // Many right sides take another path than few.
    const wide = numbers(n * 9, 8);
    const solvedWide = await backend.read(backend.solve(factor, backend.upload({ rows: n, columns: 9 }, wide)));
    expect(
      relativeDistance(solvedWide, flat(entries.map((index) => eliminated(rowsOf(data, n, n, index), rowsOf(wide, n, 9))))),
    ).toBeLessThan(1e-11);
    const identity = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)));
    const inverses = entries.map((index) => eliminated(rowsOf(data, n, n, index), identity));
    expect(relativeDistance(await backend.read(backend.inverse(factor)), flat(inverses))).toBeLessThan(1e-11);
    const logs = entries.map((index) => logDeterminantByElimination(rowsOf(data, n, n, index)));
    expect(relativeDistance(await backend.read(backend.logDeterminant(factor)), logs)).toBeLessThan(1e-11);
  });

  test('elementwise operations broadcast', async () => {
    const backend = createReferenceBackend();
    const left = numbers(batch * n * n, 6);
    const right = numbers(n * n, 7);
    const a = backend.upload({ batch, rows: n, columns: n }, left);
    const b = backend.upload({ rows: n, columns: n }, right);
    const other = (i: number): number => right[i % (n * n)] as number;
    const coefficients = entries.map((index) => index + 0.5);
    const wanted = [...left].map((x, i) => 3 * x + (Math.floor(i / (n * n)) + 0.5) * other(i));
    expect(
      relativeDistance(
        await backend.read(
          backend.combine([
            [3, a],
            [coefficients, b],
          ]),
        ),
        wanted,
      ),
    ).toBeLessThan(1e-15);
    expect([...(await backend.read(backend.hadamard(a, b)))]).toEqual([...left].map((x, i) => x * other(i)));
    expect([...(await backend.read(backend.transpose(a)))]).toEqual(flat(entries.map((index) => transposed(rowsOf(left, n, n, index)))));
    const shifted = await backend.read(backend.addDiagonal(b, coefficients));
    const naive = entries.map((index) => rowsOf(right, n, n).map((row, i) => row.map((x, j) => (i === j ? x + index + 0.5 : x))));
    expect([...shifted]).toEqual(flat(naive));
    expect([...(await backend.read(backend.diagonal(a)))]).toEqual(
      entries.flatMap((index) => rowsOf(left, n, n, index).map((row, i) => row[i])),
    );
    expect([...(await backend.read(backend.rowExtremes(a)))]).toEqual(
      entries.flatMap((index) => rowsOf(left, n, n, index).flatMap((row) => [Math.min(...row), Math.max(...row)])),
    );
    const order = Array.from({ length: n }, (_, i) => (7 * i + 3) % n);
    expect([...(await backend.read(backend.reorder(a, Uint32Array.from(order))))]).toEqual(
      flat(
        entries.map((index) => {
          const rows = rowsOf(left, n, n, index);
          return order.map((i) => order.map((j) => rows[i]?.[j] ?? NaN));
        }),
      ),
    );
    const sums = entries.flatMap((index) => rowsOf(left, n, n, index).map((row) => row.reduce((sum, x) => sum + x, 0)));
    expect(relativeDistance(await backend.read(backend.rowSums(a)), sums)).toBeLessThan(1e-14);
    const dots = entries.map((index) =>
      rowsOf(left, n, n, index)
        .flat()
        .reduce((sum, x, i) => sum + x * other(i), 0),
    );
    expect(relativeDistance(await backend.read(backend.dot(a, b)), dots)).toBeLessThan(1e-12);
  });
});

const logDeterminantByElimination = (a: Rows): number => {
  const n = a.length;
  const work = a.map((row) => [...row]);
  let log = 0;
  for (let column = 0; column < n; column++) {
    log += Math.log(at(work, column, column));
    for (let i = column + 1; i < n; i++) {
      const factor = at(work, i, column) / at(work, column, column);
      const row = work[i] as number[];
      for (let j = column; j < n; j++) row[j] = (row[j] as number) - factor * at(work, column, j);
    }
  }
  return log;
};

test('an ill-conditioned kernel matrix (10⁷) meets the yardstick of LAPACK', async () => {
  const n = 150;
  const backend = createReferenceBackend();
  const data = Float64Array.from({ length: n * n }, (_, i) => {
    const distance = (Math.floor(i / n) - (i % n)) / n;
    return Math.exp(-distance * distance * 4) + (distance === 0 ? 1e-5 : 0);
  });
  const factor = backend.cholesky(backend.upload({ rows: n, columns: n }, data));
  expect((await factor.failures())[0]).toBe(-1);
  const lower = rowsOf(await backend.read(factor.lower), n, n);
  const rebuilt = multiplied(lower, transposed(lower)).flat();
  const norm = Math.max(...rowsOf(data, n, n).map((row) => row.reduce((sum, x) => sum + Math.abs(x), 0)));
  const worst = Math.max(...rebuilt.map((x, i) => Math.abs(x - (data[i] as number)))) * n;
  expect(worst / (n * norm * 2 ** -53)).toBeLessThan(30);
});

describe('a matrix that is not positive definite', () => {
  const indefinite = (pivot: number, value: number, n = 70): Float64Array =>
    Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? (i / (n + 1) === pivot ? value : 2) : 0));

  test.each([0, 31, 32, 69])('names pivot %i, in its batch entry only', async (pivot) => {
    const backend = createReferenceBackend();
    for (const value of [0, -1, NaN]) {
      const a = backend.upload({ batch: 2, rows: 70, columns: 70 }, [...indefinite(pivot, 1), ...indefinite(pivot, value)]);
      const factor = backend.cholesky(a);
      expect([...(await factor.failures())]).toEqual([-1, pivot]);
      const x = await backend.read(backend.solve(factor, backend.upload({ rows: 70, columns: 1 }, new Float64Array(70).fill(1))));
      expect(x.slice(0, 70).every(Number.isFinite)).toBe(true);
      expect(x.slice(70).some(Number.isNaN)).toBe(true);
    }
  });
});

test('views share storage, and bytes are given back when the last handle goes', async () => {
  const backend = createReferenceBackend();
  const a = backend.upload({ batch: 3, rows: 2, columns: 2 }, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect([a.bytes, backend.liveBytes]).toEqual([96, 96]);
  const middle = backend.slice(a, 1);
  const wide = backend.reshape(middle, { rows: 1, columns: 4 });
  expect([middle.bytes, backend.liveBytes]).toEqual([32, 96]);
  backend.copy(backend.upload({ rows: 1, columns: 4 }, [-1, -2, -3, -4]), wide);
  expect([...(await backend.read(a))]).toEqual([1, 2, 3, 4, -1, -2, -3, -4, 9, 10, 11, 12]);
  expect([...(await backend.read(backend.slice(a, 1, 2)))]).toEqual([-1, -2, -3, -4, 9, 10, 11, 12]);
  const before = backend.liveBytes;
  a[Symbol.dispose]();
  a[Symbol.dispose]();
  middle[Symbol.dispose]();
  expect([...(await backend.read(wide))]).toEqual([-1, -2, -3, -4]);
  expect(backend.liveBytes).toBe(before);
  await expect(backend.read(a)).rejects.toThrow(/disposed/);
});

test('storage is given back', () => {
  const backend = createReferenceBackend();
  {
    using a = backend.zeros({ rows: 10, columns: 10 });
    using view = backend.slice(a, 0);
    expect(backend.liveBytes).toBe(view.bytes);
  }
  expect(backend.liveBytes).toBe(0);
});

test('bad shapes are bugs, impossible sizes are problems', () => {
  const backend = createReferenceBackend();
  const a = backend.zeros({ batch: 2, rows: 2, columns: 3 });
  expect(() => backend.product(a, a)).toThrow(/inner sizes/);
  expect(() => backend.hadamard(a, backend.zeros({ batch: 3, rows: 2, columns: 3 }))).toThrow(/broadcast/);
  expect(() => backend.upload({ rows: 2, columns: 2 }, [1])).toThrow(/upload/);
  expect(() => backend.addDiagonal(backend.zeros({ batch: 2, rows: 2, columns: 2 }), [1, 2, 3])).toThrow(/coefficients/);
  const before = backend.liveBytes;
  expect(() => backend.zeros({ rows: 100_000, columns: 100_000 })).toThrow(Problem);
  expect(backend.liveBytes).toBe(before);
});

test('work is counted', () => {
  const backend = createReferenceBackend();
  const a = backend.zeros({ rows: 2, columns: 2 });
  expect(backend.dispatches).toBe(0);
  backend.gram(a);
  backend.product(a, a);
  expect(backend.dispatches).toBe(2);
});

test('a picture takes its colours from the palette', async () => {
  const backend = createReferenceBackend();
  const palette = Uint8Array.from({ length: 1024 }, (_, i) => (i % 4 === 3 ? 255 : Math.floor(i / 4)));
  const a = backend.upload({ batch: 2, rows: 2, columns: 3 }, [0, 0, 0, 0, 0, 0, -5, -1, 0, 1, 5, NaN]);
  const made = await backend.paint(a, 1, [-1, 1], palette);
  if (!('data' in made)) throw new Error('the reference makes ImageData');
  expect([made.width, made.height]).toEqual([3, 2]);
  expect(Array.from({ length: 6 }, (_, i) => made.data[4 * i])).toEqual([0, 0, 128, 255, 255, 0]);
  expect(Array.from({ length: 6 }, (_, i) => made.data[4 * i + 3])).toEqual([255, 255, 255, 255, 255, 0]);
});
