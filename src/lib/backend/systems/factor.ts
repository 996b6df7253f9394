import type { Backend, Factor, Matrix } from '$lib/backend/backend';
import { jitterLadder, type Jitter, type JitterPolicy } from './jitter';

/** Why a matrix of a batch has no factor. */
export interface Failure {
  /** 0-based index of the first pivot that is not positive, or so small that rounding alone could have made it. */
  readonly pivot: number;
  readonly size: number;
  /** 0-based row that holds an entry that is not a finite number, where that is the reason. */
  readonly notFinite?: number;
}

/** What `factorSystems` is told. */
export interface FactorOptions {
  /** Whether jitter is allowed, one a batch entry; nowhere when not given. */
  readonly jitter?: readonly JitterPolicy[] | undefined;
  /** Whether a matrix without a ridge whose factor does not solve counts as not positive definite: two more read-backs there. */
  readonly refuseSingular?: boolean;
}

/** A batch of symmetric positive-definite systems A = K + (shift + jitter) I with their factors. Owns all but the kernel. */
export interface Systems {
  /** K, [B or 1, n, n]; borrowed, and read by refinement alone. */
  readonly kernel: Matrix;
  /** A, [B, n, n]. */
  readonly matrix: Matrix;
  readonly factor: Factor;
  /** What was added to each diagonal altogether: shift + jitter. */
  readonly ridges: readonly number[];
  readonly jitters: readonly Jitter[];
  /** First bad pivot of each entry before any jitter, −1 where there was none. */
  readonly pivots: readonly number[];
  /** Why an entry has no factor whatever was allowed; undefined where it has one. */
  readonly failures: readonly (Failure | undefined)[];
  [Symbol.dispose](): void;
}

/**
 * Factors K + shift I for K [B or 1, n, n] and one shift a batch entry. Entries that are not positive definite climb the jitter ladder
 * where they may; what was added is told, and so is what could not be helped (its factor is not-a-number from the bad pivot on).
 * One read-back without jitter, one more a rung.
 */
export async function factorSystems(
  backend: Backend,
  kernel: Matrix,
  shifts: readonly number[],
  options: FactorOptions = {},
): Promise<Systems> {
  const n = kernel.rows;
  let attempt = await attemptFactor(backend, kernel, shifts, options);
  const first = attempt;
  const rows = first.bad.some((pivot) => pivot >= 0) ? await notFiniteRows(backend, first.matrix) : [];
  const jitters: Jitter[] = shifts.map(() => ({ share: 0, added: 0 }));
  for (const share of jitterLadder.slice(1)) {
    const climbing = shifts.map((_, b) => attempt.bad[b] !== -1 && options.jitter?.[b] === 'auto' && rows[b] === -1);
    if (!climbing.some(Boolean)) break;
    climbing.forEach((climbs, b) => {
      if (climbs) jitters[b] = { share, added: share * (first.means[b] as number) };
    });
    dispose(attempt);
    attempt = await attemptFactor(
      backend,
      kernel,
      shifts.map((shift, b) => shift + (jitters[b] as Jitter).added),
      options,
    );
  }
  const { matrix, factor, bad } = attempt;
  return {
    kernel,
    matrix,
    factor,
    ridges: shifts.map((shift, b) => shift + (jitters[b] as Jitter).added),
    jitters,
    pivots: first.bad,
    failures: bad.map((pivot, b) => {
      if (pivot < 0) return undefined;
      const row = rows[b] ?? -1;
      return { pivot, size: n, ...(row >= 0 && { notFinite: row }) };
    }),
    [Symbol.dispose]() {
      dispose(attempt);
    },
  };
}

interface Attempt {
  readonly matrix: Matrix;
  readonly factor: Factor;
  /** First bad pivot of each entry, or −1. */
  readonly bad: readonly number[];
  /** Mean diagonal entry of each. */
  readonly means: readonly number[];
}

const dispose = ({ matrix, factor }: Attempt): void => {
  matrix[Symbol.dispose]();
  factor[Symbol.dispose]();
};

/**
 * A pivot that is left of a_ii after elimination carries an error of about √n ε a_ii: one below that was made by rounding (a repeated
 * example without a ridge leaves such a one) and counts as bad although it happened to come out positive. So does, where that is asked for,
 * the smallest of a factor that does not solve.
 */
