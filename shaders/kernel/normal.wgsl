// Standard normals: entry e of every batch entry is normal e mod 4 of Philox block ⌊e/4⌋, counter (block, step, stream, 0).
// Arrays: c [batch, size]. Cost: about 250 operations for four entries. Grid: (chunks of 256 blocks, 1).
// Needs philox.wgsl, box_muller.wgsl.

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let p = layout.$.parameters;
  let start = (group.x + group.y * groups.x) * 256u + lane;
  for (var block = start; block < min(start + 256u - lane, (p.size + 3u) / 4u); block += 64u) {
    let four = boxMuller(philox(vec4u(block, p.step, p.stream, 0u), vec2u(p.seedLow, p.seedHigh)));
    for (var i = 0u; i < min(4u, p.size - 4u * block); i++) {
      // The same numbers for every batch entry.
      for (var batch = 0u; batch < p.batch; batch++) {
        layout.$.c[p.cOffset + batch * p.cStride + 4u * block + i] = four[i];
      }
    }
  }
}
