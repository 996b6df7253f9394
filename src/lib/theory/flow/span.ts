/** Operations that may be spent here in one go: below a third of a second. */
const mostWork = 2 ** 28;

/**
 * Orthonormal rows [P, D] that span the training inputs [P, D]; rows that add nothing are 0. Gradient flow never leaves that span but by
 * decay, so that P < D examples need P numbers a neuron instead of D. Undefined where that is no gain.
 */
export function spanOf(inputs: Float64Array, examples: number, dimension: number): Float64Array | undefined {
  if (examples > 0.75 * dimension || 4 * examples * examples * dimension > mostWork) return undefined;
  const basis = new Float64Array(examples * dimension);
  for (let p = 0; p < examples; p++) {
    const row = Float64Array.from(inputs.subarray(p * dimension, (p + 1) * dimension));
    const length = norm(row);
    // Twice is enough (Kahan): what rounding left of the other rows is taken off again.
    for (let pass = 0; pass < 2; pass++)
      for (let q = 0; q < p; q++) {
        const other = basis.subarray(q * dimension, (q + 1) * dimension);
        const along = row.reduce((sum, x, d) => sum + x * (other[d] ?? 0), 0);
        for (let d = 0; d < dimension; d++) row[d] = (row[d] ?? 0) - along * (other[d] ?? 0);
      }
    const left = norm(row);
    if (left > 1e-9 * length) for (let d = 0; d < dimension; d++) basis[p * dimension + d] = (row[d] ?? 0) / left;
  }
  return basis;
}

const norm = (row: Float64Array): number => Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
