/**
 * Reductions of each row of [count, columns], and Σ x∘y of each entry. Tasks: rows `high` at a time; of `dot`, entries.
 * Cost: one pass.
 */
import { dotOf } from '../linalg/vector';

/** Σ of each row. */
export function rowSums(first: i32, end: i32, out: usize, a: usize, count: i32, columns: i32, high: i32): void {
  for (let i = first * high; i < min(count, end * high); i++) {
    const row = a + ((<usize>i * columns) << 3);
    let s0 = f64x2.splat(0);
    let s1 = s0;
    let j = 0;
    for (; j + 4 <= columns; j += 4) {
      s0 = f64x2.add(s0, v128.load(row + ((<usize>j) << 3)));
      s1 = f64x2.add(s1, v128.load(row + ((<usize>j) << 3), 16));
    }
    const s = f64x2.add(s0, s1);
    let sum = f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
    for (; j < columns; j++) sum += load<f64>(row + ((<usize>j) << 3));
    store<f64>(out + ((<usize>i) << 3), sum);
  }
}

/** The least and the greatest number of each row; both are NaN where the row has a NaN. */
export function rowExtremes(first: i32, end: i32, out: usize, a: usize, count: i32, columns: i32, high: i32): void {
  for (let i = first * high; i < min(count, end * high); i++) {
    const row = a + ((<usize>i * columns) << 3);
    let least = f64x2.splat(Infinity);
    let most = f64x2.splat(-Infinity);
    let j = 0;
    for (; j + 2 <= columns; j += 2) {
      const x = v128.load(row + ((<usize>j) << 3));
      least = f64x2.min(least, x);
      most = f64x2.max(most, x);
    }
    if (j < columns) {
      const x = v128.load_splat<f64>(row + ((<usize>j) << 3));
      least = f64x2.min(least, x);
      most = f64x2.max(most, x);
    }
    const to = out + ((<usize>i) << 4);
    store<f64>(to, min(f64x2.extract_lane(least, 0), f64x2.extract_lane(least, 1)));
    store<f64>(to, max(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1)), 8);
  }
}

/** Σ x∘y of each entry of `size` numbers. */
export function dot(first: i32, end: i32, out: usize, x: usize, strideX: usize, y: usize, strideY: usize, size: i32): void {
  for (let entry = first; entry < end; entry++)
    store<f64>(out + ((<usize>entry) << 3), dotOf(x + <usize>entry * strideX, y + <usize>entry * strideY, size));
}
