/** A row-major matrix inside an array: element (i, j) is `data[start + i * stride + j]`. */
export interface Block {
  readonly data: Float64Array;
  readonly start: number;
  readonly stride: number;
}

/**
 * Columns taken at a time, so that a strip of either factor stays in the cache. A product cut between two strips and added up comes to the
 * same to the last bit.
 */
export const strip = 256;

/**
 * C += alpha · A Bᵀ for A [rows, inner], B [columns, inner], C [rows, columns], all row-major: every dot product runs along memory.
 * `lower`: only entries (i, j) with j ≤ i need be right (a few above may be written too, with the right value).
 */
export const addProductTransposed = (
  c: Block,
  a: Block,
  b: Block,
  rows: number,
  columns: number,
  inner: number,
  alpha: number,
  lower = false,
): void => {
  for (let from = 0; from < inner; from += strip) {
    const to = Math.min(inner, from + strip);
    for (let i = 0; i < rows; i += 2) {
      const last = lower ? Math.min(columns, i + 2) : columns;
      if (i + 1 < rows) twoRows(c, a, b, i, last, from, to, alpha);
      else oneRow(c, a, b, i, last, from, to, alpha);
    }
  }
};

const twoRows = (c: Block, a: Block, b: Block, i: number, columns: number, from: number, to: number, alpha: number): void => {
  const A = a.data;
  const B = b.data;
  const C = c.data;
  const a0 = a.start + i * a.stride;
  const a1 = a0 + a.stride;
  const c0 = c.start + i * c.stride;
  const c1 = c0 + c.stride;
  let j = 0;
  for (; j + 3 < columns; j += 4) {
    const b0 = b.start + j * b.stride;
    const b1 = b0 + b.stride;
    const b2 = b1 + b.stride;
    const b3 = b2 + b.stride;
    let s00 = 0;
    let s01 = 0;
    let s02 = 0;
    let s03 = 0;
    let s10 = 0;
    let s11 = 0;
    let s12 = 0;
    let s13 = 0;
    for (let k = from; k < to; k++) {
      const x0 = A[a0 + k] as number;
      const x1 = A[a1 + k] as number;
      const y0 = B[b0 + k] as number;
      const y1 = B[b1 + k] as number;
      const y2 = B[b2 + k] as number;
      const y3 = B[b3 + k] as number;
      s00 += x0 * y0;
      s01 += x0 * y1;
      s02 += x0 * y2;
      s03 += x0 * y3;
      s10 += x1 * y0;
      s11 += x1 * y1;
      s12 += x1 * y2;
      s13 += x1 * y3;
    }
    C[c0 + j] = (C[c0 + j] as number) + alpha * s00;
    C[c0 + j + 1] = (C[c0 + j + 1] as number) + alpha * s01;
    C[c0 + j + 2] = (C[c0 + j + 2] as number) + alpha * s02;
    C[c0 + j + 3] = (C[c0 + j + 3] as number) + alpha * s03;
    C[c1 + j] = (C[c1 + j] as number) + alpha * s10;
    C[c1 + j + 1] = (C[c1 + j + 1] as number) + alpha * s11;
    C[c1 + j + 2] = (C[c1 + j + 2] as number) + alpha * s12;
    C[c1 + j + 3] = (C[c1 + j + 3] as number) + alpha * s13;
  }
  for (; j < columns; j++) {
    const b0 = b.start + j * b.stride;
    let s0 = 0;
    let s1 = 0;
    for (let k = from; k < to; k++) {
      const y = B[b0 + k] as number;
      s0 += (A[a0 + k] as number) * y;
      s1 += (A[a1 + k] as number) * y;
    }
    C[c0 + j] = (C[c0 + j] as number) + alpha * s0;
    C[c1 + j] = (C[c1 + j] as number) + alpha * s1;
  }
};

const oneRow = (c: Block, a: Block, b: Block, i: number, columns: number, from: number, to: number, alpha: number): void => {
  const a0 = a.start + i * a.stride;
  const c0 = c.start + i * c.stride;
  for (let j = 0; j < columns; j++) {
    const b0 = b.start + j * b.stride;
    let sum = 0;
    for (let k = from; k < to; k++) sum += (a.data[a0 + k] as number) * (b.data[b0 + k] as number);
    c.data[c0 + j] = (c.data[c0 + j] as number) + alpha * sum;
  }
};

/** A whole array as a block of rows of the given length. */
export const whole = (data: Float64Array, columns: number): Block => ({ data, start: 0, stride: columns });

/** Copies the entries below the diagonal of the n × n matrix to those above. */
export const mirrorLower = (data: Float64Array, n: number): void => {
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) data[j * n + i] = data[i * n + j] as number;
};

/** Writes the transpose of the row-major `from` [rows, columns] to `into` [columns, rows], tile by tile. */
export const transposeInto = (from: Float64Array, rows: number, columns: number, into: Float64Array): Float64Array => {
  const tile = 32;
  for (let top = 0; top < rows; top += tile)
    for (let left = 0; left < columns; left += tile)
      for (let i = top; i < Math.min(rows, top + tile); i++)
        for (let j = left; j < Math.min(columns, left + tile); j++) into[j * rows + i] = from[i * columns + j] as number;
  return into;
};
