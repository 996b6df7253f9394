/**
 * Products in tiles of 4 × 4 numbers, held in eight registers of two. One factor is read as panels: panel j of B [inner, columns] is its
 * columns 4j … 4j + 3 side by side, [inner][4], zeros past the last column, so that every read runs along memory.
 * Cost: 32 operations for 22 instructions in the plain build, 14 in the relaxed one.
 */
import { madd } from '../math/lanes';

/** Bytes of the panels of B [inner, columns]. */
@inline
export function panelBytes(inner: usize, columns: usize): usize {
  return ((columns + 3) >> 2) * inner * 32;
}

/** Panel j of Xᵀ for X [rows, inner]: rows 4j … of X become the columns of a panel. */
export function panelOfRows(x: usize, rows: usize, inner: usize, j: usize, to: usize): void {
  const first = j * 4;
  for (let c: usize = 0; c < 4; c++) {
    let at = to + c * 8;
    if (first + c < rows) {
      const from = x + (first + c) * inner * 8;
      for (let k: usize = 0; k < inner; k++, at += 32) store<f64>(at, load<f64>(from + k * 8));
    } else for (let k: usize = 0; k < inner; k++, at += 32) store<f64>(at, 0);
  }
}

/** Panel j of X [inner, columns], whose rows are `stride` bytes apart; panel row k begins at `to` + 32 k. */
export function panelOfColumns(x: usize, inner: usize, columns: usize, stride: usize, j: usize, to: usize): void {
  const from = x + j * 32;
  const count = min(columns - j * 4, 4);
  if (count == 4) {
    for (let k: usize = 0; k < inner; k++) {
      v128.store(to + k * 32, v128.load(from + k * stride));
      v128.store(to + k * 32, v128.load(from + k * stride, 16), 16);
    }
    return;
  }
  for (let k: usize = 0; k < inner; k++)
    for (let c: usize = 0; c < 4; c++) store<f64>(to + k * 32 + c * 8, c < count ? load<f64>(from + k * stride + c * 8) : 0);
}

/**
 * Both layouts of the inputs X [examples, dimension] of entries `first` … `end − 1`: to `across`, unless it is 0, the panels of Xᵀ; to
 * `along`, unless it is 0, those of X. Task: an entry.
 */
export function packInputs(first: i32, end: i32, x: usize, examples: usize, dimension: usize, across: usize, along: usize): void {
  for (let entry: usize = first; entry < <usize>end; entry++) {
    const from = x + entry * examples * dimension * 8;
    if (across)
      for (let j: usize = 0; j < (examples + 3) >> 2; j++)
        panelOfRows(from, examples, dimension, j, across + entry * panelBytes(dimension, examples) + j * dimension * 32);
    if (along)
      for (let j: usize = 0; j < (dimension + 3) >> 2; j++)
        panelOfColumns(from, examples, dimension, dimension * 8, j, along + entry * panelBytes(examples, dimension) + j * examples * 32);
  }
}

@inline
function put(c: usize, sum: v128, alpha: v128, add: bool, offset: usize): void {
  const at = c + offset;
  v128.store(at, add ? madd(alpha, sum, v128.load(at)) : f64x2.mul(alpha, sum));
}

/** 4 × 4 numbers from the rows at a0 … a3, `step` bytes between the elements of a row, and a panel; written with `ldc` bytes a row. */
@inline
function tile(a0: usize, a1: usize, a2: usize, a3: usize, step: usize, b: usize, inner: usize, c: usize, ldc: usize, alpha: f64, add: bool): void {
  let s00 = f64x2.splat(0);
  let s01 = f64x2.splat(0);
  let s10 = f64x2.splat(0);
  let s11 = f64x2.splat(0);
  let s20 = f64x2.splat(0);
  let s21 = f64x2.splat(0);
  let s30 = f64x2.splat(0);
  let s31 = f64x2.splat(0);
  const end = b + inner * 32;
  while (b < end) {
    const low = v128.load(b);
    const high = v128.load(b, 16);
    let x = v128.load64_splat(a0);
    s00 = madd(x, low, s00);
    s01 = madd(x, high, s01);
    x = v128.load64_splat(a1);
    s10 = madd(x, low, s10);
    s11 = madd(x, high, s11);
    x = v128.load64_splat(a2);
    s20 = madd(x, low, s20);
    s21 = madd(x, high, s21);
    x = v128.load64_splat(a3);
    s30 = madd(x, low, s30);
    s31 = madd(x, high, s31);
    a0 += step;
    a1 += step;
    a2 += step;
    a3 += step;
    b += 32;
  }
  const by = f64x2.splat(alpha);
  put(c, s00, by, add, 0);
  put(c, s01, by, add, 16);
  c += ldc;
  put(c, s10, by, add, 0);
  put(c, s11, by, add, 16);
  c += ldc;
  put(c, s20, by, add, 0);
  put(c, s21, by, add, 16);
  c += ldc;
  put(c, s30, by, add, 0);
  put(c, s31, by, add, 16);
}

/** Rows and columns of a tile [4][4] that was made apart. */
@inline
function copyPart(from: usize, rows: usize, columns: usize, c: usize, ldc: usize, add: bool): void {
  for (let r: usize = 0; r < rows; r++)
    for (let k: usize = 0; k < columns; k++) {
      const at = c + r * ldc + k * 8;
      const made = load<f64>(from + r * 32 + k * 8);
      store<f64>(at, add ? load<f64>(at) + made : made);
    }
}

/**
 * C = alpha A B, or C += alpha A B with `add`, for A [rows, inner] whose rows are `lda` bytes apart, the panels of B [inner, columns] and C
 * whose rows are `ldc` bytes apart. `room`: 128 bytes of this thread. Cost: 2 rows · columns · inner.
 */
export function multiply(
  a: usize,
  lda: usize,
  rows: usize,
  panels: usize,
  inner: usize,
  columns: usize,
  c: usize,
  ldc: usize,
  alpha: f64,
  add: bool,
  room: usize,
): void {
  for (let j: usize = 0; j < columns; j += 4) {
    const b = panels + j * inner * 8;
    const width = min(columns - j, 4);
    for (let i: usize = 0; i < rows; i += 4) {
      const from = a + i * lda;
      const height = min(rows - i, 4);
      const to = c + i * ldc + j * 8;
      const whole = height == 4 && width == 4;
      tile(
        from,
        height > 1 ? from + lda : from,
        height > 2 ? from + 2 * lda : from,
        height > 3 ? from + 3 * lda : from,
        8,
        b,
        inner,
        whole ? to : room,
        whole ? ldc : 32,
        alpha,
        whole && add,
      );
      if (!whole) copyPart(room, height, width, to, ldc, add);
    }
  }
}

/** 4 × 4 numbers alpha AᵀB of two panels [inner][4], to `to`, [4][4]. */
export function panelProduct(a: usize, b: usize, inner: usize, alpha: f64, to: usize): void {
  tile(a, a + 8, a + 16, a + 24, 32, b, inner, to, 32, alpha, false);
}
