// C = A + diag(v). Arrays: a [batch or 1, n, n], v [batch or 1, 1, 1], c [batch, n, n].
// Cost: 1 read, 1 write an entry. Grid: (chunks of 1024 entries, batch).

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let p = layout.$.parameters;
  let start = (group.x + group.y * groups.x) * 1024u + lane;
  let v = layout.$.v[p.vOffset + group.z * p.vStride];
  for (var i = start; i < min(start + 1024u - lane, p.n * p.n); i += 64u) {
    var value = layout.$.a[p.aOffset + group.z * p.aStride + i];
    if (i % (p.n + 1u) == 0u) {
      value += v;
    }
    layout.$.c[p.cOffset + group.z * p.cStride + i] = value;
  }
}
