// C = alpha · op(A) op(B) + beta · C by tiles of linalg/product_tile.wgsl, a workgroup a tile: for real GPUs.
// Arrays: as in product_registers.wgsl.
// Where symmetric is 1 (op(B) = op(A)ᵀ, beta 0) tiles above the diagonal are left out: what lies below it is written twice.
// Cost: 2 rows · inner · columns operations, half of it where symmetric, each entry of A and B read once a tile.
// Grid: (columns / 64, rows / 64, batch), from row firstRow on.

var<private> aAt: u32;
var<private> bAt: u32;
var<private> cAt: u32;

fn leftAcross() -> bool { return layout.$.parameters.aInner != 1u; }
fn rightAcross() -> bool { return layout.$.parameters.bInner != 1u; }

fn leftAt(row: u32, k: u32) -> f32 {
  if (row >= layout.$.parameters.rows || k >= layout.$.parameters.inner) { return 0.0; }
  return layout.$.a[aAt + row * layout.$.parameters.aRow + k * layout.$.parameters.aInner];
}

fn rightAt(column: u32, k: u32) -> f32 {
  if (column >= layout.$.parameters.columns || k >= layout.$.parameters.inner) { return 0.0; }
  return layout.$.b[bAt + k * layout.$.parameters.bInner + column * layout.$.parameters.bColumn];
}

fn put(row: u32, column: u32, sum: f32) {
  let columns = layout.$.parameters.columns;
  if (row >= layout.$.parameters.rows || column >= columns) { return; }
  let at = cAt + row * columns + column;
  var value = layout.$.parameters.alpha * sum;
  if (layout.$.parameters.beta != 0.0) { value += layout.$.parameters.beta * layout.$.c[at]; }
  if (layout.$.parameters.symmetric == 0u) {
    layout.$.c[at] = value;
  } else if (column <= row) {
    layout.$.c[at] = value;
    layout.$.c[cAt + column * columns + row] = value;
  }
}

fn takeColumn(row: u32, column: u32, upper: vec4f, under: vec4f) -> f32 {
  put(row, column, upper.x);
  put(row + 8u, column, upper.y);
  put(row + 16u, column, upper.z);
  put(row + 24u, column, upper.w);
  put(row + 32u, column, under.x);
  put(row + 40u, column, under.y);
  put(row + 48u, column, under.z);
  put(row + 56u, column, under.w);
  return 0.0;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let parameters = layout.$.parameters;
  let row = parameters.firstRow + TILE * group.y;
  let column = TILE * group.x;
  if (parameters.symmetric == 1u && column > row) { return; }
  aAt = parameters.aOffset + group.z * parameters.aStride;
  bAt = parameters.bOffset + group.z * parameters.bStride;
  cAt = parameters.cOffset + group.z * parameters.cStride;
  takeTile(lane, row, column, productTile(lane, row, column, parameters.inner));
}
