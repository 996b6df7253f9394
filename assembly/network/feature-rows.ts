/**
 * φ(W Xᵀ/√D) and φ′, `theory.md` §2, for rows of W [rows, D] against the panels of Xᵀ (tile.ts): the product, and over it, while it is in
 * the cache, the activation. Arrays: values and slopes [rows, P]. Cost: 2 rows · P · D and, of an erf, 25 operations a number, twice that
 * with slopes.
 */
import { scratch } from '../common/scratch';
import { activate } from '../math/activation';
import { panelBytes, multiply } from './tile';

/** Rows computed at a time: they and a panel of usual size about fill the first-level cache. */
export const together: usize = 32;

/** `slopes` is 0 where none are wanted. `room`: 128 bytes. */
@inline
export function featureRows(
  code: i32,
  w: usize,
  rows: usize,
  dimension: usize,
  panels: usize,
  examples: usize,
  values: usize,
  slopes: usize,
  room: usize,
): void {
  multiply(w, dimension * 8, rows, panels, dimension, examples, values, examples * 8, 1, false, room);
  activate(code, values, values, slopes, rows * examples, 1 / Math.sqrt(<f64>dimension));
}

/**
 * `Backend.features` and, with `shift` [·, M, P] that is added to the pre-activations, `shiftedFeatures`. Task t: entry ⌊t / pieces⌋,
 * piece t mod pieces of `together` rows. A stride, in bytes, is 0 where one entry is shared by all. Scratch: 128 bytes.
 */
export function features(
  first: i32,
  end: i32,
  code: i32,
  w: usize,
  wStride: usize,
  panels: usize,
  panelStride: usize,
  shift: usize,
  shiftStride: usize,
  values: usize,
  slopes: usize,
  rows: usize,
  examples: usize,
  dimension: usize,
): void {
  const pieces = (rows + together - 1) / together;
  for (let task: usize = first; task < <usize>end; task++) {
    const entry = task / pieces;
    const from = (task - entry * pieces) * together;
    const count = min(together, rows - from);
    const at = (entry * rows + from) * examples * 8;
    const row = w + entry * wStride + from * dimension * 8;
    const across = panels + entry * panelStride;
    if (shift == 0) {
      featureRows(code, row, count, dimension, across, examples, values + at, slopes ? slopes + at : 0, scratch);
      continue;
    }
    multiply(row, dimension * 8, count, across, dimension, examples, values + at, examples * 8, 1 / Math.sqrt(<f64>dimension), false, scratch);
    const known = shift + entry * shiftStride + from * examples * 8;
    for (let i: usize = 0; i < count * examples; i++)
      store<f64>(values + at + i * 8, load<f64>(values + at + i * 8) + load<f64>(known + i * 8));
    activate(code, values + at, values + at, 0, count * examples, 1);
  }
}
