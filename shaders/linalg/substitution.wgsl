// X ← L⁻¹ X, X ← L⁻ᵀ X, or both one after the other (`firstPass`, `lastPass`: 0 is L, 1 is Lᵀ), in place.
// An invocation owns 8 columns of X and goes down the rows four at a time; columns are independent, so there are no barriers.
// Rows `start … stop−1` in that order, their sums from `start` on: what came before has been taken away (substitution_update).
// With `unit` = 1, X is the identity: its columns from `start` on are not read, and rows above a column's one stay as they are (zero).
// Columns 0 … columns−1 of the m there are.
// lower [batch, n, n], solution [batch, n, m]; grid: column tiles × 1 × batch. Cost: n²/2 multiply–adds a column and pass, 12 reads for 32.

// The right-hand sides of row `row` in the given columns; those of the identity are not read.
fn given(row: u32, at: u32, columns: vec4u, unit: bool) -> vec4f {
  if (unit) { return select(vec4f(0.0), vec4f(1.0), columns == vec4u(row)); }
  return values(at + columns);
}

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let n = i32(layout.$.parameters.n);
  let m = i32(layout.$.parameters.m);
  let columns = layout.$.parameters.columns;
  let column = 8u * id.x;
  if (column >= columns) { return; }
  let left = four(column, columns - 1u);
  let right = four(column + 4u, columns - 1u);
  let matrix = i32(layout.$.parameters.lowerOffset + id.z * layout.$.parameters.lowerStride);
  let sides = i32(layout.$.parameters.solutionOffset + id.z * layout.$.parameters.solutionStride);
  let unit = layout.$.parameters.unit == 1u && column >= layout.$.parameters.start;
  let start = select(i32(layout.$.parameters.start), i32(column), unit);
  let last = i32(layout.$.parameters.stop) - 1;
  for (var sweep = layout.$.parameters.firstPass; sweep <= layout.$.parameters.lastPass; sweep++) {
    let walk = walkThrough(sweep == 1u, n, m, matrix, sides);
    for (var i = start; i <= last; i += 4) {
      let rows = min(vec4i(i, i + 1, i + 2, i + 3), vec4i(last));
      let across = walk.origin + rows * walk.down;
      // tile[row][column], so that substitution runs over whole rows.
      var b = mat4x4f();
      var c = mat4x4f();
      var corner = mat4x4f();
      for (var r = 0u; r < 4u; r++) {
        let at = u32(walk.top + rows[r] * walk.step);
        b = withColumn(b, r, given(u32(rows[r]), at, left, unit));
        c = withColumn(c, r, given(u32(rows[r]), at, right, unit));
        corner = withColumn(corner, r, coefficients(across + rows[r] * walk.along));
      }
      for (var k = start; k < i; k++) {
        let a = coefficients(across + k * walk.along);
        let above = u32(walk.top + k * walk.step);
        b -= outer(values(above + left), a);
        c -= outer(values(above + right), a);
      }
      b = substitute(corner, b);
      c = substitute(corner, c);
      for (var r = 0; r < min(4, last - i + 1); r++) {
        let at = u32(walk.top + (i + r) * walk.step) + column;
        for (var side = 0u; side < 8u && side < columns - column; side += 4u) {
          let solved = select(b[r], c[r], side > 3u);
          layout.$.solution[at + side] = solved.x;
          if (column + side + 1u < columns) { layout.$.solution[at + side + 1u] = solved.y; }
          if (column + side + 2u < columns) { layout.$.solution[at + side + 2u] = solved.z; }
          if (column + side + 3u < columns) { layout.$.solution[at + side + 3u] = solved.w; }
        }
      }
    }
  }
}
