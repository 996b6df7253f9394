/**
 * One evaluation of the force of a gradient flow and the stage of a step that it makes, `theory.md` §3 and `backend/chebyshev.ts`, in three
 * kernels. For each point, with f = Σ v φ / (γM) and r = γ(y − f):
 *   rows      φ and φ′ of pieces of the neurons, and Σ v φ of each piece
 *   residual  r, from the sums of the pieces in their order
 *   move      E_v = Σ r φ, E_w = Xᵀ(r v φ′)/√D; θ_j = c + A₀(θ_0 − c) + A₁(θ_{j−1} − c) + A₂(θ_{j−2} − c) + G₁ E + G₀ E_0, in place of
 *             θ_{j−2}; at the end of a step path += (|Δw|² + Δv²)/dt
 * A record of a point, 32 f64: addresses of w and of v: now, before, at the start, force there (0 … 3, 4 … 7), w̄ (8; 0: none), y (9), panels
 * of Xᵀ (10) and of X (11), path (12; 0: none); then 13 whether it is the first stage, 14 … 18 and 19 … 23 A₀ A₁ A₂ G₁ G₀ of w and of v,
 * 24 1/dt at the end of a step and else 0, 25 γ, 26 κ (c = κ w̄), 27 whether w is frozen. Cost: 4 M P D and M P activations with slopes.
 */
import { scratch } from '../common/scratch';
import { featureRows, together } from './feature-rows';
import { addTo, address, coefficient, dot, scaleBy } from './sums';
import { multiply } from './tile';

const recordBytes: usize = 256;

/**
 * Task `offset` + t: point ⌊·/pieces⌋, piece · mod pieces. Values and slopes: [points, M, P]; sums: [points, pieces, P]. Scratch: 128 bytes.
 */
export function flowRows(
  first: i32,
  end: i32,
  offset: i32,
  code: i32,
  records: usize,
  neurons: usize,
  examples: usize,
  dimension: usize,
  values: usize,
  slopes: usize,
  sums: usize,
): void {
  const pieces = (neurons + together - 1) / together;
  for (let task: usize = first + offset; task < <usize>(end + offset); task++) {
    const point = task / pieces;
    const record = records + point * recordBytes;
    const from = (task - point * pieces) * together;
    const count = min(together, neurons - from);
    const at = (point * neurons + from) * examples * 8;
    const frozen = coefficient(record, 27) != 0;
    featureRows(
      code,
      address(record, 0) + from * dimension * 8,
      count,
      dimension,
      address(record, 10),
      examples,
      values + at,
      frozen ? 0 : slopes + at,
      scratch,
    );
    const sum = sums + task * examples * 8;
    memory.fill(sum, 0, examples * 8);
    const v = address(record, 4) + from * 8;
    for (let i: usize = 0; i < count; i++) addTo(sum, values + at + i * examples * 8, load<f64>(v + i * 8), examples);
  }
}

/** Task: a point. γ(y − f) to `residuals`, [points, P]. */
export function flowResidual(first: i32, end: i32, records: usize, neurons: usize, examples: usize, sums: usize, residuals: usize): void {
  const pieces = (neurons + together - 1) / together;
  for (let point: usize = first; point < <usize>end; point++) {
    const record = records + point * recordBytes;
    const residual = residuals + point * examples * 8;
    const gamma = coefficient(record, 25);
    const labels = address(record, 9);
    memory.fill(residual, 0, examples * 8);
    for (let piece: usize = 0; piece < pieces; piece++) addTo(residual, sums + (point * pieces + piece) * examples * 8, 1, examples);
    for (let i: usize = 0; i < examples * 8; i += 8)
      store<f64>(residual + i, gamma * (load<f64>(labels + i) - load<f64>(residual + i) / (gamma * <f64>neurons)));
  }
}

/** θ_j of two numbers. */
@inline
function stage(record: usize, block: usize, centre: v128, force: v128, now: v128, before: v128, start: v128, old: v128, initial: bool): v128 {
  const at = record + block * 8;
  const next = f64x2.add(
    centre,
    f64x2.add(f64x2.mul(v128.load64_splat(at), f64x2.sub(start, centre)), f64x2.mul(v128.load64_splat(at, 24), force)),
  );
  if (initial) return next;
  return f64x2.add(
    next,
    f64x2.add(
      f64x2.mul(v128.load64_splat(at, 8), f64x2.sub(now, centre)),
      f64x2.add(f64x2.mul(v128.load64_splat(at, 16), f64x2.sub(before, centre)), f64x2.mul(v128.load64_splat(at, 32), old)),
    ),
  );
}

