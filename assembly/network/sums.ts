/** Sums along rows. Cost: one pass. */
import { madd } from '../math/lanes';

/** Σ x y of `count` numbers. */
@inline
export function dot(x: usize, y: usize, count: usize): f64 {
  let sum = f64x2.splat(0);
  let other = f64x2.splat(0);
  let i: usize = 0;
  for (; i + 4 <= count; i += 4) {
    sum = madd(v128.load(x + i * 8), v128.load(y + i * 8), sum);
    other = madd(v128.load(x + i * 8, 16), v128.load(y + i * 8, 16), other);
  }
  sum = f64x2.add(sum, other);
  let total = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  for (; i < count; i++) total += load<f64>(x + i * 8) * load<f64>(y + i * 8);
  return total;
}

/** `sum` += by · `x`, `count` numbers. */
@inline
export function addTo(sum: usize, x: usize, by: f64, count: usize): void {
  const factor = f64x2.splat(by);
  let i: usize = 0;
  for (; i + 2 <= count; i += 2) v128.store(sum + i * 8, madd(factor, v128.load(x + i * 8), v128.load(sum + i * 8)));
  if (i < count) store<f64>(sum + i * 8, load<f64>(sum + i * 8) + by * load<f64>(x + i * 8));
}

/** `to` = by · r ∘ `to`, `count` numbers. */
@inline
export function scaleBy(to: usize, r: usize, by: f64, count: usize): void {
  const factor = f64x2.splat(by);
  let i: usize = 0;
  for (; i + 2 <= count; i += 2) v128.store(to + i * 8, f64x2.mul(f64x2.mul(factor, v128.load(r + i * 8)), v128.load(to + i * 8)));
  if (i < count) store<f64>(to + i * 8, by * load<f64>(r + i * 8) * load<f64>(to + i * 8));
}

/** An address and a number of a record of f64. */
@inline
export function address(record: usize, field: usize): usize {
  return <usize>load<f64>(record + field * 8);
}
@inline
export function coefficient(record: usize, field: usize): f64 {
  return load<f64>(record + field * 8);
}
