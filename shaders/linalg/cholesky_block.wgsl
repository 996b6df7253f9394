// L Lᵀ = A for the diagonal block of rows `first … first+size−1`, in place: one invocation a batch entry, no barriers.
// Left-looking by tiles of 4 columns and 8 rows. `first` = 0 and `size` = n factors whole small systems in one dispatch.
// lower [batch, n, n]; status [batch]: the first bad pivot, or −1. Cost: size³/6 multiply–adds an invocation.

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= layout.$.parameters.batch) { return; }
  let n = layout.$.parameters.n;
  let first = layout.$.parameters.first;
  let size = layout.$.parameters.size;
  let end = first + size;
  let origin = layout.$.parameters.lowerOffset + id.x * layout.$.parameters.lowerStride;
  let place = layout.$.parameters.statusOffset + id.x * layout.$.parameters.statusStride;
  for (var j = 0u; j < size; j += 4u) {
    let columns = four(first + j, end - 1u);
    let rows = origin + columns * n;
    var tile = entriesOf(rows, columns);
    for (var k = first; k < first + j; k++) {
      let b = entries(rows + k);
      tile -= outer(b, b);
    }
    let corner = factorCorner(tile, size - j);
    if (corner.failure < 4u && layout.$.status[place] < 0) { layout.$.status[place] = i32(first + j + corner.failure); }
    for (var r = 0u; r < min(4u, size - j); r++) {
      putRow(rows[r] + columns.x, rowOf(corner.lower, r), r + 1u);
    }
    for (var row = first + j + 4u; row < end; row += 8u) {
      strip(origin, n, row, end, first, j, size, rows, corner.lower);
    }
  }
}
