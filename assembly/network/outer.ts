/**
 * Sums of outer products Σ x yᵀ over rows of X [batch, rows, p] and Y [batch, rows, q], of several pairs at once, for few columns and many rows.
 * A record of a pair, 8 f64: address of X, p, bytes from an entry to the next (0: shared), its kind, then the same of Y; kind 1 is the difference
 * of entries 0 and 1, of which there is then one. Sums: of each pair and chunk [p, q], at `out` + `slot` (pair · chunks + chunk) bytes; the
 * caller adds chunks. Cost: 2 p q operations a row.
 */
import { scratch } from '../common/scratch';
import { madd } from '../math/lanes';
import { address } from './sums';

/** Rows that are taken together. */
const block: usize = 128;
const recordBytes: usize = 64;

/** Numbers j … j + 3 of a row, of which there are `width`; two at a time, zeros after the last. */
@inline
function lowOf(y: usize, width: usize): v128 {
  return width > 1 ? v128.load(y) : v128.load64_zero(y);
}
@inline
function highOf(y: usize, width: usize): v128 {
  return width > 3 ? v128.load(y, 16) : width > 2 ? v128.load64_zero(y, 16) : f64x2.splat(0);
}

@inline
function add(to: usize, low: v128, high: v128, width: usize): void {
  if (width > 1) v128.store(to, f64x2.add(v128.load(to), low));
  else store<f64>(to, load<f64>(to) + f64x2.extract_lane(low, 0));
  if (width > 3) v128.store(to + 16, f64x2.add(v128.load(to + 16), high));
  else if (width > 2) store<f64>(to + 16, load<f64>(to + 16) + f64x2.extract_lane(high, 0));
}

/** Adds to `height` × `width` numbers, at most 4 × 4, of a result with q columns. */
@inline
function tile(x: usize, p: usize, height: usize, y: usize, q: usize, width: usize, rows: usize, out: usize): void {
  const x1: usize = height > 1 ? 8 : 0;
  const x2: usize = height > 2 ? 16 : 0;
  const x3: usize = height > 3 ? 24 : 0;
  let s00 = f64x2.splat(0);
  let s01 = f64x2.splat(0);
  let s10 = f64x2.splat(0);
  let s11 = f64x2.splat(0);
  let s20 = f64x2.splat(0);
  let s21 = f64x2.splat(0);
  let s30 = f64x2.splat(0);
  let s31 = f64x2.splat(0);
  const end = x + rows * p * 8;
  for (; x < end; x += p * 8, y += q * 8) {
    const low = lowOf(y, width);
    const high = highOf(y, width);
    let a = v128.load64_splat(x);
    s00 = madd(a, low, s00);
    s01 = madd(a, high, s01);
    a = v128.load64_splat(x + x1);
    s10 = madd(a, low, s10);
    s11 = madd(a, high, s11);
    a = v128.load64_splat(x + x2);
    s20 = madd(a, low, s20);
    s21 = madd(a, high, s21);
    a = v128.load64_splat(x + x3);
    s30 = madd(a, low, s30);
    s31 = madd(a, high, s31);
  }
  add(out, s00, s01, width);
  if (height > 1) add(out + q * 8, s10, s11, width);
  if (height > 2) add(out + 2 * q * 8, s20, s21, width);
  if (height > 3) add(out + 3 * q * 8, s30, s31, width);
}

/** Adds Σ x yᵀ of rows side by side to `out` [p, q]. */
function addOuter(x: usize, p: usize, y: usize, q: usize, rows: usize, out: usize): void {
  for (let i: usize = 0; i < p; i += 4)
    for (let j: usize = 0; j < q; j += 4) {
      const height = min<usize>(4, p - i);
      const width = min<usize>(4, q - j);
      const to = out + (i * q + j) * 8;
      if (width == 4) tile(x + i * 8, p, height, y + j * 8, q, 4, rows, to);
      else if (width == 3) tile(x + i * 8, p, height, y + j * 8, q, 3, rows, to);
      else if (width == 2) tile(x + i * 8, p, height, y + j * 8, q, 2, rows, to);
      else tile(x + i * 8, p, height, y + j * 8, q, 1, rows, to);
    }
}

/** Where rows from `first` on of an operand are; differences are made at `room`. */
@inline
function rowsOf(record: usize, entry: usize, all: usize, first: usize, rows: usize, room: usize): usize {
  const at = address(record, 0);
  const width = address(record, 1);
  const from = at + first * width * 8;
  if (address(record, 3) == 0) return from + entry * address(record, 2);
  const other = from + all * width * 8;
  const bytes = rows * width * 8;
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) v128.store(room + i, f64x2.sub(v128.load(from + i), v128.load(other + i)));
  if (i < bytes) store<f64>(room + i, load<f64>(from + i) - load<f64>(other + i));
  return room;
}

/**
 * Task: chunk t mod `chunks` of pair ⌊t / chunks⌋; a pair of `batch` entries has chunksEach · batch of them, those beyond are nothing. Batches:
 * [pairs] f64 at `batches`. Scratch: 2 · 128 · 8 · `widest` bytes.
 */
export function outerSums(
  first: i32,
  end: i32,
  offset: i32,
  records: usize,
  batches: usize,
  chunks: usize,
  chunksEach: usize,
  chunkRows: usize,
  all: usize,
  widest: usize,
  slot: usize,
  out: usize,
): void {
  for (let task: usize = first + offset; task < <usize>(end + offset); task++) {
    const pair = task / chunks;
    const chunk = task - pair * chunks;
    const batch = address(batches, pair);
    if (chunk >= batch * chunksEach) continue;
    const x = records + pair * recordBytes;
    const y = x + recordBytes / 2;
    const p = address(x, 1);
    const q = address(y, 1);
    const to = out + task * slot;
    memory.fill(to, 0, p * q * 8);
    const entry = chunk / chunksEach;
    const from = (chunk - entry * chunksEach) * chunkRows;
    const until = min(all, from + chunkRows);
    for (let row = from; row < until; row += block) {
      const rows = min(block, until - row);
      const left = rowsOf(x, entry, all, row, rows, scratch);
      const right = rowsOf(y, entry, all, row, rows, scratch + block * 8 * widest);
      addOuter(left, p, right, q, rows, to);
    }
  }
}
