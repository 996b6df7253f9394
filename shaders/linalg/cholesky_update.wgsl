// A₂₂ −= L₂₁ L₂₁ᵀ, lower triangle only: what the factored columns `first … first+size−1` leave of the rest, in place.
// An 8×8 tile of registers an invocation, no barriers. lower [batch, n, n]; packed: L₂₁ as cholesky_strip.wgsl leaves it; grid: tiles of the triangle × 1 × batch.
// Cost: size multiply–adds an entry of the triangle, 16 reads for 64 of them.

fn entries(at: vec4u) -> vec4f {
  return vec4f(layout.$.packed[at.x], layout.$.packed[at.y], layout.$.packed[at.z], layout.$.packed[at.w]);
}

// Takes a 4×4 tile away from the entries at rows `row …` and columns `column …`, those on and below the diagonal.
fn take(origin: u32, n: u32, row: u32, column: u32, tile: mat4x4f) {
  for (var r = 0u; r < 4u && row + r < n; r++) {
    let at = origin + (row + r) * n + column;
    for (var c = 0u; c < 4u && column + c <= row + r; c++) {
      layout.$.lower[at + c] -= tile[c][r];
    }
  }
}

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let n = layout.$.parameters.n;
  let size = layout.$.parameters.size;
  let next = layout.$.parameters.first + size;
  let tile = triangular(id.x);
  let row = next + 8u * tile.x;
  let column = next + 8u * tile.y;
  if (row >= n) { return; }
  let origin = layout.$.parameters.lowerOffset + id.z * layout.$.parameters.lowerStride;
  let packed = layout.$.parameters.packedOffset + id.z * layout.$.parameters.packedStride;
  let last = n - next - 1u;
  let rows0 = packed + four(row - next, last) * size;
  let rows1 = packed + four(row - next + 4u, last) * size;
  let columns0 = packed + four(column - next, last) * size;
  let columns1 = packed + four(column - next + 4u, last) * size;
  var c00 = mat4x4f();
  var c01 = mat4x4f();
  var c10 = mat4x4f();
  var c11 = mat4x4f();
  for (var k = 0u; k < size; k++) {
    let a0 = entries(rows0 + k);
    let a1 = entries(rows1 + k);
    let b0 = entries(columns0 + k);
    let b1 = entries(columns1 + k);
    c00 += outer(a0, b0);
    c01 += outer(a0, b1);
    c10 += outer(a1, b0);
    c11 += outer(a1, b1);
  }
  take(origin, n, row, column, c00);
  take(origin, n, row, column + 4u, c01);
  take(origin, n, row + 4u, column, c10);
  take(origin, n, row + 4u, column + 4u, c11);
}
