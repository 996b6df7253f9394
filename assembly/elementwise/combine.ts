/**
 * out[b] = Σᵢ cᵢ[b] Aᵢ[b] over at most four terms.
 * Arrays: out and Aᵢ hold `size` numbers an entry; Aᵢ is `strideᵢ` bytes further for the next entry (0: shared by all).
 * `coefficients`: [batch, terms]. Task t: entry ⌊t / pieces⌋, piece t mod pieces of `piece` numbers (even).
 * Cost: one pass over the terms and the result.
 */
import { madd } from '../common/simd';

export function combine(
  first: i32,
  end: i32,
  out: usize,
  size: i32,
  piece: i32,
  coefficients: usize,
  terms: i32,
  a0: usize,
  stride0: usize,
  a1: usize,
  stride1: usize,
  a2: usize,
  stride2: usize,
  a3: usize,
  stride3: usize,
): void {
  const pieces = (size + piece - 1) / piece;
  for (let task = first; task < end; task++) {
    const entry = task / pieces;
    const from = (task - entry * pieces) * piece;
    const count = min(piece, size - from);
    const skip = (<usize>from) << 3;
    const target = out + ((<usize>entry * size) << 3) + skip;
    const c = coefficients + ((<usize>entry * terms) << 3);
    const x0 = a0 + <usize>entry * stride0 + skip;
    const x1 = a1 + <usize>entry * stride1 + skip;
    const x2 = a2 + <usize>entry * stride2 + skip;
    const x3 = a3 + <usize>entry * stride3 + skip;
    const bytes = (<usize>count) << 3;
    const pairs = bytes & ~15;
    const c0 = v128.load_splat<f64>(c);
    const c1 = terms > 1 ? v128.load_splat<f64>(c, 8) : c0;
    const c2 = terms > 2 ? v128.load_splat<f64>(c, 16) : c0;
    const c3 = terms > 3 ? v128.load_splat<f64>(c, 24) : c0;
    for (let i: usize = 0; i < pairs; i += 16) {
      let sum = f64x2.mul(c0, v128.load(x0 + i));
      if (terms > 1) sum = madd(c1, v128.load(x1 + i), sum);
      if (terms > 2) sum = madd(c2, v128.load(x2 + i), sum);
      if (terms > 3) sum = madd(c3, v128.load(x3 + i), sum);
      v128.store(target + i, sum);
    }
    if (pairs < bytes) {
      let sum = f64x2.mul(c0, v128.load64_zero(x0 + pairs));
      if (terms > 1) sum = madd(c1, v128.load64_zero(x1 + pairs), sum);
      if (terms > 2) sum = madd(c2, v128.load64_zero(x2 + pairs), sum);
      if (terms > 3) sum = madd(c3, v128.load64_zero(x3 + pairs), sum);
      v128.store64_lane(target + pairs, sum, 0);
    }
  }
}
