// Included by features.wgsl where φ alone is wanted.

// Nothing of the pre-activations is known.
fn knownAt(row: u32, column: u32) -> vec4f { return vec4f(); }

fn readoutAt(neurons: vec4u) -> vec4f { return vec4f(); }

fn keep(at: u32, value: f32, slope: f32) {
  layout.$.values[at] = value;
}

fn finish(group: vec3u, lane: u32, outputs: ColumnSums) {}
