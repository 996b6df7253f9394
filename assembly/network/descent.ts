/**
 * Steps of the gradient descent of two-layer networks, `theory.md` §3 at width N, as `reference/network/descent.ts` has it: with
 * f = (Σ v φ − base)/(γN) and Δ = y − f, v ← k v + g γ Σ Δ φ and w ← K w + P w̄ + G γ Xᵀ(v Δ φ′)/√D, k, g, K, P, G by `linearStep`.
 * A record of a network, 16 f64: addresses of w, v, w̄ (0: none), y, base, panels of Xᵀ, panels of X, status; then γ, K, P, G, k, g, the
 * number of its steps. Status: after how many steps Δ was first not finite, or −1.
 * Cost: 4 N P D and N P activations with slopes a step; each network's numbers stay in the cache of one thread.
 */
import { scratch } from '../common/scratch';
import { featureRows, together } from './feature-rows';
import { addTo, address, coefficient, dot, scaleBy } from './sums';
import { multiply } from './tile';

const recordBytes: usize = 128;

/** Computes φ, φ′ and Δ at the present weights. Answers whether Δ is finite. */
@inline
function forward(record: usize, code: i32, width: usize, examples: usize, dimension: usize, values: usize, slopes: usize, residual: usize): bool {
  memory.fill(residual, 0, examples * 8);
  const v = address(record, 1);
  for (let from: usize = 0; from < width; from += together) {
    const count = min(together, width - from);
    const at = from * examples * 8;
    featureRows(code, address(record, 0) + from * dimension * 8, count, dimension, address(record, 5), examples, values + at, slopes + at, scratch);
    for (let i: usize = 0; i < count; i++) addTo(residual, values + at + i * examples * 8, load<f64>(v + (from + i) * 8), examples);
  }
  const scale = 1 / (coefficient(record, 8) * <f64>width);
  const labels = address(record, 3);
  const base = address(record, 4);
  let finite = true;
  for (let i: usize = 0; i < examples * 8; i += 8) {
    const delta = load<f64>(labels + i) - scale * (load<f64>(residual + i) - load<f64>(base + i));
    store<f64>(residual + i, delta);
    finite = finite && delta - delta == 0;
  }
  return finite;
}

/** One step from these; overwrites the slopes. */
@inline
function backward(record: usize, width: usize, examples: usize, dimension: usize, values: usize, slopes: usize, residual: usize): void {
  const w = address(record, 0);
  const v = address(record, 1);
  const anchor = address(record, 2);
  const gamma = coefficient(record, 8);
  const keep = coefficient(record, 9);
  const pull = coefficient(record, 10);
  const gain = coefficient(record, 11);
  const topKeep = coefficient(record, 12);
  const topGain = coefficient(record, 13) * gamma;
  for (let i: usize = 0; i < width; i++) {
    const row = i * examples * 8;
    const top = load<f64>(v + i * 8);
    store<f64>(v + i * 8, topKeep * top + topGain * dot(values + row, residual, examples));
    scaleBy(slopes + row, residual, top, examples);
  }
  if (keep != 1 || anchor != 0)
    for (let i: usize = 0; i < width * dimension * 8; i += 8)
      store<f64>(w + i, keep * load<f64>(w + i) + (anchor ? pull * load<f64>(anchor + i) : 0));
  if (gain == 0) return;
  const by = (gain * gamma) / Math.sqrt(<f64>dimension);
  for (let from: usize = 0; from < width; from += together)
    multiply(
      slopes + from * examples * 8,
      examples * 8,
      min(together, width - from),
      address(record, 6),
      examples,
      dimension,
      w + from * dimension * 8,
      dimension * 8,
      by,
      true,
      scratch,
    );
}

/** Steps `start` … `start + count − 1`. Task: a network. Scratch: 128 bytes, then (2 N + 1) P f64. */
export function descend(
  first: i32,
  end: i32,
  code: i32,
  records: usize,
  width: usize,
  examples: usize,
  dimension: usize,
  start: i32,
  count: i32,
): void {
  const values = scratch + 128;
  const slopes = values + width * examples * 8;
  const residual = slopes + width * examples * 8;
  for (let network: usize = first; network < <usize>end; network++) {
    const record = records + network * recordBytes;
    const last = <i32>Math.min(<f64>start + <f64>count, coefficient(record, 14));
    let lost = -1;
    for (let step = start; step < last; step++) {
      if (!forward(record, code, width, examples, dimension, values, slopes, residual) && lost < 0) lost = step;
      backward(record, width, examples, dimension, values, slopes, residual);
    }
    if (start < last && !forward(record, code, width, examples, dimension, values, slopes, residual) && lost < 0) lost = last;
    store<f64>(address(record, 7), lost);
  }
}
