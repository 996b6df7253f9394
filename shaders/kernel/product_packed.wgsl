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
    // One vector a row of A, over k; one vector a k of B, over columns. Plain variables: matrices are slow on a software adapter.
    var a0 = layout.$.a[ia.x];
    var a1 = layout.$.a[ia.y];
    var a2 = layout.$.a[ia.z];
    var a3 = layout.$.a[ia.w];
    var b0 = layout.$.b[ib.x];
    var b1 = layout.$.b[ib.y];
    var b2 = layout.$.b[ib.z];
    var b3 = layout.$.b[ib.w];
    if (A_ALONG_INNER == 0) {
      let t0 = vec4f(a0.x, a1.x, a2.x, a3.x);
      let t1 = vec4f(a0.y, a1.y, a2.y, a3.y);
      let t2 = vec4f(a0.z, a1.z, a2.z, a3.z);
      a3 = vec4f(a0.w, a1.w, a2.w, a3.w);
      a0 = t0;
      a1 = t1;
      a2 = t2;
    }
    if (B_ALONG_INNER == 1) {
      let t0 = vec4f(b0.x, b1.x, b2.x, b3.x);
      let t1 = vec4f(b0.y, b1.y, b2.y, b3.y);
      let t2 = vec4f(b0.z, b1.z, b2.z, b3.z);
      b3 = vec4f(b0.w, b1.w, b2.w, b3.w);
      b0 = t0;
      b1 = t1;
      b2 = t2;
    }
    c0 += a0.x * b0 + a0.y * b1 + a0.z * b2 + a0.w * b3;
    c1 += a1.x * b0 + a1.y * b1 + a1.z * b2 + a1.w * b3;
    c2 += a2.x * b0 + a2.y * b1 + a2.z * b2 + a2.w * b3;
    c3 += a3.x * b0 + a3.y * b1 + a3.z * b2 + a3.w * b3;
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
