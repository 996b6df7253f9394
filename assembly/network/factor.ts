/**
 * Cholesky factorisation A = L Lᵀ of one symmetric matrix [n, n] whose lower half is read, in place, and solution of L Lᵀ x = b, for the
 * small systems inside a step. By rows: L_ij = (A_ij − L_i·L_j)/L_jj, four j at a time. Cost: n³/3.
 */
import { madd } from '../math/lanes';

/** x · y of the first `count` numbers of row `x` and of four rows from `y` on, `stride` bytes apart, to `to`. */
@inline
function fourDots(x: usize, y: usize, stride: usize, count: usize, to: usize): void {
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let s2 = f64x2.splat(0);
  let s3 = f64x2.splat(0);
  const y1 = y + stride;
  const y2 = y1 + stride;
  const y3 = y2 + stride;
  // `count` is a multiple of 4.
  for (let k: usize = 0; k < count * 8; k += 16) {
    const a = v128.load(x + k);
    s0 = madd(a, v128.load(y + k), s0);
    s1 = madd(a, v128.load(y1 + k), s1);
    s2 = madd(a, v128.load(y2 + k), s2);
    s3 = madd(a, v128.load(y3 + k), s3);
  }
  v128.store(to, f64x2.add(v128.shuffle<f64>(s0, s1, 0, 2), v128.shuffle<f64>(s0, s1, 1, 3)));
  v128.store(to, f64x2.add(v128.shuffle<f64>(s2, s3, 0, 2), v128.shuffle<f64>(s2, s3, 1, 3)), 16);
}

@inline
function at(a: usize, n: usize, i: usize, j: usize): usize {
  return a + (i * n + j) * 8;
}

/** Whether all pivots were positive finite numbers. `room`: 32 bytes. */
export function factor(a: usize, n: usize, room: usize): bool {
  for (let i: usize = 0; i < n; i++)
    for (let left: usize = 0; left <= i; left += 4) {
      const right = min(left + 4, i + 1);
      // Four rows from `left` on, of which those past the matrix are not used.
      if (left + 4 <= n) fourDots(at(a, n, i, 0), at(a, n, left, 0), n * 8, left, room);
      else
        for (let j = left; j < right; j++) {
          let sum = 0.0;
          for (let k: usize = 0; k < left; k++) sum += load<f64>(at(a, n, i, k)) * load<f64>(at(a, n, j, k));
          store<f64>(room + (j - left) * 8, sum);
        }
      for (let j = left; j < right; j++) {
        let sum = load<f64>(at(a, n, i, j)) - load<f64>(room + (j - left) * 8);
        for (let k = left; k < j; k++) sum -= load<f64>(at(a, n, i, k)) * load<f64>(at(a, n, j, k));
        if (j < i) store<f64>(at(a, n, i, j), sum / load<f64>(at(a, n, j, j)));
        else if (sum > 0 && sum < Infinity) store<f64>(at(a, n, i, i), Math.sqrt(sum));
        else return false;
      }
    }
  return true;
}

/** x ← (L Lᵀ)⁻¹ x. */
export function solveFactored(a: usize, n: usize, x: usize): void {
  for (let i: usize = 0; i < n; i++) {
    let sum = load<f64>(x + i * 8);
    for (let k: usize = 0; k < i; k++) sum -= load<f64>(at(a, n, i, k)) * load<f64>(x + k * 8);
    store<f64>(x + i * 8, sum / load<f64>(at(a, n, i, i)));
  }
  for (let i = n; i-- > 0; ) {
    const value = load<f64>(x + i * 8) / load<f64>(at(a, n, i, i));
    store<f64>(x + i * 8, value);
    for (let k: usize = 0; k < i; k++) store<f64>(x + k * 8, load<f64>(x + k * 8) - value * load<f64>(at(a, n, i, k)));
  }
}
