/**
 * Neurons of a layer where they are: `Backend.placeWalkers` and `pullWalkers`, see walker-tile.ts for the formulas. Arrays: z, h, φ, φ′, ∂g [copies
 * · samples, n]; m and b [samples, n], 0 where there are none. Task `offset` + t: a tile of walkers.
 */
import { scratch } from '../common/scratch';
import { abreast, gather, place, pull, scatter, tileBytes } from './walker-tile';

/** Scratch: five tiles. */
export function walkerPlace(
  first: i32,
  end: i32,
  offset: i32,
  code: i32,
  n: usize,
  walkers: usize,
  samples: usize,
  factor: usize,
  means: usize,
  z: usize,
  h: usize,
  values: usize,
  slopes: usize,
): void {
  const step = tileBytes(n);
  const zs = scratch;
  const hs = scratch + step;
  const vs = scratch + 2 * step;
  const ss = scratch + 3 * step;
  const ms = means ? scratch + 4 * step : 0;
  for (let task: usize = first + offset; task < <usize>(end + offset); task++) {
    const k = task * abreast;
    const count = min(abreast, walkers - k);
    gather(z, n, k, count, walkers, zs);
    if (means) gather(means, n, k, count, samples, ms);
    place(code, n, factor, ms, zs, hs, vs, ss);
    for (let w: usize = 0; w < count; w++) {
      scatter(hs, w, n, h, k + w);
      scatter(vs, w, n, values, k + w);
      scatter(ss, w, n, slopes, k + w);
    }
  }
}

/** Scratch: four tiles and 64 bytes. */
export function walkerPull(
  first: i32,
  end: i32,
  offset: i32,
  n: usize,
  walkers: usize,
  samples: usize,
  conjugate: usize,
  tilts: usize,
  values: usize,
  slopes: usize,
  pulls: usize,
): void {
  const step = tileBytes(n);
  const vs = scratch + 64;
  const ss = vs + step;
  const ps = ss + step;
  const bs = tilts ? ps + step : 0;
  for (let task: usize = first + offset; task < <usize>(end + offset); task++) {
    const k = task * abreast;
    const count = min(abreast, walkers - k);
    gather(values, n, k, count, walkers, vs);
    gather(slopes, n, k, count, walkers, ss);
    if (tilts) gather(tilts, n, k, count, samples, bs);
    pull(n, conjugate, bs, vs, ss, ps, scratch);
    for (let w: usize = 0; w < count; w++) scatter(ps, w, n, pulls, k + w);
  }
}
