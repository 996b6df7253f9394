import { describe, expect, test } from 'vitest';
import type { Backend } from '$lib/backend/backend';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { systemConditions } from '$lib/backend/systems/condition';
import { factorSystems, failureText } from '$lib/backend/systems/factor';
import { jitterText } from '$lib/backend/systems/jitter';
import { solveSystems } from '$lib/backend/systems/solve';
import { symmetricEigen } from '$lib/theory/eigen';
import { eliminated, numbers, relativeDistance, rowsOf } from './naive';

/** V diag(values) Vᵀ for a Householder reflection V: a symmetric matrix whose spectrum is known, row-major. */
const withSpectrum = (values: readonly number[], seed = 1): Float64Array => {
  const n = values.length;
  const u = numbers(n, seed);
  const square = u.reduce((sum, x) => sum + x * x, 0);
  const v = (i: number, j: number): number => (i === j ? 1 : 0) - (2 * (u[i] as number) * (u[j] as number)) / square;
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return values.reduce((sum, value, k) => sum + v(i, k) * value * v(j, k), 0);
  });
};

/** Eigenvalues from 1 down to 1/condition, evenly on a logarithmic scale. */
const spread = (n: number, condition: number): number[] => Array.from({ length: n }, (_, i) => condition ** (-i / (n - 1)));

const uploaded = (backend: Backend, n: number, ...matrices: readonly ArrayLike<number>[]) =>
  backend.upload(
    { batch: matrices.length, rows: n, columns: n },
    matrices.flatMap((one) => Array.from(one)),
  );

/** A backend whose factors are those of matrices with entries off by a share of `noise`, as rounding would have them. */
const rough = (noise: number): Backend => {
  const exact = createReferenceBackend();
  return {
    ...exact,
    cholesky: (a) => {
      const n = a.rows;
      const random = numbers(n * n, 7);
      const symmetric = random.map((_, at) => {
        const [i, j] = [Math.floor(at / n), at % n];
        return 1 + noise * (random[Math.max(i, j) * n + Math.min(i, j)] as number);
      });
      using factors = exact.upload({ rows: n, columns: n }, symmetric);
      using off = exact.hadamard(a, factors);
      return exact.cholesky(off);
    },
  };
};

describe('systems that are not positive definite', () => {
  const n = 12;
  const mean = 1;
  // Mean diagonal entry 1; the last eigenvalue is −4·10⁻⁶.
  const almost = withSpectrum([n * mean - 0.5 * (n - 2) + 4e-6, ...new Array<number>(n - 2).fill(0.5), -4e-6]);
  const good = withSpectrum(spread(n, 100));

  test('without leave, the pivot is named and nothing is added', async () => {
    const backend = createReferenceBackend();
    using kernel = uploaded(backend, n, good, almost);
    using systems = await factorSystems(backend, kernel, [0, 0]);
    expect(systems.failures[0]).toBeUndefined();
    expect(systems.failures[1]?.size).toBe(n);
    expect(systems.jitters).toEqual([
      { share: 0, added: 0 },
      { share: 0, added: 0 },
    ]);
    expect(failureText({ pivot: 2, size: 12 })).toBe('is not positive definite (pivot 3 of 12)');
  });

  test('with leave, the least rung that helps is added, to that entry alone, and told', async () => {
    const backend = createReferenceBackend();
    using kernel = uploaded(backend, n, good, almost);
    using systems = await factorSystems(backend, kernel, [0, 0], { jitter: ['auto', 'auto'] });
    expect(systems.failures).toEqual([undefined, undefined]);
    expect(systems.jitters[0]).toEqual({ share: 0, added: 0 });
    expect(systems.jitters[1]?.share).toBe(1e-5);
    expect(systems.jitters[1]?.added).toBeCloseTo(1e-5 * mean, 12);
    expect(systems.ridges[1]).toBe(systems.jitters[1]?.added);
    expect(systems.pivots[1]).toBeGreaterThanOrEqual(0);
    const matrix = await backend.read(systems.matrix);
    expect((matrix[n * n] as number) - (almost[0] as number)).toBeCloseTo(1e-5, 12);
    expect(jitterText({ share: 1e-5, added: 1e-5 }, 11)).toBe(
      'jitter 1e-5 of the mean diagonal (0.00001) was added to the diagonal, for pivot 12 was not positive',
    );
  });

  test('what no rung helps stays a failure', async () => {
    const backend = createReferenceBackend();
    const worse = withSpectrum([...new Array<number>(n - 1).fill(1), -0.1]);
    using kernel = uploaded(backend, n, worse);
    using systems = await factorSystems(backend, kernel, [0], { jitter: ['auto'] });
    expect(systems.failures[0]?.pivot).toBeGreaterThanOrEqual(0);
  });

  test('a pivot that rounding alone made positive is bad', async () => {
    const backend = createReferenceBackend();
    // Two examples the same but for a bit.
    using kernel = uploaded(backend, 2, [1, 1, 1, 1 + 2 ** -52]);
    using systems = await factorSystems(backend, kernel, [0]);
    expect(systems.failures[0]).toEqual({ pivot: 1, size: 2 });
  });

  test.each([NaN, Infinity])('%d in the matrix is named by its row, and no jitter is tried', async (bad) => {
    const backend = createReferenceBackend();
    for (const [row, column] of [
      [4, 4],
      [7, 2],
    ] as const) {
      const values = good.slice();
      values[row * n + column] = bad;
      values[column * n + row] = bad;
      using kernel = uploaded(backend, n, values, good);
      using systems = await factorSystems(backend, kernel, [0.1, 0.1], { jitter: ['off', 'auto'] });
      expect(systems.failures[0]?.notFinite).toBe(Math.min(row, column));
      expect(systems.failures[1]).toBeUndefined();
    }
    expect(failureText({ pivot: 2, size: 12, notFinite: 2 })).toBe('has an entry that is not a finite number (row 3 of 12)');
  });

  test('no rows are a problem', async () => {
    const backend = createReferenceBackend();
    using none = backend.zeros({ rows: 0, columns: 0 });
    await expect(factorSystems(backend, none, [0])).rejects.toThrow('the matrix must have at least one row, got 0');
  });

  test('storage is given back', async () => {
    const backend = createReferenceBackend();
    {
      using kernel = uploaded(backend, n, good, almost);
      using solves = await solveSystems(backend, kernel, [0, 0], [numbers(n, 1), numbers(n, 2)], { jitter: ['auto', 'auto'] });
      expect(solves.reports).toHaveLength(2);
    }
    expect(backend.liveBytes).toBe(0);
  });
});

