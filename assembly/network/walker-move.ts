/**
 * A Metropolis step of neurons of a layer under N(0, I) exp g, g = ½ φᵀAφ + b·φ at h = m + R z: `Backend.moveWalkers`. First, where asked, h → −h by
 * z → −z − 2R⁻¹m; then leapfrogs of angle dt, in which the Gaussian part turns (z, p) and the rest kicks p by dt Rᵀ∂g.
 * Arrays: z, h, φ, φ′ [copies · samples, n]; m and b [samples, n], 0 where there are none; R, A [n, n]. Normals of walker k: elements k(n + 2) … of
 * the stream, n of p and two for the test; of its flip: elements 2k and 2k + 1 of the other stream. Task `offset` + t: a tile of walkers; how many
 * of its moves were accepted goes to `accepted`[·].
 * Cost of a walker: leaps + 1 times n activations with slopes and 4n² operations, one n² more with a flip, and n + 2 normals, 35 operations each.
 */
import { scratch } from '../common/scratch';
import { nmadd } from '../common/simd';
import { draw } from '../math/normals';
import { choose, madd } from '../math/lanes';
import { abreast, gather, kick, place, pull, scatter, tileBytes } from './walker-tile';

/** What `draw` takes of the scratch. */
const drawing: usize = 256;

/** Registers of 64 bytes, one number a walker, and their places after `drawing`. */
const energyAt: usize = drawing;
const forceAt: usize = drawing + 64;
const chanceAt: usize = drawing + 128;
const maskAt: usize = drawing + 192;
const tilesAt: usize = drawing + 256;

/** ½(a² + b²) of two normals of each walker, which lie `apart` bytes from those of the next. */
@inline
function chances(normals: usize, apart: usize, count: usize): void {
  for (let w: usize = 0; w < abreast; w++) {
    const at = normals + min(w, count - 1) * apart;
    const a = load<f64>(at);
    const b = load<f64>(at, 8);
    store<f64>(scratch + chanceAt + w * 8, 0.5 * (a * a + b * b));
  }
}

/** p of each walker, the first n of its n + 2 normals. */
@inline
function speeds(normals: usize, n: usize, count: usize, p: usize): void {
  for (let w: usize = 0; w < abreast; w++) {
    const row = normals + min(w, count - 1) * (n + 2) * 8;
    for (let i: usize = 0; i < n; i++) store<f64>(p + i * 64 + w * 8, load<f64>(row + i * 8));
  }
}

/** Flips the walkers that may: those for which ½|z + 2s|² − ½|z|² + 2b·φ is below their chance, s = R⁻¹m made at `shift`. */
function flipTile(n: usize, factor: usize, means: usize, tilts: usize, z: usize, h: usize, values: usize, shift: usize): void {
  const two = f64x2.splat(2);
  for (let quarter: usize = 0; quarter < 64; quarter += 16) {
    let energy = f64x2.splat(0);
    for (let i: usize = 0; i < n; i++) {
      const row = factor + i * n * 8;
      const at = i * 64 + quarter;
      let sum = v128.load(means + at);
      for (let j: usize = 0; j < i; j++) sum = nmadd(v128.load64_splat(row + j * 8), v128.load(shift + j * 64 + quarter), sum);
      const pivot = load<f64>(row + i * 8);
      const s = pivot == 0 ? f64x2.splat(0) : f64x2.div(sum, f64x2.splat(pivot));
      v128.store(shift + at, s);
      energy = madd(f64x2.mul(two, s), f64x2.add(v128.load(z + at), s), energy);
      if (tilts) energy = madd(f64x2.mul(two, v128.load(tilts + at)), v128.load(values + at), energy);
    }
    const turned = f64x2.lt(energy, v128.load(scratch + chanceAt + quarter));
    if (!v128.any_true(turned)) continue;
    for (let i: usize = 0; i < n; i++) {
      const at = i * 64 + quarter;
      const old = v128.load(z + at);
      v128.store(z + at, choose(turned, f64x2.sub(f64x2.neg(old), f64x2.mul(two, v128.load(shift + at))), old));
      const there = v128.load(h + at);
      v128.store(h + at, choose(turned, f64x2.neg(there), there));
      const value = v128.load(values + at);
      v128.store(values + at, choose(turned, f64x2.neg(value), value));
    }
  }
}

/** Whether R has a zero column. */
function isSingular(factor: usize, n: usize): bool {
  for (let i: usize = 0; i < n; i++) if (load<f64>(factor + i * (n + 1) * 8) == 0) return true;
  return false;
}

