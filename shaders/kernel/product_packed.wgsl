// C = alpha · op(A) op(B) + beta · C, one 4 × 4 tile of C an invocation, sums in registers, no barriers, factors read four
// numbers at a time: for software adapters, where it is about twice as fast as product_registers.wgsl.
// Arrays: as there, but a and b are read as vec4: along the direction in which each lies (A_ALONG_INNER, B_ALONG_INNER: 1 when
//   that is the inner one) and in their offsets and strides, lengths must be multiples of 4; inner must be too.
// Cost: 2 rows · inner · columns operations, 8 reads of vec4 for 128 of them. Grid: (column tiles / 8, row tiles / 8, batch), from row firstRow on.

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) tile: vec3u) {
  let p = layout.$.parameters;
  let row = p.firstRow + tile.y * 4u;
  let column = tile.x * 4u;
  if (row >= p.rows || column >= p.columns) {
    return;
  }
  let aStart = p.aOffset + tile.z * p.aStride;
  let bStart = p.bOffset + tile.z * p.bStride;
  // Where the four vectors of a block of A start, in vec4s, and how far the next block is.
  var ia: vec4u;
  var ib: vec4u;
  var nextA = 1u;
  var nextB = 1u;
  if (A_ALONG_INNER == 1) {
    // Rows beyond the edge read the last one again and are not written.
    ia = (vec4u(aStart) + min(vec4u(row) + vec4u(0u, 1u, 2u, 3u), vec4u(p.rows - 1u)) * p.aRow) / 4u;
  } else {
    ia = (vec4u(aStart + row) + vec4u(0u, 1u, 2u, 3u) * p.aInner) / 4u;
    nextA = p.aInner;
  }
  if (B_ALONG_INNER == 1) {
    ib = (vec4u(bStart) + min(vec4u(column) + vec4u(0u, 1u, 2u, 3u), vec4u(p.columns - 1u)) * p.bColumn) / 4u;
  } else {
    ib = (vec4u(bStart + column) + vec4u(0u, 1u, 2u, 3u) * p.bInner) / 4u;
    nextB = p.bInner;
  }
  var c0 = vec4f();
  var c1 = vec4f();
  var c2 = vec4f();
  var c3 = vec4f();
  for (var k = 0u; k < p.inner; k += 4u) {
    // One vector a row of A, over k; one vector a k of B, over columns.
    var a = mat4x4f(layout.$.a[ia.x], layout.$.a[ia.y], layout.$.a[ia.z], layout.$.a[ia.w]);
    var b = mat4x4f(layout.$.b[ib.x], layout.$.b[ib.y], layout.$.b[ib.z], layout.$.b[ib.w]);
    if (A_ALONG_INNER == 0) {
      a = transpose(a);
    }
    if (B_ALONG_INNER == 1) {
      b = transpose(b);
    }
    c0 += a[0].x * b[0] + a[0].y * b[1] + a[0].z * b[2] + a[0].w * b[3];
    c1 += a[1].x * b[0] + a[1].y * b[1] + a[1].z * b[2] + a[1].w * b[3];
    c2 += a[2].x * b[0] + a[2].y * b[1] + a[2].z * b[2] + a[2].w * b[3];
    c3 += a[3].x * b[0] + a[3].y * b[1] + a[3].z * b[2] + a[3].w * b[3];
    ia += vec4u(nextA);
    ib += vec4u(nextB);
  }
  let sums = array<vec4f, 4>(c0, c1, c2, c3);
  for (var i = 0u; i < min(4u, p.rows - row); i++) {
    for (var j = 0u; j < min(4u, p.columns - column); j++) {
      let at = p.cOffset + tile.z * p.cStride + (row + i) * p.columns + column + j;
      var value = p.alpha * sums[i][j];
      if (p.beta != 0.0) {
        value += p.beta * layout.$.c[at];
      }
      layout.$.c[at] = value;
    }
  }
}
