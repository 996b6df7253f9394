// Included by the kernels that factor: eight rows against one block column of four.

fn entries(at: vec4u) -> vec4f {
  return vec4f(layout.$.lower[at.x], layout.$.lower[at.y], layout.$.lower[at.z], layout.$.lower[at.w]);
}

// tile[column][row] of the entries in the rows that begin at `rows`, columns as given.
fn entriesOf(rows: vec4u, columns: vec4u) -> mat4x4f {
  return mat4x4f(entries(rows + columns.x), entries(rows + columns.y), entries(rows + columns.z), entries(rows + columns.w));
}

// Writes the first `count` columns of a tile to the row that begins at `at`.
fn putRow(at: u32, tile: mat4x4f, row: u32, count: u32) {
  layout.$.lower[at] = tile[0][row];
  if (count > 1u) { layout.$.lower[at + 1u] = tile[1][row]; }
  if (count > 2u) { layout.$.lower[at + 2u] = tile[2][row]; }
  if (count > 3u) { layout.$.lower[at + 3u] = tile[3][row]; }
}

// Rows `row … row+7` below a factored corner, those before `end`: (A − Σ_k L L ᵀ) L_corner⁻ᵀ for columns `first+j …`, k from `first`.
// `origin` is entry (0, 0) of the matrix, `corners` where the rows of the corner begin.
fn strip(origin: u32, n: u32, row: u32, end: u32, first: u32, j: u32, size: u32, corners: vec4u, corner: mat4x4f) {
  let top = origin + four(row, end - 1u) * n;
  let bottom = origin + four(row + 4u, end - 1u) * n;
  var upper = mat4x4f();
  var under = mat4x4f();
  for (var k = first; k < first + j; k++) {
    let b = entries(corners + k);
    upper += outer(entries(top + k), b);
    under += outer(entries(bottom + k), b);
  }
  let columns = four(first + j, first + size - 1u);
  upper = substitute(corner, entriesOf(top, columns) - upper);
  under = substitute(corner, entriesOf(bottom, columns) - under);
  let count = min(size - j, 4u);
  let at = first + j;
  putRow(top.x + at, upper, 0u, count);
  if (row + 1u < end) { putRow(top.y + at, upper, 1u, count); }
  if (row + 2u < end) { putRow(top.z + at, upper, 2u, count); }
  if (row + 3u < end) { putRow(top.w + at, upper, 3u, count); }
  if (row + 4u < end) { putRow(bottom.x + at, under, 0u, count); }
  if (row + 5u < end) { putRow(bottom.y + at, under, 1u, count); }
  if (row + 6u < end) { putRow(bottom.z + at, under, 2u, count); }
  if (row + 7u < end) { putRow(bottom.w + at, under, 3u, count); }
}
