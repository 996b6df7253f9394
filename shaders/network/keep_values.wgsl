// Included by features.wgsl where φ alone is wanted.

fn keepRow(entry: u32, element: u32, left: vec4f, right: vec4f, count: u32) {
  let at = layout.$.parameters.valuesOffset + entry * layout.$.parameters.valuesStride + element;
  putRow(at, activationOfFour(left).value, activationOfFour(right).value, count);
}
