// Signed angles (determinant.wgsl) between the rows of x and of z, from their products: by the arc cosine of the correlation up to 0.9, beyond
// by row_sine.wgsl.
// Arrays: x [batch or 1, rows, inner], z [batch or 1, columns, inner]; c [batch, rows, columns] X Zᵀ/inner; a [batch or 1, rows, 1] and
//   b [batch or 1, columns, 1] squared lengths over inner; t [batch, rows, columns] the angles. root: √inner. SAME is 1 where z is x.
// Cost: about 40 operations an entry, and 5 inner where rows are nearly parallel. Grid: (chunks of 64 of the entries first … end − 1, batch).
// Needs arc.wgsl, determinant.wgsl, row_sine.wgsl.

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let p = layout.$.parameters;
  let batch = group.z;
  let i = p.first + (group.x + group.y * groups.x) * 64u + lane;
  if (i >= p.end) {
    return;
  }
  let row = i / p.columns;
  let column = i - row * p.columns;
  let a = layout.$.a[p.aOffset + batch * p.aStride + row];
  let b = layout.$.b[p.bOffset + batch * p.bStride + column];
  var angle = 1.57079637;
  if (a != 0.0 && b != 0.0) {
    let rho = layout.$.c[p.cOffset + batch * p.cStride + i] / meanOf(a, b);
    if (SAME == 1 && row == column) {
      angle = 0.0;
    } else if (abs(rho) > 0.9) {
      angle = signedAngle(accurateAsin(rowSine(row, column, batch, rho, sqrt(a) * p.root, sqrt(b) * p.root)), rho < 0.0);
    } else {
      angle = signedAngle(accurateAcos(abs(rho)), rho < 0.0);
    }
  }
  layout.$.t[p.tOffset + batch * p.tStride + i] = angle;
}
