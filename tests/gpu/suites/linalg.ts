import type { Factor } from '$lib/backend/backend';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import type { WebGpuBackend } from '$lib/backend/webgpu/backend';
import { illConditioned } from '../harness/ill-conditioned';
import { aboveDiagonal, asymmetry, factorRatio, inverseRatio, logDeterminantRatio, solveRatio, worstOf } from '../harness/lapack';
import { numbers, relativeError, withBackend } from '../harness/suite';

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

/** The worst of a batch, see `harness/lapack.ts`. */
export interface Ratios {
  readonly factor: number;
  /** Largest |L_ij| above the diagonal. */
  readonly above: number;
  /** Of solves with one right-hand side, several, and through L⁻¹ and L⁻ᵀ one after the other. */
  readonly one: number;
  readonly many: number;
  readonly halves: number;
  readonly inverse: number;
  /** Of the inverse. */
  readonly asymmetry: number;
  readonly logDeterminant: number;
  readonly failures: readonly number[];
}

/** So many different matrices are in a batch, each in sizes from 1/8 to 8 (scaling by a power of two changes no rounding). */
const different = 8;

/** Multiplications of the check in double precision up to which every column of a residual is looked at. */
const wholeBelow = 2e7;

/** A batch of ill-conditioned kernel matrices, [batch, n, n]. */
const kernelMatrices = ({ activation, n, batch, condition }: RatioGiven): Float32Array => {
  const bases = Array.from({ length: Math.min(batch, different) }, (_, seed) => illConditioned(activation, n, condition, seed + 1));
  const all = new Float32Array(batch * n * n);
  for (let entry = 0; entry < batch; entry++)
    all.set(
      bases[entry % different]!.map((value) => value * 2 ** ((entry % 7) - 3)),
      entry * n * n,
    );
  return all;
};

const ratiosOf = async (backend: WebGpuBackend, given: RatioGiven): Promise<Ratios> => {
  const { n, batch } = given;
  const systems = kernelMatrices(given);
  const m = 11;
  const right = numbers(batch * n * m, 5);
  const single = numbers(batch * n, 6);
  using a = backend.upload({ batch, rows: n, columns: n }, systems);
  using b = backend.upload({ batch, rows: n, columns: m }, right);
  using b1 = backend.upload({ batch, rows: n, columns: 1 }, single);
  using factor = backend.cholesky(a);
  using many = backend.solve(factor, b);
  using one = backend.solve(factor, b1);
  using half = backend.solveLower(factor, b);
  using halves = backend.solveLower(factor, half, true);
  using inverse = backend.inverse(factor);
  using logDeterminant = backend.logDeterminant(factor);
  const [failures, lowers, solutions, singles, turned, inverses, logarithms] = await Promise.all([
    factor.failures(),
    backend.read(factor.lower),
    backend.read(many),
    backend.read(one),
    backend.read(halves),
    backend.read(inverse),
    backend.read(logDeterminant),
  ]);
  const whole = batch * n ** 3 < wholeBelow;
  const ratios = Array.from({ length: batch }, (_, entry) => {
    const part = <T extends Float64Array | Float32Array>(values: T, size: number): T =>
      values.subarray(entry * size, (entry + 1) * size) as T;
    const [system, l, v] = [part(systems, n * n), part(lowers, n * n), part(inverses, n * n)];
    return {
      factor: factorRatio(l, system, n, whole),
      above: aboveDiagonal(l, n),
      one: solveRatio(system, part(singles, n), part(single, n), n, 1),
      many: solveRatio(system, part(solutions, n * m), part(right, n * m), n, m),
      halves: solveRatio(system, part(turned, n * m), part(right, n * m), n, m),
      inverse: inverseRatio(system, v, n, whole),
      asymmetry: asymmetry(v, n),
      logDeterminant: logDeterminantRatio(logarithms[entry]!, l, n),
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
    { product: (given as RatiosGiven).variant, cholesky: (given as RatiosGiven).variant },
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
    { product: (given as HonestyGiven).variant, cholesky: (given as HonestyGiven).variant },
  );

export interface DispatchesGiven {
  readonly n: number;
  readonly batch: number;
  readonly variant: 'registers' | 'shared';
}

/** Dispatches of factorisation, solve, inverse and log-determinant of a batch, and of its entries one by one. */
export const dispatches = (given: unknown) =>
  withBackend(
    async (backend) => {
      const { n, batch } = given as DispatchesGiven;
      using all = backend.upload({ batch, rows: n, columns: n }, kernelMatrices({ activation: 'erf', n, batch, condition: 1000 }));
      using sides = backend.upload({ batch, rows: n, columns: 1 }, numbers(batch * n, 2));
      const counted = async (count: number, first: number): Promise<number[]> => {
        const marks = [backend.dispatches];
        using a = backend.slice(all, first, count);
        using b = backend.slice(sides, first, count);
        using factor = backend.cholesky(a);
        marks.push(backend.dispatches);
        using x = backend.solve(factor, b);
        marks.push(backend.dispatches);
        using inverse = backend.inverse(factor);
        marks.push(backend.dispatches);
        using logarithms = backend.logDeterminant(factor);
        marks.push(backend.dispatches);
        await Promise.all([backend.read(x), backend.read(inverse), backend.read(logarithms)]);
        return marks.slice(1).map((mark, i) => mark - marks[i]!);
      };
      const together = await counted(batch, 0);
      const apart = [0, 0, 0, 0];
      for (let entry = 0; entry < batch; entry++) (await counted(1, entry)).forEach((count, i) => (apart[i]! += count));
      return { together, apart };
    },
    { cholesky: (given as DispatchesGiven).variant },
  );
