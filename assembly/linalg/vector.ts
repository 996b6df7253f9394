/** Sums along memory: two pairs of sums at a time, added up in one order whatever calls. */
import { madd } from '../common/simd';

/** Σ xᵢ yᵢ over `count` numbers. */
export function dotOf(x: usize, y: usize, count: i32): f64 {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  const end = x + ((<usize>(count & ~7)) << 3);
  while (x < end) {
    s0 = madd(v128.load(x), v128.load(y), s0);
    s1 = madd(v128.load(x, 16), v128.load(y, 16), s1);
    s2 = madd(v128.load(x, 32), v128.load(y, 32), s2);
    s3 = madd(v128.load(x, 48), v128.load(y, 48), s3);
    x += 64;
    y += 64;
  }
  const s = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3));
  let sum = f64x2.splat(f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1));
  for (let i = count & ~7; i < count; i++) {
    sum = madd(v128.load64_zero(x), v128.load64_zero(y), sum);
    x += 8;
    y += 8;
  }
  return f64x2.extract_lane(sum, 0);
}

/** y ← y + factor · x over `count` numbers. */
export function addScaled(y: usize, x: usize, factor: f64, count: i32): void {
  const scale = f64x2.splat(factor);
  const end = x + ((<usize>(count & ~1)) << 3);
  while (x < end) {
    v128.store(y, madd(scale, v128.load(x), v128.load(y)));
    x += 16;
    y += 16;
  }
  if (count & 1) v128.store64_lane(y, madd(scale, v128.load64_zero(x), v128.load64_zero(y)), 0);
}
