// Included by features.wgsl where φ alone is wanted and part of the pre-activations is known: `shift` [batch, M, P] is added to the product.

fn keep(entry: u32, element: u32, h: f32) {
  let known = layout.$.shift[layout.$.parameters.shiftOffset + entry * layout.$.parameters.shiftStride + element];
  layout.$.values[layout.$.parameters.valuesOffset + entry * layout.$.parameters.valuesStride + element] = activationOf(h + known);
}
