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
    var sum = mat4x4f();
    for (var k = first; k < first + j; k++) {
      let b = entries(rows + k);
      sum += outer(b, b);
    }
    let corner = factorCorner(entriesOf(rows, columns) - sum, size - j);
    if (corner.failure < 4u && layout.$.status[place] < 0) { layout.$.status[place] = i32(first + j + corner.failure); }
    putRow(rows.x + columns.x, corner.lower, 0u, 1u);
    if (j + 1u < size) { putRow(rows.y + columns.x, corner.lower, 1u, 2u); }
    if (j + 2u < size) { putRow(rows.z + columns.x, corner.lower, 2u, 3u); }
    if (j + 3u < size) { putRow(rows.w + columns.x, corner.lower, 3u, 4u); }
    for (var row = first + j + 4u; row < end; row += 8u) {
      strip(origin, n, row, end, first, j, size, rows, corner.lower);
    }
  }
}
