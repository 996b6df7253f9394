// X ← L⁻¹ X, X ← L⁻ᵀ X, or both one after the other (`firstPass`, `lastPass`: 0 is L, 1 is Lᵀ), in place.
// An invocation owns 8 columns of X and goes down the rows four at a time; columns know nothing of each other, so nothing waits.
// Lᵀ is upper triangular: counted from the last row and column it is lower again, hence the negative strides.
// Rows `start … stop−1` in that order, their sums from `start` on: what came before has been taken away (substitution_update).
// With `unit` = 1, X is the identity and is not read: rows above a column's one stay as they are (zero).
// lower [batch, n, n], solution [batch, n, m]; grid: column tiles × 1 × batch. Cost: n²/2 multiply–adds a column and pass, 12 reads for 32.

struct Walk {
  // Entry (0, 0) of the triangle, and the strides of its rows and columns.
  corner: i32,
  down: i32,
  along: i32,
  // Row 0 of the right-hand sides, and the stride of their rows.
  top: i32,
  step: i32,
}

fn coefficients(at: vec4i) -> vec4f {
  return vec4f(layout.$.lower[at.x], layout.$.lower[at.y], layout.$.lower[at.z], layout.$.lower[at.w]);
}

fn values(at: vec4u) -> vec4f {
  return vec4f(layout.$.solution[at.x], layout.$.solution[at.y], layout.$.solution[at.z], layout.$.solution[at.w]);
}

fn put(row: u32, columns: vec4u, value: vec4f, count: u32) {
  if (count > 0u) { layout.$.solution[row + columns.x] = value.x; }
  if (count > 1u) { layout.$.solution[row + columns.y] = value.y; }
  if (count > 2u) { layout.$.solution[row + columns.z] = value.z; }
  if (count > 3u) { layout.$.solution[row + columns.w] = value.w; }
}

fn unitRow(row: u32, columns: vec4u) -> vec4f {
  return select(vec4f(0.0), vec4f(1.0), columns == vec4u(row));
}

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let n = i32(layout.$.parameters.n);
  let m = layout.$.parameters.m;
  let column = 8u * id.x;
  if (column >= m) { return; }
  let left = four(column, m - 1u);
  let right = four(column + 4u, m - 1u);
  let countLeft = m - column;
  let countRight = max(countLeft, 4u) - 4u;
  let matrix = i32(layout.$.parameters.lowerOffset + id.z * layout.$.parameters.lowerStride);
  let sides = i32(layout.$.parameters.solutionOffset + id.z * layout.$.parameters.solutionStride);
  let unit = layout.$.parameters.unit == 1u;
  let start = select(i32(layout.$.parameters.start), i32(column), unit);
  let last = i32(layout.$.parameters.stop) - 1;
  for (var sweep = layout.$.parameters.firstPass; sweep <= layout.$.parameters.lastPass; sweep++) {
    var walk = Walk(matrix, n, 1, sides, i32(m));
    if (sweep == 1u) { walk = Walk(matrix + n * n - 1, -1, -n, sides + (n - 1) * i32(m), -i32(m)); }
    for (var i = start; i <= last; i += 4) {
      let rows = min(vec4i(i, i + 1, i + 2, i + 3), vec4i(last));
      let across = walk.corner + rows * walk.down;
      // sum[row][column], so that substitution runs over whole rows.
      var sumLeft = mat4x4f();
      var sumRight = mat4x4f();
      for (var k = start; k < i; k++) {
        let a = coefficients(across + k * walk.along);
        let above = u32(walk.top + k * walk.step);
        sumLeft += outer(values(above + left), a);
        sumRight += outer(values(above + right), a);
      }
      let at = vec4u(walk.top + rows * walk.step);
      let corner = mat4x4f(
        coefficients(across + rows.x * walk.along), coefficients(across + rows.y * walk.along),
        coefficients(across + rows.z * walk.along), coefficients(across + rows.w * walk.along));
      var b = mat4x4f();
      var c = mat4x4f();
      if (unit) {
        let r = vec4u(rows);
        b = mat4x4f(unitRow(r.x, left), unitRow(r.y, left), unitRow(r.z, left), unitRow(r.w, left));
        c = mat4x4f(unitRow(r.x, right), unitRow(r.y, right), unitRow(r.z, right), unitRow(r.w, right));
      } else {
        b = mat4x4f(values(at.x + left), values(at.y + left), values(at.z + left), values(at.w + left));
        c = mat4x4f(values(at.x + right), values(at.y + right), values(at.z + right), values(at.w + right));
      }
      b = substitute(corner, b - sumLeft);
      c = substitute(corner, c - sumRight);
      put(at.x, left, b[0], countLeft);
      put(at.x, right, c[0], countRight);
      if (i + 1 <= last) {
        put(at.y, left, b[1], countLeft);
        put(at.y, right, c[1], countRight);
      }
      if (i + 2 <= last) {
        put(at.z, left, b[2], countLeft);
        put(at.z, right, c[2], countRight);
      }
      if (i + 3 <= last) {
        put(at.w, left, b[3], countLeft);
        put(at.w, right, c[3], countRight);
      }
    }
  }
}
