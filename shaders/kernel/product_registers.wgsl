// C = alpha · op(A) op(B) + beta · C, one 4 × 4 tile of C an invocation, sums in registers, no barriers: for software
// adapters, where workgroup memory is ruinous.
// Arrays: a, b, c row-major with batch strides; entry (i, k) of op(A) lies at i · aRow + k · aInner, entry (k, j) of op(B)
//   at k · bInner + j · bColumn, so a transpose is a choice of strides.
// Cost: 2 rows · inner · columns operations, 8 reads for 32 of them. Grid: (column tiles / 8, row tiles / 8, batch), from row firstRow on.

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) tile: vec3u) {
  let p = layout.$.parameters;
  let row = p.firstRow + tile.y * 4u;
  let column = tile.x * 4u;
  if (row >= p.rows || column >= p.columns) {
    return;
  }
  // Rows and columns beyond the edge read the last one again and are not written.
  let rows = min(vec4u(row, row + 1u, row + 2u, row + 3u), vec4u(p.rows - 1u));
  let columns = min(vec4u(column, column + 1u, column + 2u, column + 3u), vec4u(p.columns - 1u));
  // First entries of the tile's rows and columns, and how far the others lie from the first.
  var ia = row * p.aRow + p.aOffset + tile.z * p.aStride;
  var ib = column * p.bColumn + p.bOffset + tile.z * p.bStride;
  let ea = (rows.yzw - rows.xxx) * p.aRow;
  let eb = (columns.yzw - columns.xxx) * p.bColumn;
  var b: vec4f;
  var c0 = vec4f();
  var c1 = vec4f();
  var c2 = vec4f();
  var c3 = vec4f();
  // Two steps at a time: the loop itself costs as much as a step on a software adapter.
  for (var pair = 0u; pair < p.inner / 2u; pair++) {
    b = vec4f(layout.$.b[ib], layout.$.b[ib + eb.x], layout.$.b[ib + eb.y], layout.$.b[ib + eb.z]);
    c0 += layout.$.a[ia] * b;
    c1 += layout.$.a[ia + ea.x] * b;
    c2 += layout.$.a[ia + ea.y] * b;
    c3 += layout.$.a[ia + ea.z] * b;
    ia += p.aInner;
    ib += p.bInner;
    b = vec4f(layout.$.b[ib], layout.$.b[ib + eb.x], layout.$.b[ib + eb.y], layout.$.b[ib + eb.z]);
    c0 += layout.$.a[ia] * b;
    c1 += layout.$.a[ia + ea.x] * b;
    c2 += layout.$.a[ia + ea.y] * b;
    c3 += layout.$.a[ia + ea.z] * b;
    ia += p.aInner;
    ib += p.bInner;
  }
  if (p.inner % 2u == 1u) {
    b = vec4f(layout.$.b[ib], layout.$.b[ib + eb.x], layout.$.b[ib + eb.y], layout.$.b[ib + eb.z]);
    c0 += layout.$.a[ia] * b;
    c1 += layout.$.a[ia + ea.x] * b;
    c2 += layout.$.a[ia + ea.y] * b;
    c3 += layout.$.a[ia + ea.z] * b;
    ia += p.aInner;
    ib += p.bInner;
  }
  let sums = array<vec4f, 4>(c0, c1, c2, c3);
  for (var i = 0u; i < min(4u, p.rows - row); i++) {
    for (var j = 0u; j < min(4u, p.columns - column); j++) {
      let at = p.cOffset + tile.z * p.cStride + (row + i) * p.columns + column + j;
      var value = p.alpha * sums[i][j];
      if (p.beta != 0.0) {
        value += p.beta * layout.$.c[at];
      }
      layout.$.c[at] = value;
    }
  }
}
