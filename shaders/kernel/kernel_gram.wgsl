// K = k(s · X Zᵀ/D, r |x|²/D, q |z|²/D): the NNGP map of a Gram matrix, entry by entry (theory.md §1), without writing that out.
// The map itself, nngpMap(c, a, b, angle) → (K, K̇), is in nngp_<activation>.wgsl, and angleAt in angle_<origin>.wgsl; both are joined in front.
// One 4 × 4 tile of K an invocation, no barriers.
// Arrays: x [batch or 1, rows, inner], z [batch or 1, columns, inner], of vec4 along inner where PACK is 4 (inner is then a multiple
//   of 4); a [batch or 1, rows, 1] and b [batch or 1, columns, 1] the variances, scaled; kernel [batch, rows, columns].
// SYMMETRIC is 1 where z is x and r = q: blocks of 32 × 32 on and below the diagonal alone are computed, each entry below it is written
//   twice, and the covariance on the diagonal is made of the variance (the maps are sensitive there).
// scale: s/D; ratio: s/r. Blocks are counted from `first` on, row by row. Cost: 2 rows · columns · inner operations and about 80 an entry (1800 for tanh), half of it where SYMMETRIC.
// Grid: (blocks, 1, batch).

fn put(row: u32, column: u32, batch: u32, covariance: f32) {
  let p = layout.$.parameters;
  let a = layout.$.a[p.aOffset + batch * p.aStride + row];
  let b = layout.$.b[p.bOffset + batch * p.bStride + column];
  let origin = p.kernelOffset + batch * p.kernelStride;
  if (SYMMETRIC == 1) {
    let c = select(covariance, p.ratio * a, row == column);
    let value = nngpMap(c, a, b, angleAt(row, column, batch, c, a, b)).x;
    layout.$.kernel[origin + row * p.columns + column] = value;
    layout.$.kernel[origin + column * p.columns + row] = value;
  } else {
    layout.$.kernel[origin + row * p.columns + column] =
      nngpMap(covariance, a, b, angleAt(row, column, batch, covariance, a, b)).x;
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let p = layout.$.parameters;
  let number = p.first + group.x;
  let across = (p.columns + 31u) / 32u;
  var block = vec2u(number / across, number % across);
  if (SYMMETRIC == 1) {
    block = triangular(number);
  }
  let row = 32u * block.x + 4u * local.y;
  let column = 32u * block.y + 4u * local.x;
  if (row >= p.rows || column >= p.columns || (SYMMETRIC == 1 && column > row + 3u)) {
    return;
  }
  // Rows and columns beyond the edge read the last one again and are not written. Strides and offsets in units of what is read.
  let length = p.inner / PACK;
  var ix = p.xOffset + group.z * p.xStride + four(row, p.rows - 1u) * length;
  var iz = p.zOffset + group.z * p.zStride + four(column, p.columns - 1u) * length;
  var c0 = vec4f();
  var c1 = vec4f();
  var c2 = vec4f();
  var c3 = vec4f();
  for (var k = 0u; k < length; k++) {
    let x0 = layout.$.x[ix.x];
    let x1 = layout.$.x[ix.y];
    let x2 = layout.$.x[ix.z];
    let x3 = layout.$.x[ix.w];
    let z0 = layout.$.z[iz.x];
    let z1 = layout.$.z[iz.y];
    let z2 = layout.$.z[iz.z];
    let z3 = layout.$.z[iz.w];
    c0 += vec4f(along(x0, z0), along(x0, z1), along(x0, z2), along(x0, z3));
    c1 += vec4f(along(x1, z0), along(x1, z1), along(x1, z2), along(x1, z3));
    c2 += vec4f(along(x2, z0), along(x2, z1), along(x2, z2), along(x2, z3));
    c3 += vec4f(along(x3, z0), along(x3, z1), along(x3, z2), along(x3, z3));
    ix += vec4u(1u);
    iz += vec4u(1u);
  }
  let sums = array<vec4f, 4>(c0, c1, c2, c3);
  for (var i = 0u; i < min(4u, p.rows - row); i++) {
    for (var j = 0u; j < min(4u, p.columns - column); j++) {
      if (SYMMETRIC == 0 || column + j <= row + i) {
        put(row + i, column + j, group.z, p.scale * sums[i][j]);
      }
    }
  }
}
