// Included by features.wgsl where φ and φ′ are wanted.

fn keep(entry: u32, element: u32, h: f32) {
  layout.$.values[layout.$.parameters.valuesOffset + entry * layout.$.parameters.valuesStride + element] = activationOf(h);
  layout.$.slopes[layout.$.parameters.slopesOffset + entry * layout.$.parameters.slopesStride + element] = slopeOf(h);
}
