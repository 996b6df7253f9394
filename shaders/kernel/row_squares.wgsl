// v_i = scale · Σ_k X_ik², an invocation a row, in four partial sums.
// Arrays: x [batch, rows, inner], v [batch, rows, 1]. Cost: 2 rows · inner operations. Grid: (rows / 64, folded; batch).

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let p = layout.$.parameters;
  let row = (group.x + group.y * groups.x) * 64u + lane;
  if (row >= p.rows) {
    return;
  }
  let start = p.xOffset + group.z * p.xStride + row * p.inner;
  var sums = vec4f();
  for (var k = 0u; k + 4u <= p.inner; k += 4u) {
    let at = start + k;
    let x = vec4f(layout.$.x[at], layout.$.x[at + 1u], layout.$.x[at + 2u], layout.$.x[at + 3u]);
    sums += x * x;
  }
  var rest = 0.0;
  for (var k = p.inner - p.inner % 4u; k < p.inner; k++) {
    rest += layout.$.x[start + k] * layout.$.x[start + k];
  }
  layout.$.v[p.vOffset + group.z * p.vStride + row] = p.scale * ((sums.x + sums.y) + (sums.z + sums.w) + rest);
}
