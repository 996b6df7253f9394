// NNGP map and derivative kernel (theory.md §1), entry by entry: K = E φ(u)φ(v), K̇ = E φ′(u)φ′(v) for (u, v) ~ N(0, [[a, c], [c, b]]).
// The map itself, nngpMap(c, a, b, angle) → (K, K̇), is in nngp_<activation>.wgsl, and angleAt(row, column, batch, c, a, b), the signed angle of
// the pair, in angle_<origin>.wgsl; both are joined in front.
// Arrays: c [batch or 1, rows, columns] covariances, a [batch or 1, rows, 1] and b [batch or 1, columns, 1] variances,
//   kernel and derivative [batch, rows, columns].
// Cost: about 80 operations an entry, 1800 for tanh. Grid: (chunks of 1024 of the entries first … end − 1, batch).

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let p = layout.$.parameters;
  let batch = group.z;
  let start = p.first + (group.x + group.y * groups.x) * 1024u + lane;
  for (var i = start; i < min(start + 1024u - lane, p.end); i += 64u) {
    let row = i / p.columns;
    let column = i - row * p.columns;
    let c = layout.$.c[p.cOffset + batch * p.cStride + i];
    let a = layout.$.a[p.aOffset + batch * p.aStride + row];
    let b = layout.$.b[p.bOffset + batch * p.bStride + column];
    let result = nngpMap(c, a, b, angleAt(row, column, batch, c, a, b));
    layout.$.kernel[p.kernelOffset + batch * p.kernelStride + i] = result.x;
    layout.$.derivative[p.derivativeOffset + batch * p.derivativeStride + i] = result.y;
  }
}
