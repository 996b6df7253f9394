/**
 * cos x and sin x for 0 ≤ x ≤ 8. With n = round(x / (π/2)), x − n π/2 = y₀ + y₁ by π/2 in three parts of which the first two have 33 bits
 * (fdlibm, e_rem_pio2.c), so that n times them is exact; then the kernels of fdlibm (k_sin.c, k_cos.c, Sun 1993) with their tails. Below
 * 1 ULP, next to the zeros too. Cost: 60 operations for two pairs.
 */
import { choose, madd, rounder } from './lanes';

/** sin(y + tail) for |y| ≤ π/4. */
@inline
function sineKernel(y: v128, tail: v128): v128 {
  const z = f64x2.mul(y, y);
  const cube = f64x2.mul(z, y);
  let r = madd(z, f64x2.splat(1.58969099521155010221e-10), f64x2.splat(-2.50507602534068634195e-8));
  r = madd(z, r, f64x2.splat(2.75573137070700676789e-6));
  r = madd(z, r, f64x2.splat(-1.98412698298579493134e-4));
  r = madd(z, r, f64x2.splat(8.33333333332248946124e-3));
  const half = f64x2.sub(f64x2.mul(tail, f64x2.splat(0.5)), f64x2.mul(cube, r));
  const low = f64x2.sub(f64x2.mul(z, half), tail);
  return f64x2.sub(y, f64x2.sub(low, f64x2.mul(cube, f64x2.splat(-1.66666666666666324348e-1))));
}

/** cos(y + tail) for |y| ≤ π/4: 1 − y²/2 with what its rounding loses. */
@inline
function cosineKernel(y: v128, tail: v128): v128 {
  const z = f64x2.mul(y, y);
  let r = madd(z, f64x2.splat(-1.13596475577881948265e-11), f64x2.splat(2.08757232129817482790e-9));
  r = madd(z, r, f64x2.splat(-2.75573143513906633035e-7));
  r = madd(z, r, f64x2.splat(2.48015872894767294178e-5));
  r = madd(z, r, f64x2.splat(-1.38888888888741095749e-3));
  r = madd(z, r, f64x2.splat(4.16666666666666019037e-2));
  const half = f64x2.mul(z, f64x2.splat(0.5));
  const head = f64x2.sub(f64x2.splat(1), half);
  const lost = f64x2.sub(f64x2.sub(f64x2.splat(1), head), half);
  const low = f64x2.sub(f64x2.mul(f64x2.mul(z, z), r), f64x2.mul(y, tail));
  return f64x2.add(head, f64x2.add(lost, low));
}

/** Writes cos x to `cosines` and sin x to `sines`, two each. */
@inline
export function circle(x: v128, cosines: usize, sines: usize): void {
  const counted = f64x2.add(f64x2.mul(x, f64x2.splat(0.6366197723675814)), rounder());
  const n = f64x2.sub(counted, rounder());
  const near = f64x2.sub(x, f64x2.mul(n, f64x2.splat(1.57079632673412561417)));
  const second = f64x2.mul(n, f64x2.splat(6.07710050630396597660e-11));
  const first = f64x2.sub(near, second);
  const lost = f64x2.sub(f64x2.sub(near, first), second);
  const tail = f64x2.sub(lost, f64x2.mul(n, f64x2.splat(2.02226624879595063154e-21)));
  const y = f64x2.add(first, tail);
  const rest = f64x2.add(f64x2.sub(first, y), tail);
  const sine = sineKernel(y, rest);
  const cosine = cosineKernel(y, rest);
  // Quadrant n mod 4: the two change places where it is odd; the sine changes sign where bit 1 is set, the cosine where bits 0 and 1 differ.
  const odd = i64x2.neg(v128.and(counted, i64x2.splat(1)));
  const sign = i64x2.splat(2);
  v128.store(sines, v128.xor(choose(odd, cosine, sine), i64x2.shl(v128.and(counted, sign), 62)));
  const turned = i64x2.add(counted, i64x2.splat(1));
  v128.store(cosines, v128.xor(choose(odd, sine, cosine), i64x2.shl(v128.and(turned, sign), 62)));
}
