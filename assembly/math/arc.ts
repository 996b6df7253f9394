/**
 * asin, acos, atan and atan2.
 *
 * asin x and acos x: below ½, x + x R(x²) with R = P/Q of fdlibm (e_asin.c, Sun 1993); above, by asin x = π/2 − 2 asin √((1−x)/2), where
 * the root is a sum of two doubles (head and what squaring it leaves). atan2(y, x): the quotient of the smaller by the larger, or of their
 * difference by their sum, so that |t| ≤ 0.66; t + t³ P(t²)/Q(t²) (Moshier, Cephes, atan.c) and the angle of the octant in two doubles.
 * Below 2 ULP (1.4 seen). Cost: 60 operations for two numbers, of which two divisions and, for asin and acos, a root.
 */
import { choose, headOf, madd, signOf } from './lanes';

/** (asin x − x)/x of z = x² ≤ ¼. */
@inline
function ratio(z: v128): v128 {
  let p = madd(z, f64x2.splat(3.47933107596021167570e-5), f64x2.splat(7.91534994289814532176e-4));
  p = madd(z, p, f64x2.splat(-4.00555345006794114027e-2));
  p = madd(z, p, f64x2.splat(2.01212532134862925881e-1));
  p = madd(z, p, f64x2.splat(-3.25565818622400915405e-1));
  p = madd(z, p, f64x2.splat(1.66666666666666657415e-1));
  let q = madd(z, f64x2.splat(7.70381505559019352791e-2), f64x2.splat(-6.88283971605453293030e-1));
  q = madd(z, q, f64x2.splat(2.02094576023350569471));
  q = madd(z, q, f64x2.splat(-2.40339491173441421878));
  q = madd(z, q, f64x2.splat(1));
  return f64x2.div(f64x2.mul(z, p), q);
}

/** The true root of z minus the head of its rounded root. */
@inline
function rootTail(z: v128, root: v128): v128 {
  const head = headOf(root);
  const lost = f64x2.div(f64x2.sub(z, f64x2.mul(head, head)), f64x2.add(root, head));
  // z is 0 at 1, where the quotient would be 0/0.
  return choose(f64x2.gt(z, f64x2.splat(0)), lost, f64x2.splat(0));
}

const halfPi: f64 = 1.57079632679489655800;
const halfPiTail: f64 = 6.12323399573676603587e-17;

@inline
export function asin(x: v128): v128 {
  const size = f64x2.abs(x);
  const small = f64x2.lt(size, f64x2.splat(0.5));
  const z = choose(small, f64x2.mul(x, x), f64x2.mul(f64x2.sub(f64x2.splat(1), size), f64x2.splat(0.5)));
  const r = ratio(z);
  const root = f64x2.sqrt(z);
  const head = headOf(root);
  const tail = rootTail(z, root);
  // The rounding of π/4 − 2 head is less than a quarter of a unit in the last place.
  const quarter = f64x2.splat(7.85398163397448278999e-1);
  const p = f64x2.sub(
    f64x2.mul(f64x2.mul(f64x2.splat(2), root), r),
    f64x2.sub(f64x2.splat(halfPiTail), f64x2.mul(f64x2.splat(2), tail)),
  );
  const q = f64x2.sub(quarter, f64x2.mul(f64x2.splat(2), head));
  const large = f64x2.sub(quarter, f64x2.sub(p, q));
  return choose(small, madd(x, r, x), v128.or(large, signOf(x)));
}

@inline
export function acos(x: v128): v128 {
  const size = f64x2.abs(x);
  const small = f64x2.lt(size, f64x2.splat(0.5));
  const z = choose(small, f64x2.mul(x, x), f64x2.mul(f64x2.sub(f64x2.splat(1), size), f64x2.splat(0.5)));
  const r = ratio(z);
  const root = f64x2.sqrt(z);
  const head = headOf(root);
  const two = f64x2.splat(2);
  const pi = f64x2.splat(halfPi);
  const low = f64x2.splat(halfPiTail);
  const near = f64x2.sub(pi, f64x2.sub(x, f64x2.sub(low, f64x2.mul(x, r))));
  const above = f64x2.mul(two, f64x2.add(head, madd(r, root, rootTail(z, root))));
  const below = f64x2.sub(f64x2.splat(2 * halfPi), f64x2.mul(two, f64x2.add(root, f64x2.sub(f64x2.mul(r, root), low))));
  return choose(small, near, choose(f64x2.gt(x, f64x2.splat(0)), above, below));
}

/** atan t for |t| ≤ 0.66. */
@inline
function atanSmall(t: v128): v128 {
  const z = f64x2.mul(t, t);
  let p = madd(z, f64x2.splat(-8.750608600031904122785e-1), f64x2.splat(-1.615753718733365076637e1));
  p = madd(z, p, f64x2.splat(-7.500855792314704667340e1));
  p = madd(z, p, f64x2.splat(-1.228866684490136173410e2));
  p = madd(z, p, f64x2.splat(-6.485021904942025371773e1));
  let q = f64x2.add(z, f64x2.splat(2.485846490142306297962e1));
  q = madd(z, q, f64x2.splat(1.650270098316988542046e2));
  q = madd(z, q, f64x2.splat(4.328810604912902668951e2));
  q = madd(z, q, f64x2.splat(4.853903996359136964868e2));
  q = madd(z, q, f64x2.splat(1.945506571482613964425e2));
  return madd(t, f64x2.div(f64x2.mul(z, p), q), t);
}

/** The angle of (x, y), for finite numbers whose sum does not overflow; that of (0, 0) by the signs, as IEEE 754 has it. */
@inline
export function atan2(y: v128, x: v128): v128 {
  const up = f64x2.abs(y);
  const along = f64x2.abs(x);
  const steep = f64x2.gt(up, along);
  const small = choose(steep, along, up);
  const large = choose(steep, up, along);
  // tan(angle − π/4) = (small − large)/(small + large).
  const middle = f64x2.gt(small, f64x2.mul(large, f64x2.splat(0.66)));
  const t = f64x2.div(choose(middle, f64x2.sub(small, large), small), choose(middle, f64x2.add(small, large), large));
  const octant = atanSmall(choose(f64x2.eq(large, f64x2.splat(0)), large, t));
  const left = i64x2.shr_s(x, 63);
  // base + base's tail + octant, the signs by the octants passed.
  const back = v128.xor(steep, left);
  const turned = v128.xor(octant, v128.and(back, f64x2.splat(-0.0)));
  const quarters = f64x2.add(
    v128.xor(v128.and(middle, f64x2.splat(1)), v128.and(back, f64x2.splat(-0.0))),
    choose(steep, f64x2.splat(2), v128.and(left, f64x2.splat(4))),
  );
  const base = f64x2.mul(quarters, f64x2.splat(halfPi / 2));
  const tail = f64x2.mul(quarters, f64x2.splat(halfPiTail / 2));
  const angle = f64x2.add(base, f64x2.add(turned, tail));
  return v128.or(angle, signOf(y));
}
