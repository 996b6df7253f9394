// Register tiles shared by the kernels of this folder.
// A 4×4 tile is a mat4x4f in WGSL's own order: tile[column][row]. `outer` costs 16 multiply–adds for 8 numbers read; kernels use
// two or four of them side by side (8×4, 8×8), the best measured on a software adapter, where each number read is a gather.

// a bᵀ
fn outer(a: vec4f, b: vec4f) -> mat4x4f {
  return mat4x4f(a * b.x, a * b.y, a * b.z, a * b.w);
}

// Four consecutive indices from `first`, none beyond `last`: an edge tile computes its last row again instead of branching.
fn four(first: u32, last: u32) -> vec4u {
  return min(vec4u(first, first + 1u, first + 2u, first + 3u), vec4u(last));
}

// Row and column of tile `number` when the tiles of a lower triangle are counted row by row: 0 | 1 2 | 3 4 5 | …
fn triangular(number: u32) -> vec2u {
  var row = u32((sqrt(8.0 * f32(number) + 1.0) - 1.0) * 0.5);
  // The square root may be off by one unit in the last place.
  if (row * (row + 1u) / 2u > number) { row--; }
  if ((row + 1u) * (row + 2u) / 2u <= number) { row++; }
  return vec2u(row, number - row * (row + 1u) / 2u);
}
