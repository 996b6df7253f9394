import { orthonormalRows } from '$lib/theory/common/orthonormal';

/** Operations that may be spent here in one go: below a third of a second. */
const mostWork = 2 ** 28;

/**
 * Orthonormal rows [P, D] that span the training inputs [P, D]; rows that add nothing are 0. Gradient flow never leaves that span but by
 * decay, so that P < D examples need P numbers a neuron instead of D. Undefined where that is no gain.
 */
export function spanOf(inputs: Float64Array, examples: number, dimension: number): Float64Array | undefined {
  if (examples > 0.75 * dimension || 4 * examples * examples * dimension > mostWork) return undefined;
  return orthonormalRows(inputs, { batch: 1, rows: examples, columns: dimension });
}
