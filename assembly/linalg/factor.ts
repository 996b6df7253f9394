/**
 * A = L Lᵀ in place by halves: L₁₁, then L₂₁ = A₂₁ L₁₁⁻ᵀ, then A₂₂ − L₂₁ L₂₁ᵀ and its factor.
 * Arrays: rows `row` bytes apart; only the lower triangle is read and written, and some above it.
 * Scratch: that of `block.ts`. Cost: n³/3 operations.
 */
import { scratch } from '../common/scratch';
import { nmadd } from '../common/simd';
import { everything, productBlocks } from './block';
import { pack } from './pack';
import { direct, halfOf } from './substitution';

/** The factor of an n × n triangle; answers the first pivot that is not a positive finite number, or −1. */
export function factor(a: usize, row: usize, n: i32): i32 {
  if (n <= direct) return factorDirectly(a, row, n);
  const half = halfOf(n);
  const failed = factor(a, row, half);
  if (failed >= 0) return failed;
  const below = a + <usize>half * row;
  const corner = below + ((<usize>half) << 3);
  solveRows(a, row, half, below, row, n - half);
  productBlocks(corner, row, below, row, 8, below, 8, row, n - half, n - half, half, -1, 1, 0);
  const later = factor(corner, row, n - half);
  return later < 0 ? -1 : later + half;
}

function factorDirectly(a: usize, row: usize, n: i32): i32 {
  for (let i = 0; i < n; i++) {
    const left = a + <usize>i * row;
    for (let j = 0; j <= i; j++) {
      const right = a + <usize>j * row;
      const at = left + ((<usize>j) << 3);
      let sum = load<f64>(at);
      for (let k: usize = 0; k < (<usize>j) << 3; k += 8) sum -= load<f64>(left + k) * load<f64>(right + k);
      if (j < i) store<f64>(at, sum / load<f64>(right + ((<usize>j) << 3)));
      else if (sum > 0 && sum < Infinity) store<f64>(at, sqrt(sum));
      else return i;
    }
  }
  return -1;
}

/** Each row r of X [rows, n] becomes the solution of L z = r: X ← X L⁻ᵀ. */
export function solveRows(l: usize, lRow: usize, n: i32, x: usize, xRow: usize, rows: i32): void {
  if (n <= direct) {
    for (let i = 0; i < rows; i += 8) solveEight(l, lRow, n, x + <usize>i * xRow, xRow, min(8, rows - i));
    return;
  }
  const half = halfOf(n);
  const below = l + <usize>half * lRow;
  const second = x + ((<usize>half) << 3);
  solveRows(l, lRow, half, x, xRow, rows);
  productBlocks(second, xRow, x, xRow, 8, below, 8, lRow, rows, n - half, half, -1, 1, everything);
  solveRows(below + ((<usize>half) << 3), lRow, n - half, second, xRow, rows);
}

/** Eight rows side by side in the scratch: four numbers of each k, twice. */
function solveEight(l: usize, lRow: usize, n: i32, x: usize, xRow: usize, rows: i32): void {
  const t = scratch;
  const other = (<usize>n) << 5;
  pack(t, x, xRow, 8, rows, n);
  for (let j = 0; j < n; j++) {
    let at = l + <usize>j * lRow;
    let from = t;
    const to = t + ((<usize>j) << 5);
    let s0 = v128.load(to);
    let s1 = v128.load(to, 16);
    let s2 = v128.load(to + other);
    let s3 = v128.load(to + other, 16);
    for (let k = 0; k < j; k++) {
      const y = v128.load_splat<f64>(at);
      s0 = nmadd(y, v128.load(from), s0);
      s1 = nmadd(y, v128.load(from, 16), s1);
      s2 = nmadd(y, v128.load(from + other), s2);
      s3 = nmadd(y, v128.load(from + other, 16), s3);
      at += 8;
      from += 32;
    }
    const by = v128.load_splat<f64>(at);
    v128.store(to, f64x2.div(s0, by));
    v128.store(to, f64x2.div(s1, by), 16);
    v128.store(to + other, f64x2.div(s2, by));
    v128.store(to + other, f64x2.div(s3, by), 16);
  }
  for (let i = 0; i < rows; i++) {
    const from = t + <usize>(i >> 2) * other + ((<usize>(i & 3)) << 3);
    const to = x + <usize>i * xRow;
    for (let k = 0; k < n; k++) store<f64>(to + ((<usize>k) << 3), load<f64>(from + ((<usize>k) << 5)));
  }
}