/** Moves numbers `from` … of w (`fields` 0, `block` 14) or v (4, 19). */
@inline
function moveNumbers(record: usize, fields: usize, block: usize, from: usize, count: usize, force: usize, anchor: usize): void {
  const now = address(record, fields) + from * 8;
  const before = address(record, fields + 1) + from * 8;
  const start = address(record, fields + 2) + from * 8;
  const old = address(record, fields + 3) + from * 8;
  const initial = coefficient(record, 13) != 0;
  const kappa = f64x2.splat(coefficient(record, 26));
  const zero = f64x2.splat(0);
  let i: usize = 0;
  for (; i + 16 <= count * 8; i += 16) {
    const centre = anchor ? f64x2.mul(kappa, v128.load(anchor + i)) : zero;
    const f = v128.load(force + i);
    const here = v128.load(now + i);
    if (initial) {
      v128.store(start + i, here);
      v128.store(old + i, f);
      v128.store(before + i, stage(record, block, centre, f, here, here, here, f, true));
    } else v128.store(before + i, stage(record, block, centre, f, here, v128.load(before + i), v128.load(start + i), v128.load(old + i), false));
  }
  if (i < count * 8) {
    const centre = anchor ? f64x2.mul(kappa, v128.load64_splat(anchor + i)) : zero;
    const f = v128.load64_splat(force + i);
    const here = v128.load64_splat(now + i);
    if (initial) {
      v128.store64_lane(start + i, here, 0);
      v128.store64_lane(old + i, f, 0);
    }
    const next = stage(record, block, centre, f, here, v128.load64_splat(before + i), v128.load64_splat(start + i), v128.load64_splat(old + i), initial);
    v128.store64_lane(before + i, next, 0);
  }
}

/**
 * Task `offset` + t: point ⌊·/pieces⌋, piece · mod pieces. Overwrites the slopes. What was `before` is now, and the other way round, once
 * all is done. Scratch: 128 bytes, then `together` (D + 1) f64.
 */
export function flowMove(
  first: i32,
  end: i32,
  offset: i32,
  records: usize,
  neurons: usize,
  examples: usize,
  dimension: usize,
  values: usize,
  slopes: usize,
  residuals: usize,
): void {
  const pieces = (neurons + together - 1) / together;
  const scale = 1 / Math.sqrt(<f64>dimension);
  const lift = scratch + 128;
  const pull = lift + together * 8;
  for (let task: usize = first + offset; task < <usize>(end + offset); task++) {
    const point = task / pieces;
    const record = records + point * recordBytes;
    const residual = residuals + point * examples * 8;
    const from = (task - point * pieces) * together;
    const count = min(together, neurons - from);
    const at = (point * neurons + from) * examples * 8;
    const v = address(record, 4) + from * 8;
    const frozen = coefficient(record, 27) != 0;
    for (let i: usize = 0; i < count; i++) {
      const row = at + i * examples * 8;
      store<f64>(lift + i * 8, dot(values + row, residual, examples));
      const top = load<f64>(v + i * 8);
      if (!frozen) scaleBy(slopes + row, residual, top, examples);
    }
    const anchor = address(record, 8);
    if (!frozen) {
      multiply(slopes + at, examples * 8, count, address(record, 11), examples, dimension, pull, dimension * 8, scale, false, scratch);
      moveNumbers(record, 0, 14, from * dimension, count * dimension, pull, anchor ? anchor + from * dimension * 8 : 0);
    }
    moveNumbers(record, 4, 19, from, count, lift, 0);
    const path = address(record, 12);
    const inverse = coefficient(record, 24);
    if (path == 0 || inverse == 0) continue;
    for (let i: usize = 0; i < count; i++) {
      const change = load<f64>(address(record, 5) + (from + i) * 8) - load<f64>(address(record, 6) + (from + i) * 8);
      let square = change * change;
      const after = address(record, 1) + (from + i) * dimension * 8;
      const start = address(record, 2) + (from + i) * dimension * 8;
      if (!frozen)
        for (let k: usize = 0; k < dimension * 8; k += 8) {
          const way = load<f64>(after + k) - load<f64>(start + k);
          square += way * way;
        }
      const to = path + (from + i) * 8;
      store<f64>(to, load<f64>(to) + inverse * square);
    }
  }
}
