/**
 * Standard normals by Box–Muller: block i of `philox` gives u₀ … u₃ = (word + ½) 2⁻³² and √(−2 ln u₀)·(cos 2πu₁, sin 2πu₁),
 * √(−2 ln u₂)·(cos 2πu₃, sin 2πu₃); element e of a stream is normal e mod 4 of block ⌊e/4⌋, as in `base/philox.ts`.
 * Cost: about 70 operations for a pair of normals.
 */
import { scratch } from '../common/scratch';
import { circle } from './circle';
import { log } from './log';
import { highs, lows } from './lanes';
import { philox } from './philox';

/** Words of four blocks [4][4] u32, then cosines and sines of two blocks. */
const room: usize = 64 + 32;

/** (word + ½) 2⁻³² of the two u32 at `at`. */
@inline
function uniform(at: usize): v128 {
  const word = f64x2.convert_low_i32x4_u(v128.load64_zero(at));
  return f64x2.mul(f64x2.add(word, f64x2.splat(0.5)), f64x2.splat(2.3283064365386963e-10));
}

/** The normals of words `radius` and `angle` of two blocks, each a block's two side by side, 32 bytes apart at `out`. */
@inline
function pairs(radius: usize, angle: usize, scratch: usize, out: usize): void {
  const size = f64x2.sqrt(f64x2.mul(f64x2.splat(-2), log(uniform(radius))));
  circle(f64x2.mul(f64x2.splat(6.283185307179586), uniform(angle)), scratch, scratch + 16);
  const x = f64x2.mul(size, v128.load(scratch));
  const y = f64x2.mul(size, v128.load(scratch, 16));
  v128.store(out, lows(x, y));
  v128.store(out, highs(x, y), 32);
}

/** Elements `from` … `from + count − 1` of a stream, `from` a multiple of 4, to `out`. Scratch: 256 bytes. */
export function draw(out: usize, from: u32, count: u32, step: u32, stream: u32, low: u32, high: u32): void {
  const numbers = scratch + room;
  for (let done: u32 = 0; done < count; done += 16) {
    const left = count - done;
    // Fewer than sixteen are made beside and copied.
    const to = left >= 16 ? out + (<usize>done << 3) : numbers;
    philox(from / 4 + done / 4, step, stream, low, high, scratch);
    for (let two: usize = 0; two < 2; two++) {
      const words = scratch + two * 8;
      pairs(words, words + 16, scratch + 64, to + two * 64);
      pairs(words + 32, words + 48, scratch + 64, to + two * 64 + 16);
    }
    if (left < 16) memory.copy(out + (<usize>done << 3), numbers, left << 3);
  }
}

/** Numbers of a task. */
const piece: u32 = 1024;

/** The first `count` elements of a stream to `out`. Task `offset` + t: `piece` of them. Scratch: 256 bytes. */
export function normals(first: i32, end: i32, offset: i32, out: usize, count: u32, step: u32, stream: u32, low: u32, high: u32): void {
  for (let task: u32 = first + offset; task < <u32>(end + offset); task++) {
    const from = task * piece;
    draw(out + (<usize>from << 3), from, min(piece, count - from), step, stream, low, high);
  }
}
