import type { Backend, Matrix } from '$lib/backend/backend';
import { groups } from '$lib/theory/bayes/schedule';
import type { Activation } from '$lib/base/activation';

/** Samples of the law of the first-layer weights of one point: matrices [1, M, D], M a multiple of `groups`. */
export interface Law {
  readonly activation: Activation;
  readonly snapshots: readonly Matrix[];
}

/** Numbers that one feature matrix may take: bounds the memory of every average below. */
const featureBudget = 2 ** 23;

/**
 * ⟨φ(x) φ(x′)⟩ over the particles of each group, [groups, n, m], for rows x [1, n, D] and x′ [1, m, D]. Group g holds particles
 * g·M/groups … of every snapshot. Features are made a few groups at a time.
 */
export function groupKernels(backend: Backend, law: Law, rows: Matrix, columns: Matrix): Matrix {
  const kernel = backend.zeros({ batch: groups, rows: rows.rows, columns: columns.rows });
  for (const snapshot of law.snapshots) {
    const each = snapshot.rows / groups;
    const perGroup = each * Math.max(rows.rows, columns.rows);
    const together = Math.max(1, Math.min(groups, Math.floor(featureBudget / perGroup)));
    using grouped = backend.reshape(snapshot, { batch: groups, rows: each, columns: snapshot.columns });
    for (let first = 0; first < groups; first += together) {
      const count = Math.min(together, groups - first);
      using weights = backend.slice(grouped, first, count);
      using into = backend.slice(kernel, first, count);
      const { values } = backend.features(law.activation, weights, rows);
      using left = values;
      const alpha = 1 / (each * law.snapshots.length);
      if (rows === columns) backend.product(left, left, { transposeA: true, alpha, beta: 1, into });
      else {
        const { values: others } = backend.features(law.activation, weights, columns);
        using right = others;
        backend.product(left, right, { transposeA: true, alpha, beta: 1, into });
      }
    }
  }
  return kernel;
}

/** The mean over all groups, [1, n, m]. */
export function meanKernel(backend: Backend, grouped: Matrix): Matrix {
  const { rows, columns } = grouped;
  using flat = backend.reshape(grouped, { batch: 1, rows: groups, columns: rows * columns });
  using ones = backend.upload({ rows: 1, columns: groups }, new Float64Array(groups).fill(1 / groups));
  using mean = backend.product(ones, flat);
  return backend.reshape(mean, { rows, columns });
}

/** The means with one group left out at a time, [groups, n, m]. */
export function leaveOneOut(backend: Backend, grouped: Matrix, mean: Matrix): Matrix {
  return backend.combine([
    [groups / (groups - 1), mean],
    [-1 / (groups - 1), grouped],
  ]);
}
