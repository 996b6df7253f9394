/**
 * C[e] = α op(A[e]) op(B[e]) + β C[e] for every batch entry e; theory code calls it through `Backend.product`.
 * Arrays: as `block.ts` has them, `strideA` and `strideB` bytes from one entry to the next (0: shared), C without gaps.
 * Tasks: blocks of `tall` rows and `wide` columns, row by row of blocks, entry by entry.
 * Scratch and cost: as `block.ts`.
 */
import { everything, productBlock } from './block';

export function product(
  first: i32,
  end: i32,
  c: usize,
  a: usize,
  strideA: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  strideB: usize,
  bRow: usize,
  bColumn: usize,
  rows: i32,
  columns: i32,
  inner: i32,
  alpha: f64,
  beta: f64,
  tall: i32,
  wide: i32,
): void {
  const down = (rows + tall - 1) / tall;
  const across = (columns + wide - 1) / wide;
  const cRow = (<usize>columns) << 3;
  for (let task = first; task < end; task++) {
    const entry = task / (down * across);
    const block = task - entry * down * across;
    const i = (block / across) * tall;
    const j = (block % across) * wide;
    productBlock(
      c + (<usize>entry * rows + i) * cRow + ((<usize>j) << 3),
      cRow,
      a + <usize>entry * strideA + <usize>i * aRow,
      aRow,
      aColumn,
      b + <usize>entry * strideB + <usize>j * bColumn,
      bRow,
      bColumn,
      min(tall, rows - i),
      min(wide, columns - j),
      inner,
      alpha,
      beta,
      everything,
    );
  }
}

/**
 * C[e] = α A[e] A[e]ᵀ, symmetric to the last bit: of each pair of blocks beside the diagonal one is computed and the other copied.
 * Tasks: blocks (i, j) of `size` rows and columns with j ≤ i, numbered i(i + 1)/2 + j, entry by entry.
 */
export function symmetricProduct(
  first: i32,
  end: i32,
  c: usize,
  a: usize,
  strideA: usize,
  aRow: usize,
  aColumn: usize,
  rows: i32,
  inner: i32,
  alpha: f64,
  size: i32,
): void {
  const down = (rows + size - 1) / size;
  const blocks = (down * (down + 1)) / 2;
  const cRow = (<usize>rows) << 3;
  for (let task = first; task < end; task++) {
    const entry = task / blocks;
    let column = task - entry * blocks;
    let row = 0;
    while (column > row) column -= ++row;
    const target = c + <usize>entry * rows * cRow;
    const source = a + <usize>entry * strideA;
    const i = row * size;
    const j = column * size;
    const high = min(size, rows - i);
    const wide = min(size, rows - j);
    productBlock(
      target + <usize>i * cRow + ((<usize>j) << 3),
      cRow,
      source + <usize>i * aRow,
      aRow,
      aColumn,
      source + <usize>j * aRow,
      aColumn,
      aRow,
      high,
      wide,
      inner,
      alpha,
      0,
      i == j ? 0 : everything,
    );
    mirror(target, cRow, i, j, high, wide);
  }
}

/** Copies rows i… and columns j… of what is below the diagonal to above it. */
export function mirror(c: usize, row: usize, i: i32, j: i32, high: i32, wide: i32): void {
  for (let y = 0; y < high; y += 8)
    for (let x = 0; x < wide; x += 8)
      for (let p = i + y; p < i + min(y + 8, high); p++) {
        const last = min(min(x + 8, wide) + j, p);
        for (let q = j + x; q < last; q++)
          store<f64>(c + <usize>q * row + ((<usize>p) << 3), load<f64>(c + <usize>p * row + ((<usize>q) << 3)));
      }
}
