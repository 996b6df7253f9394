// X_i −= Σ_{start ≤ k < stop} L_ik X_k for the rows i ≥ stop, in place: what solved rows leave of the rest (rows counted from the end for
// `transposed` = 1, as in substitution.wgsl). An 8×8 tile of registers an invocation, no barriers.
// lower [batch, n, n], solution [batch, n, m]; grid: column tiles × row tiles × batch. Cost: stop − start multiply–adds an entry.

fn coefficients(at: vec4i) -> vec4f {
  return vec4f(layout.$.lower[at.x], layout.$.lower[at.y], layout.$.lower[at.z], layout.$.lower[at.w]);
}

fn values(at: vec4u) -> vec4f {
  return vec4f(layout.$.solution[at.x], layout.$.solution[at.y], layout.$.solution[at.z], layout.$.solution[at.w]);
}

// tile[row][column]
fn take(top: i32, step: i32, row: i32, n: i32, column: u32, m: u32, tile: mat4x4f) {
  for (var r = 0; r < 4 && row + r < n; r++) {
    let at = u32(top + (row + r) * step) + column;
    for (var c = 0u; c < 4u && column + c < m; c++) {
      layout.$.solution[at + c] -= tile[r][c];
    }
  }
}

@compute @workgroup_size(LANES, ROWS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let n = i32(layout.$.parameters.n);
  let m = layout.$.parameters.m;
  let start = i32(layout.$.parameters.start);
  let stop = i32(layout.$.parameters.stop);
  let column = 8u * id.x;
  let row = stop + 8 * i32(id.y);
  if (column >= m || row >= n) { return; }
  let transposed = layout.$.parameters.transposed == 1u;
  let matrix = i32(layout.$.parameters.lowerOffset + id.z * layout.$.parameters.lowerStride);
  let sides = i32(layout.$.parameters.solutionOffset + id.z * layout.$.parameters.solutionStride);
  let corner = select(matrix, matrix + n * n - 1, transposed);
  let down = select(n, -1, transposed);
  let along = select(1, -n, transposed);
  let top = select(sides, sides + (n - 1) * i32(m), transposed);
  let step = select(i32(m), -i32(m), transposed);
  let left = four(column, m - 1u);
  let right = four(column + 4u, m - 1u);
  let rows0 = corner + min(vec4i(row, row + 1, row + 2, row + 3), vec4i(n - 1)) * down;
  let rows1 = corner + min(vec4i(row + 4, row + 5, row + 6, row + 7), vec4i(n - 1)) * down;
  var c00 = mat4x4f();
  var c01 = mat4x4f();
  var c10 = mat4x4f();
  var c11 = mat4x4f();
  for (var k = start; k < stop; k++) {
    let above = u32(top + k * step);
    let a0 = coefficients(rows0 + k * along);
    let a1 = coefficients(rows1 + k * along);
    let b0 = values(above + left);
    let b1 = values(above + right);
    c00 += outer(b0, a0);
    c01 += outer(b1, a0);
    c10 += outer(b0, a1);
    c11 += outer(b1, a1);
  }
  take(top, step, row, n, column, m, c00);
  take(top, step, row, n, column + 4u, m, c01);
  take(top, step, row + 4, n, column, m, c10);
  take(top, step, row + 4, n, column + 4u, m, c11);
}
