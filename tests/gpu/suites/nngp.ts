import { activations, type Activation } from '$lib/base/activation';
import type { Backend, Matrix } from '$lib/backend/backend';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { worstEntries } from '../../support/kernel-entries';
import { numbers, relativeError, withBackend } from '../harness/suite';

/** Check values of theory.md §1 (a, c, b → NNGP, derivative). */
export const checkValues = () =>
  withBackend(async (backend) => {
    const rows: { activation: Activation; a: number; c: number; b: number; kernel: number; derivative: number }[] = [
      { activation: 'erf', a: 1, c: 0.5, b: 1, kernel: 0.2163468959, derivative: 0.4501581581 },
      { activation: 'relu', a: 1, c: 0.5, b: 1, kernel: 0.3044988905, derivative: 0.3333333333 },
      { activation: 'relu', a: 1, c: 0, b: 1, kernel: 0.1591549431, derivative: 0.25 },
      { activation: 'erf', a: 2, c: 0.7, b: 0.5, kernel: 0.2919720555, derivative: 0.4490369654 },
    ];
    let worst = 0;
    for (const row of rows) {
      using a = backend.upload({ rows: 1, columns: 1 }, [row.a]);
      using b = backend.upload({ rows: 1, columns: 1 }, [row.b]);
      using c = backend.upload({ rows: 1, columns: 1 }, [row.c]);
      const { kernel, derivative } = backend.nngp(row.activation, c, a, b);
      worst = Math.max(
        worst,
        Math.abs((await backend.read(kernel))[0]! / row.kernel - 1),
        Math.abs((await backend.read(derivative))[0]! / row.derivative - 1),
      );
      kernel[Symbol.dispose]();
      derivative[Symbol.dispose]();
    }
    return worst;
  });

/** Values of one map, and its derivative's, at covariances c and variances a (rows and columns alike), as numbers. */
async function evaluate(
  backend: Backend,
  activation: Activation,
  c: Float32Array,
  a: Float32Array,
  batch = 1,
): Promise<[Float64Array, Float64Array]> {
  const n = a.length / batch;
  using va = backend.upload({ batch, rows: n, columns: 1 }, a);
  using vc = backend.upload({ batch, rows: n, columns: n }, c);
  const { kernel, derivative } = backend.nngp(activation, vc, va, va);
  const values = await backend.read(kernel);
  const slopes = await backend.read(derivative);
  kernel[Symbol.dispose]();
  derivative[Symbol.dispose]();
  return [values, slopes];
}

/**
 * One map on covariances given by variances and correlations, all of them f32: worst errors of kernel and derivative,
 * relative to the scale of the pair, √(E φ(u)² E φ(v)²).
 */
async function mapErrors(gpu: Backend, activation: Activation, variances: readonly number[], correlations: readonly number[]) {
  const a = Float32Array.from(variances);
  const n = a.length;
  const reference = createReferenceBackend();
  const scales = await evaluate(reference, activation, a, a, n);
  const worst = [0, 0];
  for (const rho of correlations) {
    const c = Float32Array.from({ length: n * n }, (_, i) => rho * Math.sqrt(a[Math.floor(i / n)]! * a[i % n]!));
    const got = await evaluate(gpu, activation, c, a);
    const exact = await evaluate(reference, activation, c, a);
    for (const which of [0, 1] as const) {
      got[which].forEach((value, i) => {
        const scale = Math.sqrt(Math.abs(scales[which][Math.floor(i / n)]! * scales[which][i % n]!));
        const error = Math.abs(value - exact[which][i]!) / scale;
        if (!(error <= worst[which]!)) worst[which] = error;
      });
    }
  }
  return { kernel: worst[0]!, derivative: worst[1]! };
}

/** Variances over six decades and correlations up to ±1 and within a few roundings of it. */
export const maps = () =>
  withBackend(async (gpu) => {
    const correlations = [0, 0.1, -0.3, 0.5, 0.9, -0.9, 0.99, 0.999, -0.9999, 0.99999, 0.999999, 1 - 2 ** -22, 1, -1];
    const errors: Record<string, { kernel: number; derivative: number }> = {};
    for (const activation of activations) {
      const variances = activation === 'tanh' ? [1e-3, 0.1, 0.5, 1, 2, 5, 10, 25] : [1e-3, 0.1, 0.5, 1, 2, 5, 25, 1000];
      errors[activation] = await mapErrors(gpu, activation, variances, correlations);
    }
    return errors;
  });

/** On the diagonal (c = a = b, bit for bit) correlation is exactly 1: worst relative error of kernel and derivative. */
export const diagonal = () =>
  withBackend(async (gpu) => {
    const errors: Record<string, number> = {};
    const variances = Float32Array.from({ length: 64 }, (_, i) => 0.01 * 1.13 ** i);
    for (const activation of activations) {
      const results: Float64Array[] = [];
      for (const backend of [gpu, createReferenceBackend()]) {
        using a = backend.upload({ batch: 64, rows: 1, columns: 1 }, variances);
        const { kernel, derivative } = backend.nngp(activation, a, a, a);
        results.push(await backend.read(kernel), await backend.read(derivative));
        kernel[Symbol.dispose]();
        derivative[Symbol.dispose]();
      }
      errors[`${activation} kernel`] = worstRatio(results[0]!, results[2]!);
      errors[`${activation} derivative`] = worstRatio(results[1]!, results[3]!);
    }
    return errors;
  });

const worstRatio = (got: Float64Array, exact: Float64Array): number =>
  Math.max(...got.map((value, i) => (exact[i] === 0 ? Math.abs(value) : Math.abs(value / exact[i]! - 1))));

