// What the kernels of substitution have in common; joined before substitution.wgsl, substitution_vector.wgsl and substitution_update.wgsl.
// lower [batch, n, n], solution [batch, n, m]. Cost: four reads a vec4.

fn coefficients(at: vec4i) -> vec4f {
  return vec4f(layout.$.lower[at.x], layout.$.lower[at.y], layout.$.lower[at.z], layout.$.lower[at.w]);
}

fn values(at: vec4u) -> vec4f {
  return vec4f(layout.$.solution[at.x], layout.$.solution[at.y], layout.$.solution[at.z], layout.$.solution[at.w]);
}

// How to walk through L, or through Lᵀ: that is upper triangular, but counted from the last row and column it is lower again.
struct Walk {
  // Entry (0, 0) of the triangle, and the strides of its rows and columns.
  origin: i32,
  down: i32,
  along: i32,
  // Row 0 of the right-hand sides, and the stride of their rows.
  top: i32,
  step: i32,
}

fn walkThrough(transposed: bool, n: i32, m: i32, matrix: i32, sides: i32) -> Walk {
  if (transposed) { return Walk(matrix + n * n - 1, -1, -n, sides + (n - 1) * m, -m); }
  return Walk(matrix, n, 1, sides, m);
}
