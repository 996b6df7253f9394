import type { Factor } from '$lib/backend/backend';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import type { WebGpuBackend } from '$lib/backend/webgpu/backend';
import { numbers, relativeError, withBackend } from '../harness/suite';
import { illConditioned } from '../harness/ill-conditioned';

const roundoff = 2 ** -24;

export interface RatioGiven {
  readonly activation: 'erf' | 'relu';
  readonly n: number;
  readonly batch: number;
  readonly condition: number;
}

export interface RatiosGiven {
  readonly variant: Variant;
  readonly systems: readonly RatioGiven[];
}

/** Kernels of registers without barriers (software adapters), or with workgroup memory (real GPUs); both run everywhere. */
export type Variant = 'registers' | 'shared';

export interface Ratios {
  /** ‖L Lᵀ − A‖ / (n ‖A‖ ε) */
  readonly factor: number;
  /** Largest |L_ij| above the diagonal. */
  readonly above: number;
  /** ‖b − A x‖ / (‖A‖ ‖x‖ ε), worst column: one right-hand side, several, and through L⁻¹ and L⁻ᵀ one after the other. */
  readonly one: number;
  readonly many: number;
  readonly halves: number;
  /** ‖A V − I‖ / (n ‖A‖ ‖V‖ ε) for V = A⁻¹, and its largest asymmetry. */
  readonly inverse: number;
  readonly asymmetry: number;
  /** |log det − exact| / Σ|2 log L_ii|, in ε. */
  readonly logDeterminant: number;
  readonly failures: readonly number[];
}

/** ‖·‖₁ of the n × m matrix whose entries `entry` gives. */
const norm1 = (n: number, m: number, entry: (i: number, j: number) => number): number => {
  let worst = 0;
  for (let j = 0; j < m; j++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += Math.abs(entry(i, j));
    if (!(sum <= worst)) worst = sum;
  }
  return worst;
};

/** Σ_k x[i, k] y[k, j] with the strides given. */
const dot = (count: number, x: (k: number) => number, y: (k: number) => number): number => {
  let sum = 0;
  for (let k = 0; k < count; k++) sum += x(k) * y(k);
  return sum;
};

/** Worst column of ‖b − A x‖ / (‖A‖ ‖x‖ ε). */
const solveRatio = (a: Float32Array, x: Float64Array, b: Float32Array, n: number, m: number): number => {
  const scale = norm1(n, n, (i, j) => a[i * n + j]!);
  let worst = 0;
  for (let c = 0; c < m; c++) {
    const residual = norm1(
      n,
      1,
      (i) =>
        b[i * m + c]! -
        dot(
          n,
          (k) => a[i * n + k]!,
          (k) => x[k * m + c]!,
        ),
    );
    const ratio = residual / (scale * norm1(n, 1, (i) => x[i * m + c]!) * roundoff);
    if (!(ratio <= worst)) worst = ratio;
  }
  return worst;
};

const worstOf = (values: readonly number[]): number => values.reduce((worst, value) => (value <= worst ? worst : value), 0);

const ratiosOf = async (backend: WebGpuBackend, { activation, n, batch, condition }: RatioGiven): Promise<Ratios> => {
  const systems = Array.from({ length: batch }, (_, entry) => illConditioned(activation, n, condition, entry + 1));
  const all = new Float32Array(batch * n * n);
  systems.forEach((system, entry) => all.set(system, entry * n * n));
  const m = 11;
  const right = numbers(batch * n * m, 5);
  const single = numbers(batch * n, 6);
  using a = backend.upload({ batch, rows: n, columns: n }, all);
  using b = backend.upload({ batch, rows: n, columns: m }, right);
  using b1 = backend.upload({ batch, rows: n, columns: 1 }, single);
  using factor = backend.cholesky(a);
  using many = backend.solve(factor, b);
  using one = backend.solve(factor, b1);
  using half = backend.solveLower(factor, b);
  using halves = backend.solveLower(factor, half, true);
  using inverse = backend.inverse(factor);
  using logDeterminant = backend.logDeterminant(factor);
  const failures = await factor.failures();
  const [lowers, manys, ones, halvess, inverses, logs] = [
    await backend.read(factor.lower),
    await backend.read(many),
    await backend.read(one),
    await backend.read(halves),
    await backend.read(inverse),
    await backend.read(logDeterminant),
  ];
  const ratios = systems.map((system, entry) => {
    const part = (values: Float64Array, size: number): Float64Array => values.subarray(entry * size, (entry + 1) * size);
    const l = part(lowers, n * n);
    const v = part(inverses, n * n);
    const at = (matrix: ArrayLike<number>, i: number, j: number): number => matrix[i * n + j]!;
    const scale = norm1(n, n, (i, j) => at(system, i, j));
    const residual = norm1(
      n,
      n,
      (i, j) =>
        dot(
          Math.min(i, j) + 1,
          (k) => at(l, i, k),
          (k) => at(l, j, k),
        ) - at(system, i, j),
    );
    const identity = norm1(
      n,
      n,
      (i, j) =>
        dot(
          n,
          (k) => at(system, i, k),
          (k) => at(v, k, j),
        ) - (i === j ? 1 : 0),
    );
    // The exact log-determinant of L Lᵀ: rounding of the factorisation itself is measured above.
    const logarithms = Array.from({ length: n }, (_, i) => 2 * Math.log(at(l, i, i)));
    const exact = logarithms.reduce((sum, value) => sum + value, 0);
    const size = logarithms.reduce((sum, value) => sum + Math.abs(value), 0);
    return {
      factor: residual / (n * scale * roundoff),
      above: norm1(n, n, (i, j) => (j > i ? at(l, i, j) : 0)),
      one: solveRatio(system, part(ones, n), single.subarray(entry * n, (entry + 1) * n), n, 1),
      many: solveRatio(system, part(manys, n * m), right.subarray(entry * n * m, (entry + 1) * n * m), n, m),
      halves: solveRatio(system, part(halvess, n * m), right.subarray(entry * n * m, (entry + 1) * n * m), n, m),
      inverse: identity / (n * scale * norm1(n, n, (i, j) => at(v, i, j)) * roundoff),
      asymmetry: norm1(n, n, (i, j) => at(v, i, j) - at(v, j, i)),
      logDeterminant: Math.abs(logs[entry]! - exact) / ((size || 1) * roundoff),
    };
  });
  const worst = (key: keyof (typeof ratios)[number]): number => worstOf(ratios.map((ratio) => ratio[key]));
  return {
    factor: worst('factor'),
    above: worst('above'),
    one: worst('one'),
    many: worst('many'),
    halves: worst('halves'),
    inverse: worst('inverse'),
    asymmetry: worst('asymmetry'),
    logDeterminant: worst('logDeterminant'),
    failures: [...failures],
  };
};