/** NNGP and NTK of depth 1 … 3 over two sets of inputs with duplicates and near duplicates, as `lazy` builds them; errors against reference. */
export const recursion = (given: unknown) => {
  const { depth, activation, workLimit } = given as { depth: number; activation: Activation; workLimit?: number };
  return withBackend(
    async (gpu) => {
      const [n, m, dimension] = [40, 33, 20];
      const x = numbers(n * dimension, 1).map((value) => Math.fround(1.7 * value));
      const z = numbers(m * dimension, 2).map((value) => Math.fround(1.7 * value));
      // The last ones again, exactly, nearly and reversed.
      for (let j = 0; j < dimension; j++) {
        z[j] = x[j]!;
        z[dimension + j] = Math.fround(x[dimension + j]! * (1 + 1e-4 * Math.sin(j)));
        z[2 * dimension + j] = -x[2 * dimension + j]!;
      }
      const results: Float64Array[] = [];
      for (const backend of [gpu, createReferenceBackend()])
        results.push(...(await lazyKernels(backend, activation, depth, { n, m, dimension, x, z })));
      return { nngp: relativeError(results[0]!, results[2]!), ntk: relativeError(results[1]!, results[3]!) };
    },
    workLimit === undefined ? {} : { workLimit },
  );
};

interface Inputs {
  readonly n: number;
  readonly m: number;
  readonly dimension: number;
  readonly x: Float32Array;
  readonly z: Float32Array;
}

/** Variances of a set of inputs: x · x/D. */
function variances(backend: Backend, x: Matrix): Matrix {
  using square = backend.hadamard(x, x);
  using sum = backend.rowSums(square);
  return backend.combine([[1 / x.columns, sum]]);
}

async function lazyKernels(
  backend: Backend,
  activation: Activation,
  depth: number,
  { n, m, dimension, x, z }: Inputs,
): Promise<Float64Array[]> {
  using left = backend.upload({ rows: n, columns: dimension }, x);
  using right = backend.upload({ rows: m, columns: dimension }, z);
  let kernel = backend.gram(left, right);
  let tangent = backend.combine([[1, kernel]]);
  let a = variances(backend, left);
  let b = variances(backend, right);
  for (let layer = 0; layer < depth; layer++) {
    const next = backend.nngp(activation, kernel, a, b);
    using carried = backend.hadamard(next.derivative, tangent);
    const nextTangent = backend.combine([
      [1, next.kernel],
      [1, carried],
    ]);
    const ofVariances = (v: Matrix, count: number): Matrix => {
      using each = backend.reshape(v, { batch: count, rows: 1, columns: 1 });
      const map = backend.nngp(activation, each, each, each);
      map.derivative[Symbol.dispose]();
      using values = map.kernel;
      return backend.reshape(values, { rows: count, columns: 1 });
    };
    const [nextA, nextB] = [ofVariances(a, n), ofVariances(b, m)];
    for (const old of [kernel, tangent, a, b, next.derivative]) old[Symbol.dispose]();
    [kernel, tangent, a, b] = [next.kernel, nextTangent, nextA, nextB];
  }
  const read = [await backend.read(kernel), await backend.read(tangent)];
  for (const old of [kernel, tangent, a, b]) old[Symbol.dispose]();
  return read;
}

/** Maps of Gram matrices, whole and cut into many submissions, against the reference: worst relative error by case. */
export const kernelGrams = (given: unknown) => {
  const { variant, workLimit } = given as { variant: 'registers' | 'shared'; workLimit?: number };
  return withBackend(
    async (gpu) => {
      const errors: Record<string, number> = {};
      const reference = createReferenceBackend();
      for (const activation of activations)
        for (const [n, m, dimension, batch] of [
          [1, 1, 1, 1],
          [31, 33, 3, 2],
          [33, 31, 4, 1],
          [40, 7, 300, 3],
          [257, 65, 66, 1],
        ] as const)
          for (const scales of [undefined, { covariance: 0.3, rows: 0.8, columns: 0.8 }, { covariance: 0.3, rows: 0.8, columns: 1 }])
            for (const alone of [true, false]) {
              const results: Float64Array[] = [];
              for (const backend of [gpu, reference]) {
                // A view whose offset is no multiple of four where the rows are none.
                using all = backend.upload({ batch: batch + 1, rows: n, columns: dimension }, numbers((batch + 1) * n * dimension, 1));
                using x = backend.slice(all, 1, batch);
                using z = backend.upload({ rows: m, columns: dimension }, numbers(m * dimension, 2));
                using kernel = backend.kernelGram(activation, x, alone ? undefined : z, scales);
                results.push(await backend.read(kernel));
              }
              errors[`${activation} ${n} ${m} ${dimension} ${JSON.stringify(scales)} ${alone}`] = relativeError(results[0]!, results[1]!);
            }
      return errors;
    },
    { product: variant, ...(workLimit !== undefined && { workLimit }) },
  );
};

/** Whether a kernel of points with themselves is exactly symmetric, and bytes that were made for it besides the result. */
export const kernelGramOnce = () =>
  withBackend(async (backend) => {
    const n = 150;
    using x = backend.upload({ rows: n, columns: 64 }, numbers(n * 64, 1));
    const before = [backend.dispatches, backend.liveBytes] as const;
    using kernel = backend.kernelGram('erf', x);
    const counts = { dispatches: backend.dispatches - before[0], bytes: backend.liveBytes - before[1] };
    const values = await backend.read(kernel);
    const asymmetric = values.filter((value, at) => value !== values[(at % n) * n + Math.floor(at / n)]).length;
    return { ...counts, asymmetric };
  });

/** Entries of NNGP and NTK against 60-digit values, where single precision can hold them: the worst by activation and kernel. */
export const entries = () => withBackend((backend) => worstEntries(backend, { least: 1e-31, most: 1e31 }));
