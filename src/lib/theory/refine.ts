import type { Backend, Factor, Matrix } from '$lib/backend/backend';

/** The dual variable of one batch entry and how well it solves its system. */
export interface Refined {
  readonly dual: Float64Array;
  /** |y − TΔ − KΔ| / |y|, in double precision. */
  readonly residual: number;
  /** Corrections made. */
  readonly steps: number;
}

const mostSteps = 4;

/**
 * Δ = (K + T)⁻¹ y for every batch entry by iterative refinement (numerics.md): the factor of K + T I [B, n, n] at the backend's
 * precision corrects, the residual is taken in double precision against K as read back. `kernel` [B or 1, n, n], `labels` and
 * `temperatures` one a batch entry. Entries whose factor failed come out as not-a-number.
 */
export const refinedSolve = async (
  backend: Backend,
  kernel: Matrix,
  factor: Factor,
  labels: readonly Float64Array[],
  temperatures: readonly number[],
): Promise<readonly Refined[]> => {
  const batch = temperatures.length;
  const n = kernel.rows;
  const numbers = await backend.read(kernel);
  const entry = (index: number): Float64Array => (kernel.batch === 1 ? numbers : numbers.subarray(index * n * n, (index + 1) * n * n));
  const remainders: Float64Array[] = labels.map((y) => y.slice());
  const norms = labels.map(norm);
  const best: Refined[] = labels.map(() => ({ dual: new Float64Array(n), residual: Infinity, steps: 0 }));
  for (let step = 0; step <= mostSteps; step++) {
    const right = new Float64Array(batch * n);
    remainders.forEach((remainder, index) => right.set(remainder, index * n));
    using b = backend.upload({ batch, rows: n, columns: 1 }, right);
    using x = backend.solve(factor, b);
    const corrections = await backend.read(x);
    const improving = best.filter((kept, index) => {
      if (step > 0 && kept.steps < step - 1) return false;
      const dual = kept.dual.map((value, i) => value + (corrections[index * n + i] as number));
      const left = remainderOf(entry(index), dual, labels[index] as Float64Array, temperatures[index] as number);
      const residual = norms[index] === 0 ? 0 : norm(left) / (norms[index] as number);
      // Not-a-number is kept at the first step: it is the honest answer of a failed factor.
      if (step > 0 && !(residual < kept.residual / 2)) return false;
      best[index] = { dual, residual, steps: step };
      remainders[index] = left;
      return residual > 64 * 2 ** -53;
    });
    if (improving.length === 0) break;
  }
  return best;
};

const norm = (vector: Float64Array): number => Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));

/** y − TΔ − KΔ. */
const remainderOf = (kernel: Float64Array, dual: Float64Array, labels: Float64Array, temperature: number): Float64Array => {
  const n = dual.length;
  return labels.map((y, i) => {
    let sum = temperature * (dual[i] as number);
    for (let j = 0; j < n; j++) sum += (kernel[i * n + j] as number) * (dual[j] as number);
    return y - sum;
  });
};
