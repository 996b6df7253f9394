// C = alpha · op(A) op(B) + beta · C, one 8 × 8 tile of C an invocation, sums in registers, no barriers: for software adapters, where
// workgroup memory is ruinous and a number read costs as much as ten multiply–adds.
// Arrays: a, b, c row-major with batch strides; entry (i, k) of op(A) lies at i · aRow + k · aInner, entry (k, j) of op(B)
//   at k · bInner + j · bColumn, so a transpose is a choice of strides.
// Where symmetric is 1 (op(B) = op(A)ᵀ, beta 0) tiles above the diagonal are left out: what lies below it is written twice.
// Cost: 2 rows · inner · columns operations, half of it where symmetric, 16 reads for 128 of them.
// Grid: (columns / 32, rows / 32, batch), from row firstRow on.

fn fromB(at: vec4u) -> vec4f {
  return vec4f(layout.$.b[at.x], layout.$.b[at.y], layout.$.b[at.z], layout.$.b[at.w]);
}

@compute @workgroup_size(4, 4)
fn main(@builtin(global_invocation_id) tile: vec3u) {
  let p = layout.$.parameters;
  let row = p.firstRow + tile.y * 8u;
  let column = tile.x * 8u;
  if (row >= p.rows || column >= p.columns || (p.symmetric == 1u && column > row)) {
    return;
  }
  // Where the rows and columns of the tile begin; those beyond the edge read the last one again and are not written.
  let top = p.aOffset + tile.z * p.aStride;
  let left = p.bOffset + tile.z * p.bStride;
  let first = vec4u(0u, 1u, 2u, 3u);
  var upper = top + min(vec4u(row) + first, vec4u(p.rows - 1u)) * p.aRow;
  var lower = top + min(vec4u(row + 4u) + first, vec4u(p.rows - 1u)) * p.aRow;
  var near = left + min(vec4u(column) + first, vec4u(p.columns - 1u)) * p.bColumn;
  var far = left + min(vec4u(column + 4u) + first, vec4u(p.columns - 1u)) * p.bColumn;
  // Row i of the tile is c_i and d_i. Plain variables: arrays and matrices are slow on a software adapter. Steps are taken in pairs,
  // since keeping a sum costs more than adding to it; what an odd number of them leaves comes first.
  let odd = p.inner % 2u == 1u;
  let b0 = select(vec4f(), fromB(near), odd);
  let e0 = select(vec4f(), fromB(far), odd);
  let a0 = select(0.0, layout.$.a[upper.x], odd);
  var c0 = a0 * b0;
  var d0 = a0 * e0;
  let a1 = select(0.0, layout.$.a[upper.y], odd);
  var c1 = a1 * b0;
  var d1 = a1 * e0;
  let a2 = select(0.0, layout.$.a[upper.z], odd);
  var c2 = a2 * b0;
  var d2 = a2 * e0;
  let a3 = select(0.0, layout.$.a[upper.w], odd);
  var c3 = a3 * b0;
  var d3 = a3 * e0;
  let a4 = select(0.0, layout.$.a[lower.x], odd);
  var c4 = a4 * b0;
  var d4 = a4 * e0;
  let a5 = select(0.0, layout.$.a[lower.y], odd);
  var c5 = a5 * b0;
  var d5 = a5 * e0;
  let a6 = select(0.0, layout.$.a[lower.z], odd);
  var c6 = a6 * b0;
  var d6 = a6 * e0;
  let a7 = select(0.0, layout.$.a[lower.w], odd);
  var c7 = a7 * b0;
  var d7 = a7 * e0;
  let skipped = select(0u, 1u, odd);
  upper += vec4u(skipped * p.aInner);
  lower += vec4u(skipped * p.aInner);
  near += vec4u(skipped * p.bInner);
  far += vec4u(skipped * p.bInner);
  for (var pair = 0u; pair < p.inner / 2u; pair++) {
    let b1 = fromB(near);
    let b2 = fromB(near + p.bInner);
    let e1 = fromB(far);
    let e2 = fromB(far + p.bInner);
    let f0 = layout.$.a[upper.x];
    let g0 = layout.$.a[upper.x + p.aInner];
    c0 += f0 * b1 + g0 * b2;
    d0 += f0 * e1 + g0 * e2;
    let f1 = layout.$.a[upper.y];
    let g1 = layout.$.a[upper.y + p.aInner];
    c1 += f1 * b1 + g1 * b2;
    d1 += f1 * e1 + g1 * e2;
    let f2 = layout.$.a[upper.z];
    let g2 = layout.$.a[upper.z + p.aInner];
    c2 += f2 * b1 + g2 * b2;
    d2 += f2 * e1 + g2 * e2;
    let f3 = layout.$.a[upper.w];
    let g3 = layout.$.a[upper.w + p.aInner];
    c3 += f3 * b1 + g3 * b2;
    d3 += f3 * e1 + g3 * e2;
    let f4 = layout.$.a[lower.x];
    let g4 = layout.$.a[lower.x + p.aInner];
    c4 += f4 * b1 + g4 * b2;
    d4 += f4 * e1 + g4 * e2;
    let f5 = layout.$.a[lower.y];
    let g5 = layout.$.a[lower.y + p.aInner];
    c5 += f5 * b1 + g5 * b2;
    d5 += f5 * e1 + g5 * e2;
    let f6 = layout.$.a[lower.z];
    let g6 = layout.$.a[lower.z + p.aInner];
    c6 += f6 * b1 + g6 * b2;
    d6 += f6 * e1 + g6 * e2;
    let f7 = layout.$.a[lower.w];
    let g7 = layout.$.a[lower.w + p.aInner];
    c7 += f7 * b1 + g7 * b2;
    d7 += f7 * e1 + g7 * e2;
    upper += vec4u(2u * p.aInner);
    lower += vec4u(2u * p.aInner);
    near += vec4u(2u * p.bInner);
    far += vec4u(2u * p.bInner);
  }
  let sums = array<vec4f, 16>(c0, d0, c1, d1, c2, d2, c3, d3, c4, d4, c5, d5, c6, d6, c7, d7);
  for (var i = 0u; i < min(8u, p.rows - row); i++) {
    for (var j = 0u; j < min(8u, p.columns - column); j++) {
      let origin = p.cOffset + tile.z * p.cStride;
      let at = origin + (row + i) * p.columns + column + j;
      var value = p.alpha * sums[2u * i + j / 4u][j % 4u];
      if (p.beta != 0.0) {
        value += p.beta * layout.$.c[at];
      }
      if (p.symmetric == 0u) {
        layout.$.c[at] = value;
      } else if (column + j <= row + i) {
        layout.$.c[at] = value;
        layout.$.c[origin + (column + j) * p.columns + row + i] = value;
      }
    }
  }
}
