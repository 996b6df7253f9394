// The integrand of the Hermite coefficients of tanh′ at the nodes of a fixed trapezoid rule: S = ω(z) sech²(√a z).
// Arrays: a [batch, rows, 1] variances; nodes [2, columns]: the z, then their weights ω; s [batch, rows, columns].
// Cost: about 30 operations an entry. Grid: (chunks of 1024 entries, batch). Needs exp.wgsl, tanh.wgsl.

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let p = layout.$.parameters;
  let batch = group.z;
  let start = (group.x + group.y * groups.x) * 1024u + lane;
  for (var i = start; i < min(start + 1024u - lane, p.rows * p.columns); i += 64u) {
    let row = i / p.columns;
    let column = i - row * p.columns;
    let a = layout.$.a[p.aOffset + batch * p.aStride + row];
    let z = layout.$.nodes[p.nodesOffset + column];
    let weight = layout.$.nodes[p.nodesOffset + p.columns + column];
    layout.$.s[p.sOffset + batch * p.sStride + i] = weight * tanhSlope(sqrt(a) * z);
  }
}
