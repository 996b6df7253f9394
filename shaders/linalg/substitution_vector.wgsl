// As substitution.wgsl, for few right-hand sides: an invocation owns one column of X, not eight.
// lower [batch, n, n], solution [batch, n, m]; grid: columns × 1 × batch. Cost: n²/2 multiply–adds a column and pass, 5 reads for 4.

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let n = i32(layout.$.parameters.n);
  let m = i32(layout.$.parameters.m);
  // Columns and batch entries side by side, so that lanes are not idle when there is one column.
  if (id.x >= layout.$.parameters.m * layout.$.parameters.batch) { return; }
  let entry = id.x / layout.$.parameters.m;
  let column = i32(id.x % layout.$.parameters.m);
  let matrix = i32(layout.$.parameters.lowerOffset + entry * layout.$.parameters.lowerStride);
  let sides = i32(layout.$.parameters.solutionOffset + entry * layout.$.parameters.solutionStride) + column;
  let start = i32(layout.$.parameters.start);
  let last = i32(layout.$.parameters.stop) - 1;
  for (var sweep = layout.$.parameters.firstPass; sweep <= layout.$.parameters.lastPass; sweep++) {
    let walk = walkThrough(sweep == 1u, n, m, matrix, sides);
    for (var i = start; i <= last; i += 4) {
      let rows = min(vec4i(i, i + 1, i + 2, i + 3), vec4i(last));
      let across = walk.origin + rows * walk.down;
      var sum = vec4f();
      for (var k = start; k < i; k++) {
        sum += coefficients(across + k * walk.along) * layout.$.solution[walk.top + k * walk.step];
      }
      let at = walk.top + rows * walk.step;
      let c0 = coefficients(across + rows.x * walk.along);
      let c1 = coefficients(across + rows.y * walk.along);
      let c2 = coefficients(across + rows.z * walk.along);
      let c3 = coefficients(across + rows.w * walk.along);
      let b = vec4f(layout.$.solution[at.x], layout.$.solution[at.y], layout.$.solution[at.z], layout.$.solution[at.w]) - sum;
      let x0 = b.x / c0.x;
      let x1 = (b.y - x0 * c0.y) / c1.y;
      let x2 = (b.z - x0 * c0.z - x1 * c1.z) / c2.z;
      let x3 = (b.w - x0 * c0.w - x1 * c1.w - x2 * c2.w) / c3.w;
      layout.$.solution[at.x] = x0;
      if (i + 1 <= last) { layout.$.solution[at.y] = x1; }
      if (i + 2 <= last) { layout.$.solution[at.z] = x2; }
      if (i + 3 <= last) { layout.$.solution[at.w] = x3; }
    }
  }
}