/** LAPACK's ratios on ill-conditioned kernel matrices, checked against sums in double precision. */
export const ratios = (given: unknown) =>
  withBackend(
    async (backend) => {
      const results: Ratios[] = [];
      for (const one of (given as RatiosGiven).systems) results.push(await ratiosOf(backend, one));
      return results;
    },
    { product: (given as RatiosGiven).variant },
  );

/** Broadcasting of a factor over right-hand sides and the other way, against the reference. */
export const broadcast = () =>
  withBackend(async (backend) => {
    const reference = createReferenceBackend();
    const [n, m, batch] = [37, 9, 3];
    const system = illConditioned('erf', n, 100, 1);
    const systems = Float32Array.from({ length: batch * n * n }, (_, i) => (1 + Math.floor(i / (n * n))) * system[i % (n * n)]!);
    const sides = numbers(batch * n * m, 3);
    const errors: number[] = [];
    for (const [left, right] of [
      [1, batch],
      [batch, 1],
      [batch, batch],
    ] as const) {
      const solutions = [];
      for (const each of [backend, reference]) {
        using a = each.upload({ batch: left, rows: n, columns: n }, systems.subarray(0, left * n * n));
        using b = each.upload({ batch: right, rows: n, columns: m }, sides.subarray(0, right * n * m));
        using factor: Factor = each.cholesky(a);
        using x = each.solve(factor, b);
        solutions.push(await each.read(x));
      }
      errors.push(relativeError(solutions[0]!, solutions[1]!));
    }
    reference.dispose();
    return errors;
  });

export interface HonestyGiven {
  readonly n: number;
  readonly bad: number;
  readonly variant: Variant;
}

/** What is reported for bad systems of size n, and whether the device still works afterwards. */
export const honesty = (given: unknown) =>
  withBackend(
    async (backend) => {
      const { n, bad } = given as HonestyGiven;
      const good = illConditioned('relu', n, 1000, 1);
      const make = (entry: number): Float32Array => {
        const values = good.slice();
        // Entry 0 good; 1 a negative pivot; 2 all zero; 3 not-a-number at the pivot; 4 not-a-number left of it (infinity at the first).
        if (entry === 1) values[bad * n + bad] = -1;
        if (entry === 2) values.fill(0);
        if (entry === 3) values[bad * n + bad] = NaN;
        if (entry === 4) values[bad * n] = bad === 0 ? Infinity : NaN;
        return values;
      };
      const all = new Float32Array(5 * n * n);
      for (let entry = 0; entry < 5; entry++) all.set(make(entry), entry * n * n);
      using a = backend.upload({ batch: 5, rows: n, columns: n }, all);
      using factor = backend.cholesky(a);
      using b = backend.upload({ rows: n, columns: 1 }, numbers(n, 2));
      using x = backend.solve(factor, b);
      const failures = [...(await factor.failures())];
      const solutions = await backend.read(x);
      const lasts = Array.from({ length: 5 }, (_, entry) => Number.isFinite(solutions[entry * n + n - 1]!));
      let empty = '';
      try {
        using none = backend.zeros({ rows: 0, columns: 0 });
        backend.cholesky(none);
      } catch (error) {
        empty = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      }
      using again = backend.upload({ rows: n, columns: n }, good);
      using factorAgain = backend.cholesky(again);
      return { failures, lasts, empty, after: [...(await factorAgain.failures())] };
    },
    { product: (given as HonestyGiven).variant },
  );

/** Dispatches of a factorisation and of a solve. */
export const dispatches = (given: unknown) =>
  withBackend(async (backend) => {
    const { n, batch } = given as { readonly n: number; readonly batch: number };
    const system = illConditioned('erf', n, 1000, 1);
    const all = new Float32Array(batch * n * n);
    for (let entry = 0; entry < batch; entry++) all.set(system, entry * n * n);
    using a = backend.upload({ batch, rows: n, columns: n }, all);
    using b = backend.upload({ batch, rows: n, columns: 1 }, numbers(batch * n, 2));
    const before = backend.dispatches;
    using factor = backend.cholesky(a);
    const between = backend.dispatches;
    using x = backend.solve(factor, b);
    await backend.read(x);
    return { cholesky: between - before, solve: backend.dispatches - between };
  });
