// Rows in blocks of eight, so that eight of them are read as two vec4: packed[z][block][first + k][lane] = rows(8 block + lane, k), 0
// beyond the end, for k < span; rows(i, k) is element i · rowStride + k · columnStride of entry z. packed [batch, blocks, width, 8] with width ≥ first + span.
// Grid: blocks · span · batch. Cost: one read a number.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let blocks = layout.$.parameters.blocks;
  let span = layout.$.parameters.span;
  let index = id.x + id.y * groups.x * 64u;
  if (index >= blocks * span) { return; }
  let k = index % span;
  let block = index / span;
  let origin = layout.$.parameters.rowsOffset + id.z * layout.$.parameters.rowsStride + k * layout.$.parameters.columnStride;
  let at = layout.$.parameters.packedOffset + id.z * layout.$.parameters.packedStride +
    8u * (block * layout.$.parameters.width + layout.$.parameters.first + k);
  for (var lane = 0u; lane < 8u; lane++) {
    let row = 8u * block + lane;
    var value = 0.0;
    if (k < layout.$.parameters.columns && row < layout.$.parameters.count) {
      value = layout.$.rows[origin + row * layout.$.parameters.rowStride];
    }
    layout.$.packed[at + lane] = value;
  }
}
