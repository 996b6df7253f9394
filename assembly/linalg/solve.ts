/**
 * X[e] ← L⁻¹ X[e], L⁻ᵀ X[e] or both, in place; theory code calls it through `Backend.solve` and `solveLower`.
 * Arrays: L [·, n, n], `strideL` bytes from one entry to the next (0: shared); X [batch, n, columns].
 * `way`: 1 is L⁻¹, 2 is L⁻ᵀ, 3 is both, L⁻¹ first. Tasks: strips of `wide` columns, entry by entry.
 * Fewer than four columns are solved one by one along memory. Scratch: `block.ts`, or n numbers. Cost: n² operations a column and way.
 */
import { scratch } from '../common/scratch';
import { backward, forward } from './substitution';
import { addScaled, dotOf } from './vector';

export function triangularSolve(first: i32, end: i32, l: usize, strideL: usize, n: i32, x: usize, columns: i32, wide: i32, way: i32): void {
  const strips = (columns + wide - 1) / wide;
  const lRow = (<usize>n) << 3;
  const xRow = (<usize>columns) << 3;
  for (let task = first; task < end; task++) {
    const entry = task / strips;
    const from = (task - entry * strips) * wide;
    const lower = l + <usize>entry * strideL;
    const target = x + <usize>entry * n * xRow + ((<usize>from) << 3);
    const count = min(wide, columns - from);
    if (columns < 4) {
      for (let j = 0; j < count; j++) oneColumn(lower, n, target + ((<usize>j) << 3), xRow, way);
    } else {
      if (way & 1) forward(lower, lRow, n, target, xRow, count);
      if (way & 2) backward(lower, lRow, n, target, xRow, count);
    }
  }
}

function oneColumn(l: usize, n: i32, x: usize, xRow: usize, way: i32): void {
  const lRow = (<usize>n) << 3;
  const z = scratch;
  for (let i = 0; i < n; i++) store<f64>(z + ((<usize>i) << 3), load<f64>(x + <usize>i * xRow));
  if (way & 1)
    for (let i = 0; i < n; i++) {
      const at = z + ((<usize>i) << 3);
      const row = l + <usize>i * lRow;
      store<f64>(at, (load<f64>(at) - dotOf(row, z, i)) / load<f64>(row + ((<usize>i) << 3)));
    }
  if (way & 2)
    for (let i = n - 1; i >= 0; i--) {
      const at = z + ((<usize>i) << 3);
      const row = l + <usize>i * lRow;
      const value = load<f64>(at) / load<f64>(row + ((<usize>i) << 3));
      store<f64>(at, value);
      addScaled(z, row, -value, i);
    }
  for (let i = 0; i < n; i++) store<f64>(x + <usize>i * xRow, load<f64>(z + ((<usize>i) << 3)));
}
