// A₂₂ −= L₂₁ L₂₁ᵀ, lower triangle only: what the factored columns `first … first+size−1` leave of the rest, in place.
// An 8×8 tile of registers an invocation, no barriers. lower [batch, n, n]; grid: tiles of the triangle × 1 × batch.
// Cost: size multiply–adds an entry of the triangle, 16 reads for 64 of them.

fn entries(at: vec4u) -> vec4f {
  return vec4f(layout.$.lower[at.x], layout.$.lower[at.y], layout.$.lower[at.z], layout.$.lower[at.w]);
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
  let first = layout.$.parameters.first;
  let next = first + layout.$.parameters.size;
  let tile = triangular(id.x);
  let row = next + 8u * tile.x;
  let column = next + 8u * tile.y;
  if (row >= n) { return; }
  let origin = layout.$.parameters.lowerOffset + id.z * layout.$.parameters.lowerStride;
  let rows0 = origin + four(row, n - 1u) * n;
  let rows1 = origin + four(row + 4u, n - 1u) * n;
  let columns0 = origin + four(column, n - 1u) * n;
  let columns1 = origin + four(column + 4u, n - 1u) * n;
  var c00 = mat4x4f();
  var c01 = mat4x4f();
  var c10 = mat4x4f();
  var c11 = mat4x4f();
  for (var k = first; k < next; k++) {
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
