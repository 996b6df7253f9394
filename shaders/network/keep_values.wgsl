// Included by features.wgsl where φ alone is wanted.

fn keep(entry: u32, element: u32, h: f32) {
  layout.$.values[layout.$.parameters.valuesOffset + entry * layout.$.parameters.valuesStride + element] = activationOf(h);
}
