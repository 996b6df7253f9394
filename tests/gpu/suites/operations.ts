import type { Backend, Matrix, Shape } from '$lib/backend/backend';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import type { WebGpuOptions } from '$lib/backend/webgpu/backend';
import { numbers, relativeError, withBackend } from '../harness/suite';

/** Awkward sizes: one, one less and one more than a tile, and more than one tile. */
const sizes = [1, 31, 33, 257];

type Make = (backend: Backend, upload: (shape: Shape, seed: number) => Matrix) => Matrix | Promise<Matrix>;

/** Runs the same calls on webgpu and reference from the same numbers and gives the worst relative error by case. */
const compare = (cases: Readonly<Record<string, Make>>, tuning: WebGpuOptions['tuning'] = {}) =>
  withBackend(async (gpu) => {
    const errors: Record<string, number> = {};
    for (const [name, make] of Object.entries(cases)) {
      const results: Float64Array[] = [];
      for (const backend of [gpu, createReferenceBackend()]) {
        const made: Matrix[] = [];
        const upload = (shape: Shape, seed: number): Matrix => {
          const matrix = backend.upload(shape, numbers((shape.batch ?? 1) * shape.rows * shape.columns, seed));
          made.push(matrix);
          return matrix;
        };
        using result = await make(backend, upload);
        results.push(await backend.read(result));
        for (const matrix of made) matrix[Symbol.dispose]();
      }
      errors[name] = relativeError(results[0]!, results[1]!);
    }
    return errors;
  }, tuning);

/** Both variants of the product, whatever the adapter: all transposes, batches, broadcast, views with an offset, α, β, in place. */
export const products = (given: unknown) => {
  const { variant, workLimit } = given as { variant: 'registers' | 'shared'; workLimit?: number };
  const cases: Record<string, Make> = {};
  for (const n of sizes) {
    for (const [transposeA, transposeB] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const) {
      for (const [batchA, batchB] of [
        [1, 1],
        [3, 3],
        [1, 3],
        [3, 1],
      ] as const) {
        if (n === 257 && batchA + batchB > 2 && transposeA) continue;
        cases[`${n} ${transposeA} ${transposeB} ${batchA} ${batchB}`] = (backend, upload) => {
          const inner = n === 257 ? 65 : n + 2;
          const a = upload({ batch: batchA, ...(transposeA ? { rows: inner, columns: n } : { rows: n, columns: inner }) }, 1);
          const m = Math.max(1, n - 1);
          const b = upload({ batch: batchB, ...(transposeB ? { rows: m, columns: inner } : { rows: inner, columns: m }) }, 2);
          return backend.product(a, b, { transposeA, transposeB, alpha: -0.75 });
        };
      }
    }
  }
  // Multiples of four are read packed; rows and columns at the edge of a tile need not be.
  for (const [transposeA, transposeB] of [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ] as const) {
    cases[`in fours ${transposeA} ${transposeB}`] = (backend, upload) => {
      const [n, inner, m] = [transposeA ? 36 : 35, 68, transposeB ? 33 : 44];
      const all = upload({ batch: 3, ...(transposeA ? { rows: inner, columns: n } : { rows: n, columns: inner }) }, 1);
      using a = backend.slice(all, 1, 2);
      const b = upload(transposeB ? { rows: m, columns: inner } : { rows: inner, columns: m }, 2);
      return backend.product(a, b, { transposeA, transposeB });
    };
  }
  // Of one matrix with itself the lower triangle alone is computed, unless it is added to what need not be symmetric.
  for (const n of sizes) {
    for (const transposeA of [false, true]) {
      for (const batch of [1, 3]) {
        const factor = (upload: (shape: Shape, seed: number) => Matrix): Matrix =>
          upload({ batch, ...(transposeA ? { rows: 19, columns: n } : { rows: n, columns: 19 }) }, 1);
        cases[`${n} with itself ${transposeA} ${batch}`] = (backend, upload) => {
          const a = factor(upload);
          return backend.product(a, a, { transposeA, transposeB: !transposeA, alpha: 0.5 });
        };
        cases[`${n} with itself, added ${transposeA} ${batch}`] = (backend, upload) => {
          const a = factor(upload);
          const into = backend.upload({ batch, rows: n, columns: n }, numbers(batch * n * n, 2));
          return backend.product(a, a, { transposeA, transposeB: !transposeA, beta: 1, into });
        };
      }
    }
    cases[`${n} squared`] = (backend, upload) => {
      const a = upload({ rows: n, columns: n }, 1);
      return backend.product(a, a);
    };
  }
  cases['offset, in place'] = (backend, upload) => {
    const all = upload({ batch: 4, rows: 31, columns: 17 }, 3);
    using a = backend.slice(all, 1, 2);
    using b = backend.slice(all, 3);
    const c = backend.upload({ batch: 2, rows: 31, columns: 31 }, numbers(2 * 31 * 31, 4));
    return backend.product(a, b, { transposeB: true, alpha: 2, beta: 0.5, into: c });
  };
  // WebGPU forbids a buffer that is read and written in one dispatch; the backend goes by way of a temporary.
  cases['into a part of the factors’ storage'] = (backend) => {
    const all = backend.upload({ batch: 3, rows: 33, columns: 33 }, numbers(3 * 33 * 33, 5));
    // The reference does not offer it: there the factors stand apart.
    using apart = backend.upload({ batch: 3, rows: 33, columns: 33 }, numbers(3 * 33 * 33, 5));
    const factors = backend.name === 'webgpu' ? all : apart;
    using a = backend.slice(factors, 0);
    using b = backend.slice(factors, 2);
    using c = backend.slice(all, 1);
    backend.product(a, b, { beta: -1, into: c });
    return all;
  };
  cases['gram'] = (backend, upload) => backend.gram(upload({ batch: 3, rows: 33, columns: 257 }, 7), upload({ rows: 31, columns: 257 }, 8));
  cases['gram of one'] = (backend, upload) => backend.gram(upload({ rows: 257, columns: 33 }, 7));
  return compare(cases, { product: variant, ...(workLimit !== undefined && { workLimit }) });
};

