/**
 * y[e] = α A[e] x[e] + β y[e], and with Aᵀ; what a product of one column or one row is.
 * Arrays: A [·, rows, columns] row-major, `strideA` and `strideX` bytes from one entry to the next (0: shared), y without gaps.
 * Tasks: `high` numbers of y at a time, entry by entry. Cost: 2 · rows · columns operations, one pass over A.
 */
import { addScaled, dotOf } from './vector';

/** y along the rows of A. */
export function matrixVector(
  first: i32,
  end: i32,
  y: usize,
  a: usize,
  strideA: usize,
  x: usize,
  strideX: usize,
  rows: i32,
  columns: i32,
  alpha: f64,
  beta: f64,
  high: i32,
): void {
  const pieces = (rows + high - 1) / high;
  for (let task = first; task < end; task++) {
    const entry = task / pieces;
    const top = (task - entry * pieces) * high;
    const matrix = a + <usize>entry * strideA;
    const vector = x + <usize>entry * strideX;
    for (let i = top; i < min(rows, top + high); i++) {
      const to = y + ((<usize>entry * rows + i) << 3);
      const sum = alpha * dotOf(matrix + ((<usize>i * columns) << 3), vector, columns);
      store<f64>(to, beta == 0 ? sum : sum + beta * load<f64>(to));
    }
  }
}

/** y along the columns of A: y = α Aᵀ x + β y. */
export function transposedVector(
  first: i32,
  end: i32,
  y: usize,
  a: usize,
  strideA: usize,
  x: usize,
  strideX: usize,
  rows: i32,
  columns: i32,
  alpha: f64,
  beta: f64,
  high: i32,
): void {
  const pieces = (columns + high - 1) / high;
  for (let task = first; task < end; task++) {
    const entry = task / pieces;
    const from = (task - entry * pieces) * high;
    const count = min(high, columns - from);
    const matrix = a + <usize>entry * strideA + ((<usize>from) << 3);
    const vector = x + <usize>entry * strideX;
    const to = y + ((<usize>entry * columns + from) << 3);
    for (let j = 0; j < count; j++) {
      const at = to + ((<usize>j) << 3);
      store<f64>(at, beta == 0 ? 0 : beta * load<f64>(at));
    }
    for (let i = 0; i < rows; i++)
      addScaled(to, matrix + ((<usize>i * columns) << 3), alpha * load<f64>(vector + ((<usize>i) << 3)), count);
  }
}
