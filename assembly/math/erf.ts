/**
 * erf x by a table of polynomials (erf-table.ts, made by fit.py): with the row's node n nearest to |x| (to 1/16) and t = |x| − n, which is
 * exact, erf |x| = erf n + t (A(t²) + t B(t²)), A and B of degree 4. A row has A and B side by side, so that one Horner step of a number
 * advances both. Past 5.93 it is 1 to rounding. Below 2 ULP (1.5 seen). Cost: 45 operations for two numbers, 4.7 kB of table.
 *
 * erf′ x = 2/√π e^{−x²}, with x² as a sum of two doubles. Below 2 ULP (1.5 seen). Cost: 40 operations for two numbers.
 */
import { erfTable } from './erf-table';
import { expSmall, expWith } from './exp';
import { headOf, highs, lows, madd, rounder, signOf } from './lanes';
import { pairAt } from './row';

@inline
export function erf(x: v128): v128 {
  const size = f64x2.pmin(f64x2.abs(x), f64x2.splat(6));
  const index = f64x2.add(f64x2.mul(size, f64x2.splat(8)), rounder());
  // For a NaN the index can be any number below 64: what is read there goes into sums that are NaN anyway.
  const first = erfTable + <usize>((i32x4.extract_lane(index, 0) & 63) * 96);
  const second = erfTable + <usize>((i32x4.extract_lane(index, 2) & 63) * 96);
  const start = v128.load(first);
  const next = v128.load(second);
  const t = f64x2.sub(size, lows(start, next));
  const square = f64x2.mul(t, t);
  const p = pairAt(first, lows(square, square));
  const q = pairAt(second, highs(square, square));
  const value = f64x2.add(highs(start, next), f64x2.mul(t, madd(t, highs(p, q), lows(p, q))));
  return v128.or(value, signOf(x));
}

@inline
export function erfSlope(x: v128): v128 {
  // e^{−784} is 0; beyond it squares would overflow.
  const size = f64x2.pmin(f64x2.abs(x), f64x2.splat(28));
  const head = headOf(size);
  const square = f64x2.mul(head, head);
  const rest = f64x2.mul(f64x2.sub(size, head), f64x2.add(size, head));
  const twoOverRootPi = f64x2.splat(1.1283791670955126);
  if (v128.any_true(f64x2.gt(square, f64x2.splat(690))))
    // Multiplied before it becomes subnormal: e^{0.12…}.
    return expWith(f64x2.neg(square), f64x2.sub(f64x2.splat(0.12078223763524522), rest));
  return f64x2.mul(twoOverRootPi, expSmall(f64x2.neg(square), f64x2.neg(rest)));
}
