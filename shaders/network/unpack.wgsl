// Back from the blocks of pack.wgsl: rows(i, k) = packed[z][i / 8][first + k][i % 8], where rows(i, k) is element i · rowStride + k · columnStride of
// entry z, for i < count, k < columns. Grid: count · columns · batch. Cost: one read a number.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let columns = layout.$.parameters.columns;
  let index = id.x + id.y * groups.x * 64u;
  if (index >= layout.$.parameters.count * columns) { return; }
  let row = index / columns;
  let k = index % columns;
  let at = layout.$.parameters.rowsOffset + id.z * layout.$.parameters.rowsStride + row * layout.$.parameters.rowStride +
    k * layout.$.parameters.columnStride;
  layout.$.rows[at] =
    layout.$.packed[layout.$.parameters.packedOffset + id.z * layout.$.parameters.packedStride +
      8u * ((row / 8u) * layout.$.parameters.width + layout.$.parameters.first + k) + row % 8u];
}