/** Elementwise operations, views and copies. */
export const elementwise = () => {
  const cases: Record<string, Make> = {};
  for (const n of sizes) {
    for (const batch of [1, 3]) {
      const shape = { batch, rows: n, columns: n + 2 };
      const square = { batch, rows: n, columns: n };
      cases[`combine ${n} ${batch}`] = (backend, upload) =>
        backend.combine([
          [0.5, upload(shape, 1)],
          [-2, upload({ ...shape, batch: 1 }, 2)],
          [1, upload(shape, 3)],
          [3, upload(shape, 4)],
        ]);
      cases[`combine per entry ${n} ${batch}`] = (backend, upload) =>
        backend.combine([
          [[1, 2, 3], upload({ ...shape, batch: 1 }, 1)],
          [-1, upload({ ...shape, batch: 3 }, 2)],
        ]);
      cases[`hadamard ${n} ${batch}`] = (backend, upload) => backend.hadamard(upload(shape, 1), upload({ ...shape, batch: 1 }, 2));
      cases[`transpose ${n} ${batch}`] = (backend, upload) => backend.transpose(upload(shape, 1));
      cases[`addDiagonal ${n} ${batch}`] = (backend, upload) => backend.addDiagonal(upload(square, 1), 0.25);
      cases[`addDiagonal per entry ${n} ${batch}`] = (backend, upload) => backend.addDiagonal(upload(square, 1), [1, 2, 3]);
      cases[`diagonal ${n} ${batch}`] = (backend, upload) => backend.diagonal(upload(square, 1));
      cases[`rowExtremes ${n} ${batch}`] = (backend, upload) => backend.rowExtremes(upload(shape, 1));
      cases[`reorder ${n} ${batch}`] = (backend, upload) =>
        backend.reorder(
          upload(square, 1),
          Uint32Array.from({ length: n }, (_, i) => (7 * i + 3) % n),
        );
      cases[`reshape ${n} ${batch}`] = (backend, upload) => backend.reshape(upload(shape, 1), { rows: n + 2, columns: n * batch });
      cases[`zeros and copy ${n} ${batch}`] = (backend, upload) => {
        const into = backend.zeros({ batch: 4, rows: n, columns: n + 2 });
        backend.copy(upload(shape, 1), into, 1);
        return into;
      };
    }
    cases[`slice ${n}`] = (backend, upload) => {
      using middle = backend.slice(upload({ batch: 3, rows: n, columns: n }, 1), 1, 2);
      return backend.transpose(middle);
    };
  }
  cases['combine in place on a view'] = (backend) => {
    const all = backend.upload({ batch: 3, rows: 31, columns: 7 }, numbers(3 * 31 * 7, 9));
    using first = backend.slice(all, 0);
    using last = backend.slice(all, 2);
    backend.combine(
      [
        [2, first],
        [1, last],
      ],
      last,
    );
    return all;
  };
  cases['copy within'] = (backend) => {
    const all = backend.upload({ batch: 3, rows: 5, columns: 7 }, numbers(3 * 5 * 7, 9));
    using front = backend.slice(all, 0, 2);
    backend.copy(front, all, 1);
    return all;
  };
  return compare(cases);
};

