/** Transposes and permutations. Arrays: [batch, rows, columns]. Cost: one pass. */

const side: i32 = 32;

/** Aᵀ. Tasks: `side` columns of A at a time, entry by entry. */
export function transpose(first: i32, end: i32, out: usize, a: usize, rows: i32, columns: i32): void {
  const strips = (columns + side - 1) / side;
  for (let task = first; task < end; task++) {
    const entry = task / strips;
    const left = (task - entry * strips) * side;
    const right = min(columns, left + side);
    const skip = (<usize>entry * rows * columns) << 3;
    for (let top = 0; top < rows; top += side) {
      const bottom = min(rows, top + side);
      for (let j = left; j < right; j++)
        for (let i = top; i < bottom; i++)
          store<f64>(out + skip + ((<usize>j * rows + i) << 3), load<f64>(a + skip + ((<usize>i * columns + j) << 3)));
    }
  }
}

/** A[order, order] for A [batch, n, n] and n unsigned integers below n. Tasks: rows, entry by entry. */
export function reorder(first: i32, end: i32, out: usize, a: usize, order: usize, n: i32): void {
  for (let task = first; task < end; task++) {
    const entry = task / n;
    const i = task - entry * n;
    const from = a + ((<usize>(entry * n + load<i32>(order + ((<usize>i) << 2))) * n) << 3);
    const to = out + ((<usize>task * n) << 3);
    for (let j = 0; j < n; j++) store<f64>(to + ((<usize>j) << 3), load<f64>(from + ((<usize>load<i32>(order + ((<usize>j) << 2))) << 3)));
  }
}
