/**
 * e^x = 2ᵏ e^r with k = round(x / ln 2) and r = x − k ln 2, |r| ≤ ln 2 / 2, where ln 2 is a sum of two doubles of which the first has 32
 * zeros at its end (fdlibm, e_exp.c, Sun 1993), so that k times it is exact; e^r = 1 + r + r² (½ + r q(r)), q of degree 8 by fit.py.
 * Below 2 ULP (1.1 seen). Cost: 27 operations for two numbers, a few more where results may be subnormal or infinite.
 */
import { madd, rounder } from './lanes';

/** round(x / ln 2), still with `rounder` added. */
@inline
export function powerOf(x: v128): v128 {
  return f64x2.add(f64x2.mul(x, f64x2.splat(1.4426950408889634)), rounder());
}

/** x + rest − k ln 2 for a small `rest`. */
@inline
export function reduced(x: v128, rest: v128, k: v128): v128 {
  const head = f64x2.sub(x, f64x2.mul(k, f64x2.splat(6.93147180369123816490e-1)));
  return f64x2.add(head, f64x2.sub(rest, f64x2.mul(k, f64x2.splat(1.90821492927058770002e-10))));
}

/** (e^r − 1 − r)/r². */
@inline
export function remainder(r: v128): v128 {
  const r2 = f64x2.mul(r, r);
  const r4 = f64x2.mul(r2, r2);
  const a = madd(r, f64x2.splat(0.16666666666666666), f64x2.splat(0.5));
  const b = madd(r, f64x2.splat(0.008333333333332157), f64x2.splat(0.041666666666651364));
  const c = madd(r, f64x2.splat(0.0001984126985433077), f64x2.splat(0.0013888888905871347));
  const d = madd(r, f64x2.splat(2.7557280082684685e-06), f64x2.splat(2.4801536409064087e-05));
  const e = madd(r, f64x2.splat(2.509554598170022e-08), f64x2.splat(2.761379555451986e-07));
  return madd(r4, madd(r4, e, madd(r2, d, c)), madd(r2, b, a));
}

/** 2ᵏ of k with `rounder` added, |k| ≤ 1022. */
@inline
export function twoTo(z: v128): v128 {
  return i64x2.add(f64x2.splat(1), i64x2.shl(z, 52));
}

/** e^(x + rest) for x in [−700, 700] and |rest| < 2⁻²⁰ |x|. */
@inline
export function expSmall(x: v128, rest: v128): v128 {
  const z = powerOf(x);
  const r = reduced(x, rest, f64x2.sub(z, rounder()));
  const p = f64x2.add(f64x2.splat(1), madd(f64x2.mul(r, r), remainder(r), r));
  return i64x2.add(p, i64x2.shl(z, 52));
}

/** e^(x + rest) for any x and |rest| < 1. */
@inline
export function expWith(x: v128, rest: v128): v128 {
  // A comparison with not-a-number is false, and pmin and pmax keep their first argument then.
  const inside = f64x2.pmax(f64x2.pmin(x, f64x2.splat(710)), f64x2.splat(-746));
  const z = powerOf(f64x2.add(inside, rest));
  const k = f64x2.sub(z, rounder());
  const r = reduced(inside, rest, k);
  const p = f64x2.add(f64x2.splat(1), madd(f64x2.mul(r, r), remainder(r), r));
  // In two factors, since 2ᵏ may be no double where the result is one.
  const half = f64x2.add(f64x2.mul(k, f64x2.splat(0.5)), rounder());
  const other = f64x2.add(f64x2.sub(k, f64x2.sub(half, rounder())), rounder());
  return f64x2.mul(f64x2.mul(p, twoTo(half)), twoTo(other));
}

/** e^x. */
@inline
export function exp(x: v128): v128 {
  return expWith(x, f64x2.splat(0));
}
