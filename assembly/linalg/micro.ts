/**
 * C[4 × 4] = β C + α Σₖ aₖ bₖᵀ, the innermost part of every product.
 * Arrays: `a` and `b` packed as four numbers for each k; `c` with rows `row` bytes apart. With β = 0, C is not read.
 * Registers: eight pairs of sums, two of b, four of a. With six rows some engines move sums to the stack, which is twice
 * as slow.
 * Cost: 32 operations and six loads for each k.
 */
import { madd } from '../common/simd';

/** Rows and columns of a tile. */
export const tile: i32 = 4;

export function microTile(a: usize, b: usize, inner: i32, c: usize, row: usize, alpha: f64, beta: f64): void {
  let s00 = f64x2.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  const end = b + ((<usize>inner) << 5);
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load_splat<f64>(a);
    s00 = madd(x, b0, s00);
    s01 = madd(x, b1, s01);
    x = v128.load_splat<f64>(a, 8);
    s10 = madd(x, b0, s10);
    s11 = madd(x, b1, s11);
    x = v128.load_splat<f64>(a, 16);
    s20 = madd(x, b0, s20);
    s21 = madd(x, b1, s21);
    x = v128.load_splat<f64>(a, 24);
    s30 = madd(x, b0, s30);
    s31 = madd(x, b1, s31);
    a += 32;
    b += 32;
  }
  storeRow(c, s00, s01, alpha, beta);
  storeRow(c + row, s10, s11, alpha, beta);
  storeRow(c + 2 * row, s20, s21, alpha, beta);
  storeRow(c + 3 * row, s30, s31, alpha, beta);
}

function storeRow(c: usize, s0: v128, s1: v128, alpha: f64, beta: f64): void {
  const scale = f64x2.splat(alpha);
  if (beta == 0) {
    v128.store(c, f64x2.mul(scale, s0));
    v128.store(c, f64x2.mul(scale, s1), 16);
  } else {
    const keep = f64x2.splat(beta);
    v128.store(c, madd(scale, s0, f64x2.mul(keep, v128.load(c))));
    v128.store(c, madd(scale, s1, f64x2.mul(keep, v128.load(c, 16))), 16);
  }
}
