import type { Matrix, ProductOptions } from '$lib/backend/backend';
import { productShape } from '$lib/backend/shapes';
import { addProductTransposed, mirrorLower, transposeInto, whole } from './loops';
import { type Counters, own, ReferenceMatrix } from './matrix';

/** The entry with its rows along the inner dimension: itself, or a transposed copy. */
const along = (matrix: ReferenceMatrix, index: number, transposed: boolean): Float64Array => {
  const entry = matrix.entry(index);
  return transposed ? transposeInto(entry, matrix.rows, matrix.columns, new Float64Array(entry.length)) : entry;
};

/** C = alpha · op(A) op(B) + beta · C, see `Backend.product`. `into` may not share storage with A or B. */
export const product = (counters: Counters, a: Matrix, b: Matrix, options: ProductOptions = {}): ReferenceMatrix => {
  const { transposeA = false, transposeB = false, alpha = 1, beta = 0 } = options;
  const [left, right] = [own(a), own(b)];
  const { batch, rows, columns, inner } = productShape(a, b, options);
  const out = options.into ? own(options.into) : ReferenceMatrix.zeros(counters, { batch, rows, columns });
  if (out.values.buffer === left.values.buffer || out.values.buffer === right.values.buffer)
    throw new Error('product: the result shares storage with a factor');
  // A factor that is shared by the batch is transposed once.
  let [x, y]: (Float64Array | undefined)[] = [];
  for (let index = 0; index < batch; index++) {
    const target = out.entry(index);
    // beta = 0 overwrites, whatever was there (not-a-number included).
    if (beta === 0) target.fill(0);
    else if (beta !== 1) for (let i = 0; i < target.length; i++) target[i] = beta * (target[i] as number);
    if (!x || left.batch > 1) x = along(left, index, transposeA);
    if (!y || right.batch > 1) y = along(right, index, !transposeB);
    const symmetric = beta === 0 && a === b && transposeA !== transposeB;
    addProductTransposed(whole(target, columns), whole(x, inner), whole(y, inner), rows, columns, inner, alpha, symmetric);
    if (symmetric) mirrorLower(target, rows);
  }
  return out;
};