/** Sums, long and ill-conditioned ones included: the error is relative to Σ|terms|. */
export const sums = () =>
  withBackend(async (gpu) => {
    const errors: Record<string, number> = {};
    for (const columns of [1, 31, 33, 257, 1024, 1025, 300_000]) {
      const rows = columns > 1000 ? 3 : 33;
      for (const batch of [1, 3]) {
        const data = numbers(batch * rows * columns, columns);
        // Large terms that cancel: a million times what is left.
        for (let i = 0; i + 1 < data.length; i += 2) data[i + 1] = Math.fround(-data[i]! * (1 + data[i + 1]! * 1e-6));
        const reference = createReferenceBackend();
        const results: Float64Array[] = [];
        for (const backend of [gpu, reference]) {
          using a = backend.upload({ batch, rows, columns }, data);
          using b = backend.upload({ rows, columns }, numbers(rows * columns, 2));
          using byRow = backend.rowSums(a);
          using product = backend.dot(a, b);
          results.push(await backend.read(byRow), await backend.read(product));
        }
        // Terms are below 1 in size, about ½ on average.
        const error = (i: number, terms: number): number =>
          Math.max(...results[i]!.map((value, k) => Math.abs(value - results[i + 2]![k]!))) / (terms / 2);
        errors[`rowSums ${columns} ${batch}`] = error(0, columns);
        errors[`dot ${columns} ${batch}`] = error(1, rows * columns);
      }
    }
    return errors;
  });

/** Normals of any shape against reference, absolute; every batch entry the same. */
export const normals = () =>
  withBackend(async (gpu) => {
    const errors: Record<string, number> = {};
    for (const shape of [
      { rows: 1, columns: 1 },
      { rows: 31, columns: 33 },
      { batch: 3, rows: 33, columns: 7 },
      { rows: 1000, columns: 1003 },
    ]) {
      for (const key of [
        { seed: 1, stream: 3, step: 0 },
        { seed: 2 ** 40 + 5, stream: 7, step: 12345 },
      ]) {
        using made = gpu.normal(shape, key);
        const reference = createReferenceBackend();
        using expected = reference.normal(shape, key);
        const [got, wanted] = [await gpu.read(made), await reference.read(expected)];
        errors[`${JSON.stringify(shape)} ${key.seed}`] = Math.max(...chunks(got.map((value, i) => Math.abs(value - wanted[i]!))));
      }
    }
    return errors;
  });

/** Maxima of pieces: a spread of a million arguments is too long for a call. */
function chunks(values: Float64Array): number[] {
  const out: number[] = [];
  for (let i = 0; i < values.length; i += 10_000) out.push(Math.max(...values.subarray(i, i + 10_000)));
  return out;
}
