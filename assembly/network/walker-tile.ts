/**
 * Eight walkers at a time: a tile [n][8] f64 has their numbers of one kind, so that loops over walkers are four registers of two.
 *   place   h = m + R z, φ, φ′
 *   pull    ∂g = φ′ ∘ (Aφ + b), g = ½ φᵀAφ + b·φ
 *   kick    Rᵀ∂g
 * R [n, n] lower and A [n, n] symmetric, row-major. Cost for each tile: 8 n² operations to place and to kick, 16 n² to pull, and 8n
 * activations with slopes, 70 operations each.
 */
import { activate } from '../math/activation';
import { madd } from '../math/lanes';

/** Walkers of a tile. */
export const abreast: usize = 8;

/** Bytes of a tile. */
@inline
export function tileBytes(n: usize): usize {
  return n * 64;
}

/**
 * Rows [n] of walkers `k` … `k + count − 1` to a tile; what is left of it repeats the last. Rows repeat after `period`: of means and tilts all
 * copies have the same.
 */
export function gather(from: usize, n: usize, k: usize, count: usize, period: usize, tile: usize): void {
  for (let w: usize = 0; w < abreast; w++) {
    const row = from + ((k + min(w, count - 1)) % period) * n * 8;
    const to = tile + w * 8;
    for (let i: usize = 0; i < n; i++) store<f64>(to + i * 64, load<f64>(row + i * 8));
  }
}

/** Column w of a tile to the row of walker k. */
@inline
export function scatter(tile: usize, w: usize, n: usize, to: usize, k: usize): void {
  const row = to + k * n * 8;
  for (let i: usize = 0; i < n; i++) store<f64>(row + i * 8, load<f64>(tile + i * 64 + w * 8));
}

/** Four registers of row i of a tile, or zeros where there is none. */
@inline
function quarterOf(tile: usize, i: usize, quarter: usize): v128 {
  return tile ? v128.load(tile + i * 64 + quarter * 16) : f64x2.splat(0);
}

/** h, φ and φ′ where z is; `means`: a tile, or 0. */
export function place(code: i32, n: usize, factor: usize, means: usize, z: usize, h: usize, values: usize, slopes: usize): void {
  for (let i: usize = 0; i < n; i++) {
    let s0 = quarterOf(means, i, 0);
    let s1 = quarterOf(means, i, 1);
    let s2 = quarterOf(means, i, 2);
    let s3 = quarterOf(means, i, 3);
    let at = factor + i * n * 8;
    for (let x = z; x <= z + i * 64; x += 64, at += 8) {
      const r = v128.load64_splat(at);
      s0 = madd(r, v128.load(x), s0);
      s1 = madd(r, v128.load(x, 16), s1);
      s2 = madd(r, v128.load(x, 32), s2);
      s3 = madd(r, v128.load(x, 48), s3);
    }
    const to = h + i * 64;
    v128.store(to, s0);
    v128.store(to, s1, 16);
    v128.store(to, s2, 32);
    v128.store(to, s3, 48);
  }
  activate(code, h, values, slopes, n * abreast, 1);
}

/** ∂g, and g of each walker to `g` [8]; `tilts`: a tile, or 0. */
export function pull(n: usize, conjugate: usize, tilts: usize, values: usize, slopes: usize, pulls: usize, g: usize): void {
  const half = f64x2.splat(0.5);
  let g0 = f64x2.splat(0);
  let g1 = f64x2.splat(0);
  let g2 = f64x2.splat(0);
  let g3 = f64x2.splat(0);
  for (let i: usize = 0; i < n; i++) {
    let s0 = f64x2.splat(0);
    let s1 = f64x2.splat(0);
    let s2 = f64x2.splat(0);
    let s3 = f64x2.splat(0);
    let at = conjugate + i * n * 8;
    for (let v = values; v < values + n * 64; v += 64, at += 8) {
      const a = v128.load64_splat(at);
      s0 = madd(a, v128.load(v), s0);
      s1 = madd(a, v128.load(v, 16), s1);
      s2 = madd(a, v128.load(v, 32), s2);
      s3 = madd(a, v128.load(v, 48), s3);
    }
    const own = values + i * 64;
    const by = slopes + i * 64;
    const to = pulls + i * 64;
    const b0 = quarterOf(tilts, i, 0);
    const b1 = quarterOf(tilts, i, 1);
    const b2 = quarterOf(tilts, i, 2);
    const b3 = quarterOf(tilts, i, 3);
    g0 = madd(v128.load(own), madd(half, s0, b0), g0);
    g1 = madd(v128.load(own, 16), madd(half, s1, b1), g1);
    g2 = madd(v128.load(own, 32), madd(half, s2, b2), g2);
    g3 = madd(v128.load(own, 48), madd(half, s3, b3), g3);
    v128.store(to, f64x2.mul(v128.load(by), f64x2.add(s0, b0)));
    v128.store(to, f64x2.mul(v128.load(by, 16), f64x2.add(s1, b1)), 16);
    v128.store(to, f64x2.mul(v128.load(by, 32), f64x2.add(s2, b2)), 32);
    v128.store(to, f64x2.mul(v128.load(by, 48), f64x2.add(s3, b3)), 48);
  }
  v128.store(g, g0);
  v128.store(g, g1, 16);
  v128.store(g, g2, 32);
  v128.store(g, g3, 48);
}

/** p += `by` Rᵀ∂g. */
export function kick(n: usize, factor: usize, pulls: usize, by: f64, p: usize): void {
  const scale = f64x2.splat(by);
  for (let j: usize = 0; j < n; j++) {
    let s0 = f64x2.splat(0);
    let s1 = f64x2.splat(0);
    let s2 = f64x2.splat(0);
    let s3 = f64x2.splat(0);
    let at = factor + j * (n + 1) * 8;
    for (let x = pulls + j * 64; x < pulls + n * 64; x += 64, at += n * 8) {
      const r = v128.load64_splat(at);
      s0 = madd(r, v128.load(x), s0);
      s1 = madd(r, v128.load(x, 16), s1);
      s2 = madd(r, v128.load(x, 32), s2);
      s3 = madd(r, v128.load(x, 48), s3);
    }
    const to = p + j * 64;
    v128.store(to, madd(scale, s0, v128.load(to)));
    v128.store(to, madd(scale, s1, v128.load(to, 16)), 16);
    v128.store(to, madd(scale, s2, v128.load(to, 32)), 32);
    v128.store(to, madd(scale, s3, v128.load(to, 48)), 48);
  }
}
