/**
 * out[b] = x[b] ∘ y[b]. Arrays: `size` numbers an entry, x and y `strideX` and `strideY` bytes further for the next (0: shared).
 * Task t: entry ⌊t / pieces⌋, piece t mod pieces of `piece` numbers (even). Cost: one pass.
 */
export function hadamard(
  first: i32,
  end: i32,
  out: usize,
  size: i32,
  piece: i32,
  x: usize,
  strideX: usize,
  y: usize,
  strideY: usize,
): void {
  const pieces = (size + piece - 1) / piece;
  for (let task = first; task < end; task++) {
    const entry = task / pieces;
    const from = (task - entry * pieces) * piece;
    const bytes = (<usize>min(piece, size - from)) << 3;
    const skip = (<usize>from) << 3;
    const target = out + ((<usize>entry * size) << 3) + skip;
    const left = x + <usize>entry * strideX + skip;
    const right = y + <usize>entry * strideY + skip;
    const pairs = bytes & ~15;
    for (let i: usize = 0; i < pairs; i += 16) v128.store(target + i, f64x2.mul(v128.load(left + i), v128.load(right + i)));
    if (pairs < bytes) store<f64>(target + pairs, load<f64>(left + pairs) * load<f64>(right + pairs));
  }
}
