/**
 * C = β C + α A B for one block of C, of at most `mostRows` × `mostColumns`, by packed pieces of the inner dimension.
 * Arrays: A (i, k) at `a + i·aRow + k·aColumn`, B (k, j) at `b + k·bRow + j·bColumn`, C (i, j) at `c + i·cRow + 8j`, all in bytes.
 * `lower`: only entries with j ≤ i + `lower` are written, and some above; `everything` writes all.
 * The sum over k is taken in the same order whatever the block, so a result does not depend on how C is cut.
 * Scratch: `blockScratch` bytes. Cost: 2 · rows · columns · inner operations, one pass over A and B for packing.
 */
import { scratch } from '../common/scratch';
import { microTile, tile } from './micro';
import { pack } from './pack';

export const everything: i32 = i32.MAX_VALUE / 2;
/** Most rows and columns of a block, multiples of four. */
export const mostRows: i32 = 144;
export const mostColumns: i32 = 144;
/** Numbers of the inner dimension packed at a time. */
export const innerPiece: i32 = 256;

const edgeBytes: usize = 128;
const packedRows: usize = <usize>(mostRows * innerPiece * 8);

export function productBlock(
  c: usize,
  cRow: usize,
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bRow: usize,
  bColumn: usize,
  rows: i32,
  columns: i32,
  inner: i32,
  alpha: f64,
  beta: f64,
  lower: i32,
): void {
  const left = scratch + edgeBytes;
  const right = left + packedRows;
  let from = 0;
  do {
    const count = min(innerPiece, inner - from);
    pack(left, a + <usize>from * aColumn, aRow, aColumn, rows, count);
    pack(right, b + <usize>from * bRow, bColumn, bRow, columns, count);
    const keep: f64 = from == 0 ? beta : 1;
    for (let j = 0; j < columns; j += tile) {
      const strip = right + ((<usize>(j * count)) << 3);
      // The first tile that reaches down to the diagonal.
      let i = j - lower - tile + 1;
      i = i > 0 ? ((i + tile - 1) / tile) * tile : 0;
      for (; i < rows; i += tile) {
        const at = c + <usize>i * cRow + ((<usize>j) << 3);
        const panel = left + ((<usize>(i * count)) << 3);
        if (i + tile <= rows && j + tile <= columns) microTile(panel, strip, count, at, cRow, alpha, keep);
        else edgeTile(panel, strip, count, at, cRow, min(tile, rows - i), min(tile, columns - j), alpha, keep);
      }
    }
    from += count;
  } while (from < inner);
}

/** A tile of which only some rows and columns are there. */
function edgeTile(panel: usize, strip: usize, inner: i32, c: usize, row: usize, rows: i32, columns: i32, alpha: f64, beta: f64): void {
  const whole = scratch;
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      store<f64>(whole + ((<usize>(4 * i + j)) << 3), beta == 0 ? 0 : load<f64>(c + <usize>i * row + ((<usize>j) << 3)));
  microTile(panel, strip, inner, whole, 32, alpha, beta);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) store<f64>(c + <usize>i * row + ((<usize>j) << 3), load<f64>(whole + ((<usize>(4 * i + j)) << 3)));
}

/** The same for C of any size, block after block. A block on the diagonal of C is cut as `lower` says; where C is square and symmetric. */
export function productBlocks(
  c: usize,
  cRow: usize,
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bRow: usize,
  bColumn: usize,
  rows: i32,
  columns: i32,
  inner: i32,
  alpha: f64,
  beta: f64,
  lower: i32,
): void {
  for (let i = 0; i < rows; i += mostRows) {
    const high = min(mostRows, rows - i);
    for (let j = 0; j < columns && j < i + high + lower; j += mostColumns)
      productBlock(
        c + <usize>i * cRow + ((<usize>j) << 3),
        cRow,
        a + <usize>i * aRow,
        aRow,
        aColumn,
        b + <usize>j * bColumn,
        bRow,
        bColumn,
        high,
        min(mostColumns, columns - j),
        inner,
        alpha,
        beta,
        lower == everything ? everything : i - j + lower,
      );
  }
}
