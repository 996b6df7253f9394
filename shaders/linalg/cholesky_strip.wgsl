// L₂₁ = A₂₁ L₁₁⁻ᵀ: the rows below a factored diagonal block `first … first+size−1`, in place; eight rows an invocation, no barriers.
// The solved rows are also written side by side for the update, four to a vec4: packed [batch, quads of rows, size]. Rows of a large matrix
// lie a power of two apart and push each other out of the cache. Behind the last row stands that row again.
// lower [batch, n, n]; grid: strips of 8 rows × 1 × batch. Cost: size²/2 multiply–adds a row.

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let n = layout.$.parameters.n;
  let first = layout.$.parameters.first;
  let size = layout.$.parameters.size;
  let row = first + size + 8u * id.x;
  if (row >= n) { return; }
  let origin = layout.$.parameters.lowerOffset + id.z * layout.$.parameters.lowerStride;
  for (var j = 0u; j < size; j += 4u) {
    let columns = four(first + j, first + size - 1u);
    let rows = origin + columns * n;
    strip(origin, n, row, n, first, j, size, rows, entriesOf(rows, columns));
  }
  let packed = layout.$.parameters.packedOffset + id.z * layout.$.parameters.packedStride;
  for (var r = row; r < min(row + 8u, n); r += 4u) {
    let rows = origin + four(r, n - 1u) * n + first;
    let line = packed + (r - first - size) / 4u * size;
    for (var k = 0u; k < size; k++) { layout.$.packed[line + k] = entries(rows + k); }
  }
}
