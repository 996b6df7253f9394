// Included by features_tile.wgsl where φ alone is wanted.

fn readoutAt(entry: u32, neurons: vec4u) -> vec4f { return vec4f(); }

fn keep(at: u32, value: f32, slope: f32) {
  layout.$.values[at] = value;
}

fn finish(group: vec3u, lane: u32, outputs: ColumnSums) {}
