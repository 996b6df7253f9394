// C = Aᵀ. Arrays: a [batch, rows, columns], c [batch, columns, rows]. Cost: 1 read, 1 write an entry; a 4 × 4 block an
// invocation, so that a cache line fetched along a row is used. Grid: (columns / 32, rows / 32, batch).

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) tile: vec3u) {
  let p = layout.$.parameters;
  for (var i = tile.y * 4u; i < min(tile.y * 4u + 4u, p.rows); i++) {
    for (var j = tile.x * 4u; j < min(tile.x * 4u + 4u, p.columns); j++) {
      layout.$.c[p.cOffset + tile.z * p.cStride + j * p.rows + i] = layout.$.a[p.aOffset + tile.z * p.aStride + i * p.columns + j];
    }
  }
}
