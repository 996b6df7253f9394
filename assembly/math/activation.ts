/**
 * φ and φ′ of an array, `theory.md` §0; the code of an activation is its place in `base/activation.ts`: 0 linear, 1 relu, 2 erf, 3 tanh,
 * 4 quadratic. relu′(0) = 0; not-a-number stays. Arrays: [count] f64, in place where they are the same.
 */
import { scratch } from '../common/scratch';
import { choose } from './lanes';
import { erf, erfSlope } from './erf';
import { tanh, tanhAndSlope } from './tanh';

@inline
function value(code: i32, h: v128): v128 {
  const zero = f64x2.splat(0);
  if (code == 1) return choose(f64x2.le(h, zero), zero, h);
  if (code == 2) return erf(h);
  if (code == 3) return tanh(h);
  if (code == 4) return f64x2.sub(f64x2.mul(h, h), f64x2.splat(1));
  return h;
}

/** φ′ of all but tanh, which has both at once. */
@inline
function slope(code: i32, h: v128): v128 {
  const zero = f64x2.splat(0);
  if (code == 1) return choose(f64x2.le(h, zero), zero, choose(f64x2.gt(h, zero), f64x2.splat(1), h));
  if (code == 2) return erfSlope(h);
  if (code == 4) return f64x2.add(h, h);
  return f64x2.splat(1);
}

@inline
function both(code: i32, h: v128, values: usize, slopes: usize): void {
  if (code == 3) {
    tanhAndSlope(h, values, slopes);
    return;
  }
  v128.store(values, value(code, h));
  v128.store(slopes, slope(code, h));
}

/** φ(scale · h) to `values`, one loop an activation. */
@inline
function valuesOf(code: i32, from: usize, values: usize, count: usize, scale: v128): void {
  const end = values + (count & ~1) * 8;
  while (values < end) {
    v128.store(values, value(code, f64x2.mul(scale, v128.load(from))));
    from += 16;
    values += 16;
  }
  if (count & 1) v128.store64_lane(values, value(code, f64x2.mul(scale, v128.load64_splat(from))), 0);
}

/** φ(scale · h) to `values` and φ′ to `slopes`. */
@inline
function bothOf(code: i32, from: usize, values: usize, slopes: usize, count: usize, scale: v128): void {
  const end = values + (count & ~1) * 8;
  while (values < end) {
    both(code, f64x2.mul(scale, v128.load(from)), values, slopes);
    from += 16;
    values += 16;
    slopes += 16;
  }
  if (count & 1) {
    both(code, f64x2.mul(scale, v128.load64_splat(from)), scratch, scratch + 16);
    store<f64>(values, load<f64>(scratch));
    store<f64>(slopes, load<f64>(scratch, 16));
  }
}

/** φ(scale · from) of `count` numbers and, unless `slopes` is 0, φ′. `from` may be `values`. Scratch: 32 bytes. */
export function activate(code: i32, from: usize, values: usize, slopes: usize, count: usize, scale: f64): void {
  const by = f64x2.splat(scale);
  if (slopes == 0) {
    if (code == 0) valuesOf(0, from, values, count, by);
    else if (code == 1) valuesOf(1, from, values, count, by);
    else if (code == 2) valuesOf(2, from, values, count, by);
    else if (code == 3) valuesOf(3, from, values, count, by);
    else valuesOf(4, from, values, count, by);
  } else if (code == 0) bothOf(0, from, values, slopes, count, by);
  else if (code == 1) bothOf(1, from, values, slopes, count, by);
  else if (code == 2) bothOf(2, from, values, slopes, count, by);
  else if (code == 3) bothOf(3, from, values, slopes, count, by);
  else bothOf(4, from, values, slopes, count, by);
}
