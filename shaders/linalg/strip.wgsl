// Included by the kernels that factor: eight rows against one block column of four.

fn entries(at: vec4u) -> vec4f {
  return vec4f(layout.$.lower[at.x], layout.$.lower[at.y], layout.$.lower[at.z], layout.$.lower[at.w]);
}

// tile[column][row] of the entries in the rows that begin at `rows`, columns as given.
fn entriesOf(rows: vec4u, columns: vec4u) -> mat4x4f {
  var tile = mat4x4f();
  for (var column = 0u; column < 4u; column++) {
    tile = withColumn(tile, column, entries(rows + columns[column]));
  }
  return tile;
}

// Writes the first `count` of four entries from `at` on.
fn putRow(at: u32, values: vec4f, count: u32) {
  layout.$.lower[at] = values.x;
  if (count > 1u) { layout.$.lower[at + 1u] = values.y; }
  if (count > 2u) { layout.$.lower[at + 2u] = values.z; }
  if (count > 3u) { layout.$.lower[at + 3u] = values.w; }
}

// Rows `row … row+7` below a factored corner, those before `end`: (A − Σ_k L L ᵀ) L_corner⁻ᵀ for columns `first+j …`, k from `first`.
// `origin` is entry (0, 0) of the matrix, `corners` where the rows of the corner begin.
fn strip(origin: u32, n: u32, row: u32, end: u32, first: u32, j: u32, size: u32, corners: vec4u, corner: mat4x4f) {
  let top = origin + four(row, end - 1u) * n;
  let bottom = origin + four(row + 4u, end - 1u) * n;
  let columns = four(first + j, first + size - 1u);
  var upper = mat4x4f();
  var under = mat4x4f();
  for (var column = 0u; column < 4u; column++) {
    upper = withColumn(upper, column, entries(top + columns[column]));
    under = withColumn(under, column, entries(bottom + columns[column]));
  }
  for (var k = first; k < first + j; k++) {
    let b = entries(corners + k);
    upper -= outer(entries(top + k), b);
    under -= outer(entries(bottom + k), b);
  }
  let solvedUpper = substitute(corner, upper);
  let solvedUnder = substitute(corner, under);
  let count = min(size - j, 4u);
  for (var r = 0u; r < min(8u, end - row); r++) {
    putRow(origin + (row + r) * n + first + j, rowOfTwo(solvedUpper, solvedUnder, r), count);
  }
}
