/**
 * X ← L⁻¹ X and X ← L⁻ᵀ X for a lower triangle L [n, n] and X [n, columns], by halves: the products between them hold the work.
 * Arrays: rows `lRow` and `xRow` bytes apart. Scratch: that of `block.ts`. Cost: n² · columns operations.
 */
import { nmadd } from '../common/simd';
import { everything, productBlocks } from './block';

/** Sizes that are solved directly; the halves of larger ones are multiples of it. */
export const direct: i32 = 16;

export function halfOf(n: i32): i32 {
  return ((n / 2 + direct - 1) / direct) * direct;
}

export function forward(l: usize, lRow: usize, n: i32, x: usize, xRow: usize, columns: i32): void {
  if (n <= direct) {
    let j = 0;
    for (; j + 8 <= columns; j += 8) forwardEight(l, lRow, n, x + ((<usize>j) << 3), xRow);
    for (; j < columns; j++) forwardOne(l, lRow, n, x + ((<usize>j) << 3), xRow);
    return;
  }
  const half = halfOf(n);
  const below = l + <usize>half * lRow;
  const second = x + <usize>half * xRow;
  forward(l, lRow, half, x, xRow, columns);
  productBlocks(second, xRow, below, lRow, 8, x, xRow, 8, n - half, columns, half, -1, 1, everything);
  forward(below + ((<usize>half) << 3), lRow, n - half, second, xRow, columns);
}

export function backward(l: usize, lRow: usize, n: i32, x: usize, xRow: usize, columns: i32): void {
  if (n <= direct) {
    let j = 0;
    for (; j + 8 <= columns; j += 8) backwardEight(l, lRow, n, x + ((<usize>j) << 3), xRow);
    for (; j < columns; j++) backwardOne(l, lRow, n, x + ((<usize>j) << 3), xRow);
    return;
  }
  const half = halfOf(n);
  const below = l + <usize>half * lRow;
  const second = x + <usize>half * xRow;
  backward(below + ((<usize>half) << 3), lRow, n - half, second, xRow, columns);
  productBlocks(x, xRow, below, 8, lRow, second, xRow, 8, half, columns, n - half, -1, 1, everything);
  backward(l, lRow, half, x, xRow, columns);
}

function forwardEight(l: usize, lRow: usize, n: i32, x: usize, xRow: usize): void {
  let to = x;
  for (let i = 0; i < n; i++) {
    let s0 = v128.load(to);
    let s1 = v128.load(to, 16);
    let s2 = v128.load(to, 32);
    let s3 = v128.load(to, 48);
    let from = x;
    let at = l + <usize>i * lRow;
    for (let k = 0; k < i; k++) {
      const y = v128.load_splat<f64>(at);
      s0 = nmadd(y, v128.load(from), s0);
      s1 = nmadd(y, v128.load(from, 16), s1);
      s2 = nmadd(y, v128.load(from, 32), s2);
      s3 = nmadd(y, v128.load(from, 48), s3);
      at += 8;
      from += xRow;
    }
    storeQuotients(to, s0, s1, s2, s3, v128.load_splat<f64>(at));
    to += xRow;
  }
}

function backwardEight(l: usize, lRow: usize, n: i32, x: usize, xRow: usize): void {
  for (let i = n - 1; i >= 0; i--) {
    const to = x + <usize>i * xRow;
    let s0 = v128.load(to);
    let s1 = v128.load(to, 16);
    let s2 = v128.load(to, 32);
    let s3 = v128.load(to, 48);
    const diagonal = l + <usize>i * lRow + ((<usize>i) << 3);
    let from = to;
    let at = diagonal;
    for (let k = i + 1; k < n; k++) {
      from += xRow;
      at += lRow;
      const y = v128.load_splat<f64>(at);
      s0 = nmadd(y, v128.load(from), s0);
      s1 = nmadd(y, v128.load(from, 16), s1);
      s2 = nmadd(y, v128.load(from, 32), s2);
      s3 = nmadd(y, v128.load(from, 48), s3);
    }
    storeQuotients(to, s0, s1, s2, s3, v128.load_splat<f64>(diagonal));
  }
}

function storeQuotients(to: usize, s0: v128, s1: v128, s2: v128, s3: v128, by: v128): void {
  v128.store(to, f64x2.div(s0, by));
  v128.store(to, f64x2.div(s1, by), 16);
  v128.store(to, f64x2.div(s2, by), 32);
  v128.store(to, f64x2.div(s3, by), 48);
}

/** One column alone, rounded as eight together are. */
function forwardOne(l: usize, lRow: usize, n: i32, x: usize, xRow: usize): void {
  let to = x;
  for (let i = 0; i < n; i++) {
    let sum = v128.load64_zero(to);
    let from = x;
    let at = l + <usize>i * lRow;
    for (let k = 0; k < i; k++) {
      sum = nmadd(v128.load64_zero(at), v128.load64_zero(from), sum);
      at += 8;
      from += xRow;
    }
    v128.store64_lane(to, f64x2.div(sum, v128.load_splat<f64>(at)), 0);
    to += xRow;
  }
}

function backwardOne(l: usize, lRow: usize, n: i32, x: usize, xRow: usize): void {
  for (let i = n - 1; i >= 0; i--) {
    const to = x + <usize>i * xRow;
    const diagonal = l + <usize>i * lRow + ((<usize>i) << 3);
    let sum = v128.load64_zero(to);
    let from = to;
    let at = diagonal;
    for (let k = i + 1; k < n; k++) {
      from += xRow;
      at += lRow;
      sum = nmadd(v128.load64_zero(at), v128.load64_zero(from), sum);
    }
    v128.store64_lane(to, f64x2.div(sum, v128.load_splat<f64>(diagonal)), 0);
  }
}