async function attemptFactor(
  backend: Backend,
  kernel: Matrix,
  ridges: readonly number[],
  { refuseSingular = false }: FactorOptions,
): Promise<Attempt> {
  const matrix = backend.addDiagonal(kernel, ridges);
  const factor = backend.cholesky(matrix);
  using before = backend.diagonal(matrix);
  using roots = backend.diagonal(factor.lower);
  const [reported, entries, left] = await Promise.all([factor.failures(), backend.read(before), backend.read(roots)]);
  const n = kernel.rows;
  const rounding = 4 * Math.sqrt(n) * backend.roundoff;
  const of = (numbers: Float64Array, b: number): Float64Array => numbers.subarray(b * n, (b + 1) * n);
  const means = Array.from(reported, (_, b) => of(entries, b).reduce((sum, value) => sum + value, 0) / n);
  const bad = Array.from(reported, (pivot, b) => {
    if (pivot >= 0) return pivot;
    const whole = of(entries, b);
    return of(left, b).findIndex((root, i) => !(root * root > rounding * (whole[i] as number)));
  });
  // Without a ridge to speak of, pivots that are ever so small one after the other may add up to a matrix that is singular all the same.
  const bare = ridges.map((ridge, b) => refuseSingular && bad[b] === -1 && ridge < n * backend.roundoff * (means[b] as number));
  if (bare.some(Boolean)) {
    const useless = await uselessFactors(backend, matrix, factor);
    useless.forEach((is, b) => {
      if (!is || !bare[b]) return;
      const whole = of(entries, b);
      const shares = Array.from(of(left, b), (root, i) => (root * root) / (whole[i] as number));
      bad[b] = shares.indexOf(Math.min(...shares));
    });
  }
  return {
    matrix,
    factor,
    bad,
    means,
  };
}

/** The part of a right-hand side that a factor may miss before its matrix counts as singular. */
const mostMissed = 0.1;

/**
 * Whether A (A⁻¹ v) misses v for v = A⁻¹u, u rough, which lies along the smallest eigenvalues: one answer a batch entry. What is missed is of
 * the order of the condition number times the roundoff. Two read-backs.
 */
async function uselessFactors(backend: Backend, matrix: Matrix, factor: Factor): Promise<readonly boolean[]> {
  const { batch, rows: n } = matrix;
  const size = (of: Float64Array, b: number): number =>
    Math.sqrt(of.subarray(b * n, (b + 1) * n).reduce((sum, value) => sum + value * value, 0));
  const upload = (numbers: Float64Array): Matrix => backend.upload({ batch, rows: n, columns: 1 }, numbers);
  using rough = upload(Float64Array.from({ length: batch * n }, (_, i) => Math.cos(2.4 * (i % n) * (i % n)) + 0.3));
  using first = backend.solve(factor, rough);
  const along = await backend.read(first);
  const sizes = Array.from({ length: batch }, (_, b) => size(along, b));
  using v = upload(along.map((value, i) => value / (sizes[Math.floor(i / n)] || 1)));
  using x = backend.solve(factor, v);
  using back = backend.product(matrix, x);
  using missed = backend.combine([
    [1, back],
    [-1, v],
  ]);
  const left = await backend.read(missed);
  return sizes.map((_, b) => !(size(left, b) <= mostMissed));
}

/** The first row of each entry that holds what is not a finite number, or −1. */
async function notFiniteRows(backend: Backend, matrix: Matrix): Promise<readonly number[]> {
  using sums = backend.rowSums(matrix);
  const numbers = await backend.read(sums);
  const n = matrix.rows;
  return Array.from({ length: matrix.batch }, (_, b) => numbers.subarray(b * n, (b + 1) * n).findIndex((value) => !Number.isFinite(value)));
}

/** A failure as people read it: `not positive definite (pivot 3 of 12)`. */
export const failureText = ({ pivot, size, notFinite }: Failure): string =>
  notFinite === undefined
    ? `is not positive definite (pivot ${pivot + 1} of ${size})`
    : `has an entry that is not a finite number (row ${notFinite + 1} of ${size})`;
