// Included by features.wgsl where φ alone is wanted and part of the pre-activations is known: `shift` [batch, M, P] is added to the
// product.

// Of rows row, row + 8 … row + 24.
fn knownAt(row: u32, column: u32) -> vec4f {
  let examples = layout.$.parameters.examples;
  let rows = min(vec4u(row, row + 8u, row + 16u, row + 24u), vec4u(layout.$.parameters.particles - 1u));
  let first = layout.$.parameters.shiftOffset + entry * layout.$.parameters.shiftStride + min(column, examples - 1u);
  let at = vec4u(first) + rows * examples;
  return vec4f(layout.$.shift[at.x], layout.$.shift[at.y], layout.$.shift[at.z], layout.$.shift[at.w]);
}

fn readoutAt(neurons: vec4u) -> vec4f { return vec4f(); }

fn keep(at: u32, value: f32, slope: f32) {
  layout.$.values[at] = value;
}

fn finish(group: vec3u, lane: u32, outputs: ColumnSums) {}
