// X_i −= Σ_{start ≤ k < stop} L_ik X_k for the rows i ≥ stop, in place: what solved rows leave of the rest (rows counted from the end for
// `transposed` = 1, as in substitution.wgsl). stop − start is even. An 8×8 tile of registers an invocation, no barriers.
// lower [batch, n, n], solution [batch, n, m]; grid: column tiles × row tiles × batch. Cost: stop − start multiply–adds an entry.

// Takes the first `count` of four numbers away from the right-hand sides from `at` on.
fn take(at: u32, values: vec4f, count: u32) {
  if (count > 0u) { layout.$.solution[at] -= values.x; }
  if (count > 1u) { layout.$.solution[at + 1u] -= values.y; }
  if (count > 2u) { layout.$.solution[at + 2u] -= values.z; }
  if (count > 3u) { layout.$.solution[at + 3u] -= values.w; }
}

@compute @workgroup_size(LANES, ROWS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let n = i32(layout.$.parameters.n);
  let m = i32(layout.$.parameters.m);
  let columns = layout.$.parameters.columns;
  let start = i32(layout.$.parameters.start);
  let stop = i32(layout.$.parameters.stop);
  let column = 8u * id.x;
  let row = stop + 8 * i32(id.y);
  if (column >= columns || row >= n) { return; }
  let transposed = layout.$.parameters.transposed == 1u;
  let matrix = i32(layout.$.parameters.lowerOffset + id.z * layout.$.parameters.lowerStride);
  let sides = i32(layout.$.parameters.solutionOffset + id.z * layout.$.parameters.solutionStride);
  let corner = select(matrix, matrix + n * n - 1, transposed);
  let down = select(n, -1, transposed);
  let along = select(1, -n, transposed);
  let top = select(sides, sides + (n - 1) * m, transposed);
  let step = select(m, -m, transposed);
  let left = four(column, columns - 1u);
  let right = four(column + 4u, columns - 1u);
  let rows0 = corner + min(vec4i(row, row + 1, row + 2, row + 3), vec4i(n - 1)) * down;
  let rows1 = corner + min(vec4i(row + 4, row + 5, row + 6, row + 7), vec4i(n - 1)) * down;
  var c00 = mat4x4f();
  var c01 = mat4x4f();
  var c10 = mat4x4f();
  var c11 = mat4x4f();
  // Two steps at a time, since keeping a sum costs more than adding to it.
  for (var k = start; k < stop; k += 2) {
    let above = u32(top + k * step);
    let below = u32(top + (k + 1) * step);
    let a0 = coefficients(rows0 + k * along);
    let a1 = coefficients(rows1 + k * along);
    let b0 = values(above + left);
    let b1 = values(above + right);
    let e0 = coefficients(rows0 + (k + 1) * along);
    let e1 = coefficients(rows1 + (k + 1) * along);
    let f0 = values(below + left);
    let f1 = values(below + right);
    c00 += outer(b0, a0) + outer(f0, e0);
    c01 += outer(b1, a0) + outer(f1, e0);
    c10 += outer(b0, a1) + outer(f0, e1);
    c11 += outer(b1, a1) + outer(f1, e1);
  }
  // The tiles are [row][column]: their columns are rows here.
  for (var r = 0; r < min(8, n - row); r++) {
    let at = u32(top + (row + r) * step) + column;
    let near = select(c00[r & 3], c10[r & 3], r > 3);
    let far = select(c01[r & 3], c11[r & 3], r > 3);
    take(at, near, columns - column);
    take(at + 4u, far, max(columns - column, 4u) - 4u);
  }
}
