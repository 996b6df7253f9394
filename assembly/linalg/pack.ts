/**
 * Copies a block of a matrix so that the innermost loop of a product reads it in order.
 * Arrays: element (i, k) of the block at `from + i·row + k·column` bytes. To: strips of four rows, in each strip four numbers for each k;
 * rows past the end are zeros.
 * Cost: one pass.
 */

export function pack(to: usize, from: usize, row: usize, column: usize, rows: i32, inner: i32): void {
  for (let i = 0; i < rows; i += 4) {
    const source = from + <usize>i * row;
    if (i + 4 > rows) packRest(to, source, row, column, rows - i, inner);
    else if (row == 8) packAcross(to, source, column, inner);
    else if (column == 8) {
      packPair(to, source, row, inner);
      packPair(to + 16, source + 2 * row, row, inner);
    } else packRest(to, source, row, column, 4, inner);
    to += <usize>inner * 32;
  }
}

/** The four numbers of one k lie together. */
function packAcross(to: usize, source: usize, column: usize, inner: i32): void {
  for (let k = 0; k < inner; k++) {
    v128.store(to, v128.load(source));
    v128.store(to, v128.load(source, 16), 16);
    to += 32;
    source += column;
  }
}

/** Two rows, each along memory, to pairs 32 bytes apart. */
function packPair(to: usize, source: usize, row: usize, inner: i32): void {
  const other = source + row;
  const even = ((<usize>inner) & ~1) << 3;
  for (let k: usize = 0; k < even; k += 16) {
    const x = v128.load(source + k);
    const y = v128.load(other + k);
    v128.store(to, v128.shuffle<f64>(x, y, 0, 2));
    v128.store(to, v128.shuffle<f64>(x, y, 1, 3), 32);
    to += 64;
  }
  if (inner & 1) {
    store<f64>(to, load<f64>(source + even));
    store<f64>(to, load<f64>(other + even), 8);
  }
}

function packRest(to: usize, source: usize, row: usize, column: usize, rows: i32, inner: i32): void {
  for (let k = 0; k < inner; k++) {
    let from = source;
    for (let i = 0; i < 4; i++) {
      store<f64>(to, i < rows ? load<f64>(from) : 0);
      to += 8;
      from += row;
    }
    source += column;
  }
}
