// c = diag(A). Arrays: a [batch, n, n], c [batch, n, 1]. Cost: 1 read, 1 write an entry. Grid: (chunks of 1024 entries, batch).

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let p = layout.$.parameters;
  let start = (group.x + group.y * groups.x) * 1024u + lane;
  for (var i = start; i < min(start + 1024u - lane, p.n); i += 64u) {
    layout.$.c[p.cOffset + group.z * p.cStride + i] = layout.$.a[p.aOffset + group.z * p.aStride + i * (p.n + 1u)];
  }
}
