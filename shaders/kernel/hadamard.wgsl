// C = A ∘ B, elementwise, a batch of 1 broadcast. Arrays: a, b [batch or 1, size], c [batch, size].
// Cost: 2 reads, 1 write, 1 operation an entry. Grid: (chunks of 1024 entries, batch).

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let p = layout.$.parameters;
  let start = (group.x + group.y * groups.x) * 1024u + lane;
  for (var i = start; i < min(start + 1024u - lane, p.size); i += 64u) {
    layout.$.c[p.cOffset + group.z * p.cStride + i] =
      layout.$.a[p.aOffset + group.z * p.aStride + i] * layout.$.b[p.bOffset + group.z * p.bStride + i];
  }
}
