/**
 * A[e] = L Lᵀ for every batch entry e, in place in the lower triangle [batch, n, n]; theory code calls it through `Backend.cholesky`.
 * `failures`: for each entry the first pivot that failed, or −1; entries that have failed are not changed further.
 * Small or many systems: `cholesky`, a task an entry. Large ones, in panels of columns [left, right): `choleskyDiagonal` (a task an
 * entry), `choleskyPanel` (tasks: `size` rows below the panel) and `choleskyRest` (tasks: blocks of `size` of the triangle at the
 * right), one after the other.
 * Scratch: that of `block.ts`. Cost: n³/3 operations an entry.
 */
import { productBlock, everything } from './block';
import { factor, solveRows } from './factor';

/** Tasks: rows `high` at a time, entry by entry. L's lower triangle from A's, zeros above. */
export function lowerOf(first: i32, end: i32, to: usize, from: usize, n: i32, high: i32): void {
  const pieces = (n + high - 1) / high;
  const row = (<usize>n) << 3;
  for (let task = first; task < end; task++) {
    const entry = task / pieces;
    const top = (task - entry * pieces) * high;
    for (let i = top; i < min(n, top + high); i++) {
      const skip = (<usize>entry * n + i) * row;
      const kept = (<usize>(i + 1)) << 3;
      memory.copy(to + skip, from + skip, kept);
      memory.fill(to + skip + kept, 0, row - kept);
    }
  }
}

export function cholesky(first: i32, end: i32, a: usize, n: i32, failures: usize): void {
  const row = (<usize>n) << 3;
  for (let entry = first; entry < end; entry++) {
    const at = a + <usize>entry * n * row;
    store<i32>(failures + ((<usize>entry) << 2), factor(at, row, n));
    clearAbove(at, row, n, 0);
  }
}

export function choleskyDiagonal(first: i32, end: i32, a: usize, n: i32, failures: usize, left: i32, right: i32): void {
  const row = (<usize>n) << 3;
  for (let entry = first; entry < end; entry++) {
    const failure = failures + ((<usize>entry) << 2);
    if (load<i32>(failure) >= 0) continue;
    const at = a + (<usize>entry * n + left) * row + ((<usize>left) << 3);
    const failed = factor(at, row, right - left);
    if (failed >= 0) store<i32>(failure, left + failed);
    clearAbove(at, row, right - left, 0);
  }
}

export function choleskyPanel(first: i32, end: i32, a: usize, n: i32, failures: usize, left: i32, right: i32, size: i32): void {
  const row = (<usize>n) << 3;
  const pieces = (n - right + size - 1) / size;
  for (let task = first; task < end; task++) {
    const entry = task / pieces;
    if (load<i32>(failures + ((<usize>entry) << 2)) >= 0) continue;
    const i = right + (task - entry * pieces) * size;
    const panel = a + <usize>entry * n * row + ((<usize>left) << 3);
    solveRows(panel + <usize>left * row, row, right - left, panel + <usize>i * row, row, min(size, n - i));
  }
}

export function choleskyRest(first: i32, end: i32, a: usize, n: i32, failures: usize, left: i32, right: i32, size: i32): void {
  const row = (<usize>n) << 3;
  const down = (n - right + size - 1) / size;
  const blocks = (down * (down + 1)) / 2;
  for (let task = first; task < end; task++) {
    const entry = task / blocks;
    if (load<i32>(failures + ((<usize>entry) << 2)) >= 0) continue;
    let column = task - entry * blocks;
    let line = 0;
    while (column > line) column -= ++line;
    const i = right + line * size;
    const j = right + column * size;
    const at = a + <usize>entry * n * row;
    const panel = at + ((<usize>left) << 3);
    const corner = at + <usize>i * row + ((<usize>j) << 3);
    productBlock(
      corner,
      row,
      panel + <usize>i * row,
      row,
      8,
      panel + <usize>j * row,
      8,
      row,
      min(size, n - i),
      min(size, n - j),
      right - left,
      -1,
      1,
      i == j ? 0 : everything,
    );
    if (i == j) clearAbove(corner, row, min(size, n - i), 0);
  }
}

/** Zeros where whole tiles have written above the diagonal. */
function clearAbove(a: usize, row: usize, n: i32, from: i32): void {
  for (let i = from; i < n - 1; i++) memory.fill(a + <usize>i * row + ((<usize>(i + 1)) << 3), 0, (<usize>(n - 1 - i)) << 3);
}
