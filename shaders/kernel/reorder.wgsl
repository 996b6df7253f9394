// c[i, j] = a[order[i], order[j]]. Arrays: a, c [batch, n, n]; order [n] row numbers.
// Cost: 1 read, 1 write an entry. Grid: (chunks of 1024 entries, batch).

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let p = layout.$.parameters;
  let start = (group.x + group.y * groups.x) * 1024u + lane;
  for (var e = start; e < min(start + 1024u - lane, p.n * p.n); e += 64u) {
    let i = layout.$.order[p.orderOffset + e / p.n];
    let j = layout.$.order[p.orderOffset + e % p.n];
    layout.$.c[p.cOffset + group.z * p.cStride + e] = layout.$.a[p.aOffset + group.z * p.aStride + i * p.n + j];
  }
}