/** ½(|z|² + |p|²) − g of each walker to `energies` [8]. */
function energyTile(n: usize, z: usize, p: usize, g: usize, energies: usize): void {
  const half = f64x2.splat(0.5);
  for (let quarter: usize = 0; quarter < 64; quarter += 16) {
    let sum = f64x2.splat(0);
    for (let at = quarter; at < n * 64; at += 64) {
      const x = v128.load(z + at);
      const y = v128.load(p + at);
      sum = madd(x, x, madd(y, y, sum));
    }
    v128.store(energies + quarter, f64x2.sub(f64x2.mul(half, sum), v128.load(g + quarter)));
  }
}

/** (z, p) turned by the angle. */
@inline
function turn(n: usize, z: usize, p: usize, cosine: v128, sine: v128): void {
  for (let at: usize = 0; at < n * 64; at += 16) {
    const x = v128.load(z + at);
    const y = v128.load(p + at);
    v128.store(z + at, madd(cosine, x, f64x2.mul(sine, y)));
    v128.store(p + at, nmadd(sine, x, f64x2.mul(cosine, y)));
  }
}

/** Scratch: 512 bytes, thirteen tiles, and normals 64(n + 4) bytes. */
export function walkerMove(
  first: i32,
  end: i32,
  offset: i32,
  code: i32,
  n: usize,
  walkers: usize,
  samples: usize,
  factor: usize,
  conjugate: usize,
  means: usize,
  tilts: usize,
  z: usize,
  h: usize,
  values: usize,
  slopes: usize,
  placed: i32,
  leaps: i32,
  dt: f64,
  cosine: f64,
  sine: f64,
  low: u32,
  high: u32,
  stream: u32,
  step: u32,
  flips: i32,
  flipStream: u32,
  flipStep: u32,
  accepted: usize,
): void {
  const size = tileBytes(n);
  const tiles = scratch + tilesAt;
  // z, h, φ, φ′ side by side, so that they are kept with one copy.
  const zs = tiles;
  const hs = zs + size;
  const vs = hs + size;
  const ss = vs + size;
  const kept = ss + size;
  const ps = kept + 4 * size;
  const force = ps + size;
  const ms = means ? force + size : 0;
  const bs = tilts ? force + 2 * size : 0;
  const normals = force + 3 * size;
  const flipNormals = normals + abreast * (n + 2) * 8;
  const g = scratch + forceAt;
  const energy = scratch + energyAt;
  const mask = scratch + maskAt;
  const apart = (n + 2) * 8;
  const half = 0.5 * dt;
  const c = f64x2.splat(cosine);
  const s = f64x2.splat(sine);
  for (let task: usize = first + offset; task < <usize>(end + offset); task++) {
    const k = task * abreast;
    const count = min(abreast, walkers - k);
    gather(z, n, k, count, walkers, zs);
    if (means) gather(means, n, k, count, samples, ms);
    if (tilts) gather(tilts, n, k, count, samples, bs);
    if (placed) {
      gather(h, n, k, count, walkers, hs);
      gather(values, n, k, count, walkers, vs);
      gather(slopes, n, k, count, walkers, ss);
    } else place(code, n, factor, ms, zs, hs, vs, ss);
    if (flips && means) {
      draw(flipNormals, <u32>(2 * k), <u32>(2 * count), flipStep, flipStream, low, high);
      chances(flipNormals, 16, count);
      flipTile(n, factor, ms, bs, zs, hs, vs, force);
      // Then z does not get to −h, but to what is left of it.
      if (isSingular(factor, n)) place(code, n, factor, ms, zs, hs, vs, ss);
    }
    memory.copy(kept, zs, 4 * size);
    draw(normals, <u32>(k * (n + 2)), <u32>(count * (n + 2)), step, stream, low, high);
    speeds(normals, n, count, ps);
    chances(normals + n * 8, apart, count);
    pull(n, conjugate, bs, vs, ss, force, g);
    energyTile(n, zs, ps, g, energy);
    for (let leap = 0; leap < leaps; leap++) {
      kick(n, factor, force, half, ps);
      turn(n, zs, ps, c, s);
      place(code, n, factor, ms, zs, hs, vs, ss);
      pull(n, conjugate, bs, vs, ss, force, g);
      kick(n, factor, force, half, ps);
    }
    energyTile(n, zs, ps, g, mask);
    for (let quarter: usize = 0; quarter < 64; quarter += 16) {
      const change = f64x2.sub(v128.load(mask + quarter), v128.load(energy + quarter));
      v128.store(mask + quarter, f64x2.lt(change, v128.load(scratch + chanceAt + quarter)));
    }
    let moved: f64 = 0;
    for (let w: usize = 0; w < count; w++) {
      const from = load<i64>(mask + w * 8) ? zs : kept;
      if (from == zs) moved += 1;
      scatter(from, w, n, z, k + w);
      scatter(from + size, w, n, h, k + w);
      scatter(from + 2 * size, w, n, values, k + w);
      scatter(from + 3 * size, w, n, slopes, k + w);
    }
    store<f64>(accepted + task * 8, moved);
  }
}
