// Register tiles shared by the kernels of this folder.
// A 4×4 tile is a mat4x4f in WGSL's own order: tile[column][row]. `outer` costs 16 multiply–adds for 8 numbers read; kernels use
// two or four of them side by side (8×4, 8×8), the best measured on a software adapter, where each number read is a gather.

// a bᵀ
fn outer(a: vec4f, b: vec4f) -> mat4x4f {
  return mat4x4f(a * b.x, a * b.y, a * b.z, a * b.w);
}

// The tile with another column. Tiles are read in loops over their columns and written in loops over their rows: a compiler of a software
// adapter takes as long over every read and write that stands in the text as over a dozen multiply–adds.
fn withColumn(tile: mat4x4f, column: u32, values: vec4f) -> mat4x4f {
  return mat4x4f(
    select(tile[0], values, column == 0u), select(tile[1], values, column == 1u),
    select(tile[2], values, column == 2u), select(tile[3], values, column == 3u));
}

fn rowOf(tile: mat4x4f, row: u32) -> vec4f {
  return vec4f(tile[0][row], tile[1][row], tile[2][row], tile[3][row]);
}

// Row `row` of two tiles one above the other.
fn rowOfTwo(upper: mat4x4f, under: mat4x4f, row: u32) -> vec4f {
  return select(rowOf(upper, row & 3u), rowOf(under, row & 3u), row > 3u);
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
