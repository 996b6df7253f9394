// Included by features.wgsl where φ alone is wanted and part of the pre-activations is known: `shift` [batch, M, P] is added to the product.

fn known(at: vec4u) -> vec4f {
  return vec4f(layout.$.shift[at.x], layout.$.shift[at.y], layout.$.shift[at.z], layout.$.shift[at.w]);
}

fn keepRow(entry: u32, element: u32, left: vec4f, right: vec4f, count: u32) {
  let shift = layout.$.parameters.shiftOffset + entry * layout.$.parameters.shiftStride + element;
  let near = known(shift + min(vec4u(0u, 1u, 2u, 3u), vec4u(count - 1u)));
  let far = known(shift + min(vec4u(4u, 5u, 6u, 7u), vec4u(count - 1u)));
  let at = layout.$.parameters.valuesOffset + entry * layout.$.parameters.valuesStride + element;
  putRow(at, activationOfFour(left + near).value, activationOfFour(right + far).value, count);
}
