// A⁻¹ = Vᵀ V for V = L⁻¹ lower triangular: entry (i, j) = Σ_{k ≥ max(i, j)} V_ki V_kj; the lower triangle, mirrored.
// An 8×8 tile of registers an invocation, no barriers. root, inverse [batch, n, n]; grid: tiles of the triangle × 1 × batch.
// Cost: n³/6 multiply–adds, 16 reads for 64.

fn entries(at: vec4u) -> vec4f {
  return vec4f(layout.$.root[at.x], layout.$.root[at.y], layout.$.root[at.z], layout.$.root[at.w]);
}

// Entries (row, column …), the first `count` of four, and their mirror images.
fn put(origin: u32, n: u32, row: u32, column: u32, values: vec4f, count: u32) {
  for (var c = 0u; c < min(4u, count); c++) {
    layout.$.inverse[origin + row * n + column + c] = values[c];
    layout.$.inverse[origin + (column + c) * n + row] = values[c];
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
  // Two steps at a time, since keeping a sum costs more than adding to it; behind the last row stand zeros.
  for (var k = row; k < n; k += 2u) {
    let paired = k + 1u < n;
    let second = select(k, k + 1u, paired) * n;
    let a0 = entries(rows0 + k * n);
    let a1 = entries(rows1 + k * n);
    let b0 = entries(columns0 + k * n);
    let b1 = entries(columns1 + k * n);
    let e0 = entries(rows0 + second);
    let e1 = entries(rows1 + second);
    let f0 = select(vec4f(), entries(columns0 + second), paired);
    let f1 = select(vec4f(), entries(columns1 + second), paired);
    c00 += outer(a0, b0) + outer(e0, f0);
    c01 += outer(a0, b1) + outer(e0, f1);
    c10 += outer(a1, b0) + outer(e1, f0);
    c11 += outer(a1, b1) + outer(e1, f1);
  }
  let result = layout.$.parameters.inverseOffset + id.z * layout.$.parameters.inverseStride;
  for (var r = 0u; r < min(8u, n - row); r++) {
    // On and left of the diagonal.
    let count = row + r - column + 1u;
    put(result, n, row + r, column, rowOfTwo(c00, c10, r), count);
    put(result, n, row + r, column + 4u, rowOfTwo(c01, c11, r), max(count, 4u) - 4u);
  }
}
