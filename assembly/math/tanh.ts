/**
 * tanh x and 1/cosh² x by a table of polynomials (tanh-table.ts, made by fit.py): with the row's node n nearest to |x| (to 1/16) and t = |x| − n,
 * which is exact, tanh |x| = tanh n + d for d = t (A(t²) + t B(t²)), A and B of degree 4, and 1/cosh² x = 1/cosh² n − d (2 tanh n + d).
 * Past 8 the exponential function (tanh-far.ts). Below 2 ULP (1.5 seen, of the slope 1.8). Cost: 45 operations for two numbers, 8 more with the slope; 7.3 kB of
 * table.
 */
import { choose, highs, lows, madd, nmadd, rounder, signOf } from './lanes';
import { pairAt } from './row';
import { farSlope, farTanh } from './tanh-far';
import { tanhTable } from './tanh-table';

/** The last node. */
@inline
function last(): v128 {
  return f64x2.splat(8);
}

/** The rows of two numbers in [0, 8], in bytes from the first. For a NaN any below 128: what is read there goes into sums that are NaN anyway. */
@inline
function rowOf(index: i32): usize {
  return tanhTable + <usize>((index & 127) * 112);
}

@inline
export function tanh(x: v128): v128 {
  const size = f64x2.abs(x);
  const near = f64x2.pmin(size, last());
  const index = f64x2.add(f64x2.mul(near, f64x2.splat(8)), rounder());
  const first = rowOf(i32x4.extract_lane(index, 0));
  const second = rowOf(i32x4.extract_lane(index, 2));
  const start = v128.load(first);
  const next = v128.load(second);
  const t = f64x2.sub(near, lows(start, next));
  const square = f64x2.mul(t, t);
  const p = pairAt(first, lows(square, square));
  const q = pairAt(second, highs(square, square));
  let value = f64x2.add(highs(start, next), f64x2.mul(t, madd(t, highs(p, q), lows(p, q))));
  const far = f64x2.gt(size, last());
  if (v128.any_true(far)) value = choose(far, farTanh(size), value);
  return v128.or(value, signOf(x));
}

/** tanh x to `values` and 1/cosh² x to `slopes`, two each. */
@inline
export function tanhAndSlope(x: v128, values: usize, slopes: usize): void {
  const size = f64x2.abs(x);
  const near = f64x2.pmin(size, last());
  const index = f64x2.add(f64x2.mul(near, f64x2.splat(8)), rounder());
  const first = rowOf(i32x4.extract_lane(index, 0));
  const second = rowOf(i32x4.extract_lane(index, 2));
  const start = v128.load(first);
  const next = v128.load(second);
  const t = f64x2.sub(near, lows(start, next));
  const square = f64x2.mul(t, t);
  const p = pairAt(first, lows(square, square));
  const q = pairAt(second, highs(square, square));
  const middle = highs(start, next);
  const d = f64x2.mul(t, madd(t, highs(p, q), lows(p, q)));
  const twice = f64x2.add(f64x2.add(middle, middle), d);
  const slopeThere = lows(v128.load(first, 96), v128.load(second, 96));
  let value = f64x2.add(middle, d);
  let slope = nmadd(d, twice, slopeThere);
  const far = f64x2.gt(size, last());
  if (v128.any_true(far)) {
    value = choose(far, farTanh(size), value);
    slope = choose(far, farSlope(size), slope);
  }
  v128.store(values, v128.or(value, signOf(x)));
  v128.store(slopes, slope);
}
