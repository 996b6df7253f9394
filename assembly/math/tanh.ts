/**
 * tanh x and 1/cosh² x. Below 0.625 in size, tanh x = x + x³ P(x²)/Q(x²) (Moshier, Cephes, tanh.c) and 1/cosh² x = 1 − tanh² x; above, with
 * q = e^{−2|x|}, tanh |x| = (1 − q)/(1 + q) and 1/cosh² x = 4q/(1 + q)², for which q and (1 + q)² are sums of two doubles. tanh |x| is 1 past 20.
 * Below 2 ULP (1.5 seen). Cost: 55 operations for two numbers, of which two divisions; with the slope 75, of which four.
 */
import { expSmall, powerOf, reduced, remainder, twoTo } from './exp';
import { choose, madd, rounder, signOf } from './lanes';

/** Where one form ends and the other begins. */
@inline
function isSmall(size: v128): v128 {
  return f64x2.lt(size, f64x2.splat(0.625));
}

/** tanh of a number below 0.625 in size. */
@inline
function nearZero(x: v128): v128 {
  const z = f64x2.mul(x, x);
  const top = madd(
    madd(f64x2.splat(-9.64399179425052238628e-1), z, f64x2.splat(-9.92877231001918586564e1)),
    z,
    f64x2.splat(-1.61468768441708447952e3),
  );
  const bottom = madd(
    madd(f64x2.add(z, f64x2.splat(1.12811678491632931402e2)), z, f64x2.splat(2.23548839060100448583e3)),
    z,
    f64x2.splat(4.84406305325125486048e3),
  );
  return madd(f64x2.mul(x, z), f64x2.div(top, bottom), x);
}

/** (1 − q)/(1 + q). */
@inline
function away(q: v128): v128 {
  const one = f64x2.splat(1);
  return f64x2.div(f64x2.sub(one, q), f64x2.add(one, q));
}

@inline
export function tanh(x: v128): v128 {
  const size = f64x2.abs(x);
  const small = isSmall(size);
  let value = nearZero(x);
  if (!i64x2.all_true(small)) {
    const exponent = f64x2.mul(f64x2.pmin(size, f64x2.splat(200)), f64x2.splat(-2));
    value = choose(small, value, away(expSmall(exponent, f64x2.splat(0))));
  }
  return v128.or(value, signOf(x));
}

/** tanh x to `values` and 1/cosh² x to `slopes`, two each. */
@inline
export function tanhAndSlope(x: v128, values: usize, slopes: usize): void {
  const one = f64x2.splat(1);
  const size = f64x2.abs(x);
  const small = isSmall(size);
  let value = nearZero(x);
  let slope = f64x2.sub(one, f64x2.mul(value, value));
  if (!i64x2.all_true(small)) {
    // 4e^{−800} is below the least double.
    const exponent = f64x2.mul(f64x2.pmin(size, f64x2.splat(400)), f64x2.splat(-2));
    const z = powerOf(exponent);
    const k = f64x2.sub(z, rounder());
    const r = reduced(exponent, f64x2.splat(0), k);
    const grown = madd(f64x2.mul(r, r), remainder(r), r);
    const head = f64x2.add(one, grown);
    const tail = f64x2.sub(grown, f64x2.sub(head, one));
    // 4q = (head + tail) 2^{k+2}, in two factors where that may be below the least normal number.
    const scale = twoTo(f64x2.add(z, f64x2.splat(2)));
    let fourfold = f64x2.mul(head, scale);
    let rest = f64x2.mul(tail, scale);
    if (v128.any_true(f64x2.gt(size, f64x2.splat(340)))) {
      const raised = twoTo(f64x2.add(k, f64x2.add(rounder(), f64x2.splat(602))));
      const down = f64x2.splat(2.409919865102884e-181);
      fourfold = f64x2.mul(f64x2.mul(head, raised), down);
      rest = f64x2.mul(f64x2.mul(tail, raised), down);
    }
    const q = f64x2.mul(fourfold, f64x2.splat(0.25));
    // (fourfold + rest)/(square + lost) for square + lost = 1 + 2q + q².
    const beyond = madd(q, q, f64x2.add(q, q));
    const square = f64x2.add(one, beyond);
    const lost = f64x2.sub(beyond, f64x2.sub(square, one));
    const most = f64x2.div(fourfold, square);
    slope = choose(small, slope, f64x2.add(most, f64x2.div(f64x2.sub(rest, f64x2.mul(most, lost)), square)));
    value = choose(small, value, away(q));
  }
  v128.store(values, v128.or(value, signOf(x)));
  v128.store(slopes, slope);
}