test.each([1e2, 1e4, 1e6])('condition %d is estimated from below, to within a factor of two', async (condition) => {
  const backend = createReferenceBackend();
  const n = 40;
  const matrices = [1, 2, 3].map((seed) => withSpectrum(spread(n, condition), seed));
  using kernel = uploaded(backend, n, ...matrices);
  using systems = await factorSystems(backend, kernel, [0, 0, 0]);
  for (const [b, estimate] of (await systemConditions(backend, systems)).entries()) {
    const { values } = symmetricEigen(matrices[b] as Float64Array, n);
    const exact = (values[n - 1] as number) / (values[0] as number);
    expect(estimate).toBeLessThan(exact * (1 + 1e-6));
    expect(estimate).toBeGreaterThan(exact / 2);
  }
});

describe('refinement', () => {
  test.each([1, 2, 3])('the smallest systems come to double precision too: %d rows', async (n) => {
    const backend = createReferenceBackend();
    const random = numbers(200 * (n + 2), n);
    for (let at = 0; at < random.length; at += n + 2) {
      const factor = random.subarray(at, at + n);
      const kernel = Float64Array.from({ length: n * n }, (_, k) => (factor[Math.floor(k / n)] as number) * (factor[k % n] as number));
      using matrix = uploaded(backend, n, kernel);
      const ridge = 0.1 + Math.abs(random[at + n] as number);
      const right = Float64Array.from({ length: n }, (_, i) => (random[at + n + 1] as number) + i);
      using solves = await solveSystems(backend, matrix, [ridge], [right]);
      expect(solves.reports[0]?.converged, `system ${at / (n + 2)}`).toBe(true);
    }
  });

  const n = 50;
  const right = numbers(n, 3);

  test.each([1e3, 1e5, 1e6])('brings a rough factor to double precision at condition %d', async (condition) => {
    const backend = rough(2 ** -24);
    const matrix = withSpectrum(spread(n, condition));
    using kernel = uploaded(backend, n, matrix);
    using solves = await solveSystems(backend, kernel, [0], [right]);
    const [report] = solves.reports;
    if (!report) throw new Error('no report');
    expect(report.converged).toBe(true);
    expect(report.backwardError).toBeLessThan(Math.sqrt(n) * 2 ** -53);
    expect(report.steps).toBeGreaterThan(0);
    expect(report.residual).toBeLessThan(1e-10);
    const exact = eliminated(rowsOf(matrix, n, n), rowsOf(right, n, 1)).flat();
    expect(relativeDistance(report.solution, exact)).toBeLessThan(1e-15 * condition);
    expect(report.logDeterminant).toBeCloseTo(-((n * Math.log(condition)) / 2), 0);
  });

  test('says so where it cannot', async () => {
    const backend = rough(4e-3);
    using kernel = uploaded(backend, n, withSpectrum(spread(n, 1e4)));
    using solves = await solveSystems(backend, kernel, [0], [right]);
    const [report] = solves.reports;
    expect(report?.failure).toBeUndefined();
    expect(report?.converged).toBe(false);
    expect(report?.backwardError).toBeGreaterThan(1e-12);
    expect(report?.steps).toBeLessThan(30);
  });

  test('each entry has its own ridge and right-hand side; zero asks nothing; a failed one is not a number', async () => {
    const backend = rough(2 ** -24);
    const matrix = withSpectrum(spread(n, 100));
    using kernel = uploaded(backend, n, matrix);
    using solves = await solveSystems(backend, kernel, [0, 1, 2, -10], [right, right, new Float64Array(n), right]);
    const [plain, ridged, nothing, failed] = solves.reports;
    for (const [report, ridge] of [
      [plain, 0],
      [ridged, 1],
    ] as const) {
      const system = rowsOf(matrix, n, n).map((row, i) => row.map((x, j) => x + (i === j ? ridge : 0)));
      expect(relativeDistance(report?.solution ?? [], eliminated(system, rowsOf(right, n, 1)).flat())).toBeLessThan(1e-13);
    }
    expect(nothing).toMatchObject({ residual: 0, backwardError: 0, steps: 0, converged: true });
    expect(nothing?.solution.every((value) => value === 0)).toBe(true);
    expect(failed?.failure).toEqual({ pivot: 0, size: n });
    expect(failed?.solution.some(Number.isNaN)).toBe(true);
    expect(failed?.converged).toBe(false);
  });
});
