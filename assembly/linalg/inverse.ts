/**
 * A⁻¹ = WᵀW with W = L⁻¹, for every batch entry; theory code calls it through `Backend.inverse`.
 * Arrays: L, W, V [batch, n, n]. Scratch: that of `block.ts`. Cost: 2n³/3 operations an entry.
 */
import { everything, productBlock } from './block';
import { mirror } from './product';
import { forward } from './substitution';

/** W = L⁻¹, zeros above. Tasks: strips of `wide` columns, entry by entry. */
export function triangularInverse(first: i32, end: i32, w: usize, l: usize, n: i32, wide: i32): void {
  const row = (<usize>n) << 3;
  const strips = (n + wide - 1) / wide;
  for (let task = first; task < end; task++) {
    const entry = task / strips;
    const from = (task - entry * strips) * wide;
    const count = min(wide, n - from);
    const skip = <usize>entry * n * row + ((<usize>from) << 3);
    for (let i = 0; i < n; i++) {
      memory.fill(w + skip + <usize>i * row, 0, (<usize>count) << 3);
      if (i >= from && i < from + count) store<f64>(w + skip + <usize>i * row + ((<usize>(i - from)) << 3), 1);
    }
    const corner = skip + <usize>from * row;
    forward(l + corner, row, n - from, w + corner, row, count);
  }
}

/** V = WᵀW for a lower triangle W. Tasks: blocks (i, j) of `size` rows and columns with j ≤ i, as in `symmetricProduct`. */
export function gramOfLower(first: i32, end: i32, v: usize, w: usize, n: i32, size: i32): void {
  const row = (<usize>n) << 3;
  const down = (n + size - 1) / size;
  const blocks = (down * (down + 1)) / 2;
  for (let task = first; task < end; task++) {
    const entry = task / blocks;
    let column = task - entry * blocks;
    let line = 0;
    while (column > line) column -= ++line;
    const skip = <usize>entry * n * row;
    const i = line * size;
    const j = column * size;
    const high = min(size, n - i);
    const wide = min(size, n - j);
    // Rows of W above i have nothing in columns i….
    const from = w + skip + <usize>i * row;
    productBlock(
      v + skip + <usize>i * row + ((<usize>j) << 3),
      row,
      from + ((<usize>i) << 3),
      8,
      row,
      from + ((<usize>j) << 3),
      row,
      8,
      high,
      wide,
      n - i,
      1,
      0,
      i == j ? 0 : everything,
    );
    mirror(v + skip, row, i, j, high, wide);
  }
}
