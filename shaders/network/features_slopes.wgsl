// Included by features.wgsl where φ and φ′ are wanted; both lie alike.

// Nothing of the pre-activations is known.
fn knownAt(row: u32, column: u32) -> vec4f { return vec4f(); }

fn readoutAt(neurons: vec4u) -> vec4f { return vec4f(); }

fn keep(at: u32, value: f32, slope: f32) {
  layout.$.values[at] = value;
  layout.$.slopes[at - layout.$.parameters.valuesOffset + layout.$.parameters.slopesOffset] = slope;
}

fn finish(group: vec3u, lane: u32, outputs: ColumnSums) {}
