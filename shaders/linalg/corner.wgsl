// A 4×4 diagonal tile in registers: its Cholesky factor, and substitution through it. Cost: 20 and 16 multiply–adds a row.

struct Corner {
  // tile[column][row]; what is above the diagonal is meaningless.
  lower: mat4x4f,
  // First column whose pivot is not a positive finite number, or 4.
  failure: u32,
}

// Tested by bits: compilers may assume that no number is not-a-number. 1 … 0x7f7fffff are the positive finite ones.
fn positive(pivot: f32) -> bool {
  return bitcast<u32>(pivot) - 1u < 0x7f7fffffu;
}

fn notANumber() -> f32 {
  var bits = 0x7fc00000u;
  return bitcast<f32>(bits);
}

// The root of the pivot of `column`, not-a-number (which spreads to all that follows) if it has none.
// Columns from `size` on are padding: their root is 1.
fn pivotRoot(pivot: f32, column: u32, size: u32, failure: ptr<function, u32>) -> f32 {
  if (column >= size) { return 1.0; }
  if (positive(pivot)) { return sqrt(pivot); }
  *failure = min(*failure, column);
  return notANumber();
}

fn factorCorner(tile: mat4x4f, size: u32) -> Corner {
  var failure = 4u;
  let r0 = pivotRoot(tile[0].x, 0u, size, &failure);
  let c0 = vec4f(r0, tile[0].yzw / r0);
  var c1 = tile[1] - c0 * c0.y;
  let r1 = pivotRoot(c1.y, 1u, size, &failure);
  c1 = vec4f(0.0, r1, c1.zw / r1);
  var c2 = tile[2] - c0 * c0.z - c1 * c1.z;
  let r2 = pivotRoot(c2.z, 2u, size, &failure);
  c2 = vec4f(0.0, 0.0, r2, c2.w / r2);
  let c3 = tile[3] - c0 * c0.w - c1 * c1.w - c2 * c2.w;
  let r3 = pivotRoot(c3.w, 3u, size, &failure);
  return Corner(mat4x4f(c0, c1, c2, vec4f(0.0, 0.0, 0.0, r3)), failure);
}

// X with X Lᵀ = B, or L Xᵀ = Bᵀ: b[i] is what stands against row i of L.
fn substitute(lower: mat4x4f, b: mat4x4f) -> mat4x4f {
  let x0 = b[0] / lower[0].x;
  let x1 = (b[1] - x0 * lower[0].y) / lower[1].y;
  let x2 = (b[2] - x0 * lower[0].z - x1 * lower[1].z) / lower[2].z;
  let x3 = (b[3] - x0 * lower[0].w - x1 * lower[1].w - x2 * lower[2].w) / lower[3].w;
  return mat4x4f(x0, x1, x2, x3);
}
