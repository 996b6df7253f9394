import type { Backend, Matrix } from '$lib/backend/backend';
import type { Activation } from '$lib/base/activation';
import type { Run } from '$lib/base/run';
import { Owned } from '$lib/theory/owned';
import { stoppable } from '$lib/theory/stopping';

/** Numbers of one block of features, and the most rows whose factors one dispatch may hold. */
const blockBudget = 2 ** 21;
const mostRows = 2 ** 15;

/** Φ and K ∘ ⟨v²φ′φ′ᵀ⟩ of neurons, each [1, n, m]; v² is 1 where there are no readouts. Rests after every part. */
export async function tangentParts(
  backend: Backend,
  activation: Activation,
  weights: Matrix,
  readout: Matrix | undefined,
  rows: Matrix,
  columns: Matrix,
  run: Run,
): Promise<{ readonly features: Matrix; readonly response: Matrix }> {
  const particles = weights.rows;
  const yielding = stoppable(backend, run);
  using features = backend.zeros({ rows: rows.rows, columns: columns.rows });
  using responses = backend.zeros({ rows: rows.rows, columns: columns.rows });
  const together = Math.max(1, Math.min(particles, mostRows, Math.floor(blockBudget / Math.max(rows.rows, columns.rows))));
  const lifts = readout && (await backend.read(readout));
  using overlaps = backend.gram(rows, columns);
  using each = backend.reshape(weights, { batch: particles, rows: 1, columns: weights.columns });
  for (let first = 0; first < particles; first += together) {
    using made = new Owned();
    const seen = async (some: Matrix, examples: Matrix): Promise<{ readonly values: Matrix; readonly slopes: Matrix }> => {
      const { values, slopes } = backend.features(activation, some, examples, true);
      if (!slopes) throw new Error('features without slopes');
      for (const matrix of [values, slopes]) made.keep(matrix);
      await yielding.yieldToDevice();
      return { values, slopes };
    };
    const count = Math.min(together, particles - first);
    using slice = backend.slice(each, first, count);
    using some = backend.reshape(slice, { rows: count, columns: weights.columns });
    const squares = Array.from({ length: count }, (_, i) => (lifts?.[first + i] ?? 1) ** 2);
    const left = await seen(some, rows);
    const right = rows === columns ? left : await seen(some, columns);
    const options = { transposeA: true, alpha: 1 / particles, beta: 1 } as const;
    backend.product(left.values, right.values, { ...options, into: features });
    await yielding.yieldToDevice();
    using flat = backend.reshape(left.slopes, { batch: count, rows: 1, columns: rows.rows });
    using scaled = backend.combine([[squares, flat]]);
    using lifted = backend.reshape(scaled, { rows: count, columns: rows.rows });
    await yielding.yieldToDevice();
    backend.product(lifted, right.slopes, { ...options, into: responses });
    await yielding.yieldToDevice();
  }
  return { features: backend.slice(features, 0, 1), response: backend.hadamard(overlaps, responses) };
}
