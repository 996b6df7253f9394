// A₂₂ −= L₂₁ L₂₁ᵀ, lower triangle only: what the factored columns `first … first+size−1` leave of the rest, in place; size is even.
// An 8×8 tile of registers an invocation, no barriers. lower [batch, n, n]; packed: L₂₁ as cholesky_strip.wgsl leaves it; grid: tiles of the triangle × 1 × batch.
// Cost: size multiply–adds an entry of the triangle, 4 reads of vec4 for 64 of them.

// Takes the first `count` of four numbers away from the entries from `at` on.
fn take(at: u32, values: vec4f, count: u32) {
  if (count > 0u) { layout.$.lower[at] -= values.x; }
  if (count > 1u) { layout.$.lower[at + 1u] -= values.y; }
  if (count > 2u) { layout.$.lower[at + 2u] -= values.z; }
  if (count > 3u) { layout.$.lower[at + 3u] -= values.w; }
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
  // Where the quads of rows begin; behind the last one it is read again.
  let packed = layout.$.parameters.packedOffset + id.z * layout.$.parameters.packedStride;
  let last = (n - next - 1u) / 4u;
  let rows = (row - next) / 4u;
  let columns = (column - next) / 4u;
  let rows0 = packed + rows * size;
  let rows1 = packed + min(rows + 1u, last) * size;
  let columns0 = packed + columns * size;
  let columns1 = packed + min(columns + 1u, last) * size;
  // Row i of the tile is c_i and d_i. Two steps at a time, since keeping a sum costs more than adding to it.
  var c0 = vec4f();
  var d0 = vec4f();
  var c1 = vec4f();
  var d1 = vec4f();
  var c2 = vec4f();
  var d2 = vec4f();
  var c3 = vec4f();
  var d3 = vec4f();
  var c4 = vec4f();
  var d4 = vec4f();
  var c5 = vec4f();
  var d5 = vec4f();
  var c6 = vec4f();
  var d6 = vec4f();
  var c7 = vec4f();
  var d7 = vec4f();
  for (var k = 0u; k < size; k += 2u) {
    let a0 = layout.$.packed[rows0 + k];
    let a1 = layout.$.packed[rows1 + k];
    let b0 = layout.$.packed[columns0 + k];
    let b1 = layout.$.packed[columns1 + k];
    let e0 = layout.$.packed[rows0 + k + 1u];
    let e1 = layout.$.packed[rows1 + k + 1u];
    let f0 = layout.$.packed[columns0 + k + 1u];
    let f1 = layout.$.packed[columns1 + k + 1u];
    c0 += a0.x * b0 + e0.x * f0;
    d0 += a0.x * b1 + e0.x * f1;
    c1 += a0.y * b0 + e0.y * f0;
    d1 += a0.y * b1 + e0.y * f1;
    c2 += a0.z * b0 + e0.z * f0;
    d2 += a0.z * b1 + e0.z * f1;
    c3 += a0.w * b0 + e0.w * f0;
    d3 += a0.w * b1 + e0.w * f1;
    c4 += a1.x * b0 + e1.x * f0;
    d4 += a1.x * b1 + e1.x * f1;
    c5 += a1.y * b0 + e1.y * f0;
    d5 += a1.y * b1 + e1.y * f1;
    c6 += a1.z * b0 + e1.z * f0;
    d6 += a1.z * b1 + e1.z * f1;
    c7 += a1.w * b0 + e1.w * f0;
    d7 += a1.w * b1 + e1.w * f1;
  }
  let near = array<vec4f, 8>(c0, c1, c2, c3, c4, c5, c6, c7);
  let far = array<vec4f, 8>(d0, d1, d2, d3, d4, d5, d6, d7);
  for (var r = 0u; r < min(8u, n - row); r++) {
    // On and left of the diagonal.
    let count = row + r - column + 1u;
    let at = origin + (row + r) * n + column;
    take(at, near[r], count);
    take(at + 4u, far[r], max(count, 4u) - 4u);
  }
}
