import { dot } from '$lib/theory/common/vectors';

/** A row whose part beyond the rows before it is below this share of its length counts as lying in their span. */
const dependent = 1e-9;

/**
 * An orthonormal basis of the span of the rows of each matrix [B, n, D], by Gram–Schmidt done twice; rows that add no direction are 0.
 * In double precision, wherever the rows come from.
 */
export const orthonormalRows = (
  matrices: Float64Array,
  { batch, rows, columns }: { readonly batch: number; readonly rows: number; readonly columns: number },
): Float64Array => {
  const basis = Float64Array.from(matrices);
  for (let b = 0; b < batch; b++) {
    const row = (i: number): Float64Array => basis.subarray((b * rows + i) * columns, (b * rows + i + 1) * columns);
    for (let i = 0; i < rows; i++) {
      const own = row(i);
      const before = Math.sqrt(dot(own, own));
      for (let pass = 0; pass < 2; pass++)
        for (let k = 0; k < i; k++) {
          const other = row(k);
          const along = dot(own, other);
          for (let d = 0; d < columns; d++) own[d]! -= along * other[d]!;
        }
      const left = Math.sqrt(dot(own, own));
      if (left > dependent * before) for (let d = 0; d < columns; d++) own[d]! /= left;
      else own.fill(0);
    }
  }
  return basis;
};
