// A⁻¹ = Vᵀ V for V = L⁻¹ lower triangular: entry (i, j) = Σ_{k ≥ max(i, j)} V_ki V_kj; the lower triangle, mirrored.
// An 8×8 tile of registers an invocation, no barriers. root, inverse [batch, n, n]; grid: tiles of the triangle × 1 × batch.
// Cost: n³/6 multiply–adds, 16 reads for 64.

fn entries(at: vec4u) -> vec4f {
  return vec4f(layout.$.root[at.x], layout.$.root[at.y], layout.$.root[at.z], layout.$.root[at.w]);
}

fn put(origin: u32, n: u32, row: u32, column: u32, tile: mat4x4f) {
  for (var r = 0u; r < 4u && row + r < n; r++) {
    for (var c = 0u; c < 4u && column + c <= row + r; c++) {
      layout.$.inverse[origin + (row + r) * n + column + c] = tile[c][r];
      layout.$.inverse[origin + (column + c) * n + row + r] = tile[c][r];
    }
  }
}

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let n = layout.$.parameters.n;
  let tile = triangular(id.x);
  let row = 8u * tile.x;
  let column = 8u * tile.y;
  if (row >= n) { return; }
  let origin = layout.$.parameters.rootOffset + id.z * layout.$.parameters.rootStride;
  let rows0 = origin + four(row, n - 1u);
  let rows1 = origin + four(row + 4u, n - 1u);
  let columns0 = origin + four(column, n - 1u);
  let columns1 = origin + four(column + 4u, n - 1u);
  var c00 = mat4x4f();
  var c01 = mat4x4f();
  var c10 = mat4x4f();
  var c11 = mat4x4f();
  for (var k = row; k < n; k++) {
    let a0 = entries(rows0 + k * n);
    let a1 = entries(rows1 + k * n);
    let b0 = entries(columns0 + k * n);
    let b1 = entries(columns1 + k * n);
    c00 += outer(a0, b0);
    c01 += outer(a0, b1);
    c10 += outer(a1, b0);
    c11 += outer(a1, b1);
  }
  let result = layout.$.parameters.inverseOffset + id.z * layout.$.parameters.inverseStride;
  put(result, n, row, column, c00);
  put(result, n, row, column + 4u, c01);
  put(result, n, row + 4u, column, c10);
  put(result, n, row + 4u, column + 4u, c11);
}
