// Included by features.wgsl where φ, φ′ and the shares of the outputs are wanted.

// Nothing of the pre-activations is known.
fn knownAt(row: u32, column: u32) -> vec4f { return vec4f(); }

fn readoutAt(neurons: vec4u) -> vec4f {
  let last = layout.$.parameters.particles - 1u;
  let at = vec4u(layout.$.parameters.readoutOffset + entry * layout.$.parameters.readoutStride) + min(neurons, vec4u(last));
  // Neurons beyond the last count for nothing.
  return select(
    vec4f(),
    vec4f(layout.$.readout[at.x], layout.$.readout[at.y], layout.$.readout[at.z], layout.$.readout[at.w]),
    neurons <= vec4u(last));
}

fn keep(at: u32, value: f32, slope: f32) {
  layout.$.values[at] = value;
  layout.$.slopes[at - layout.$.parameters.valuesOffset + layout.$.parameters.slopesOffset] = slope;
}

fn finish(group: vec3u, lane: u32, outputs: ColumnSums) {
  slabA[2u * lane] = outputs.left;
  slabA[2u * lane + 1u] = outputs.right;
  workgroupBarrier();
  let column = TILE * group.x + lane;
  let examples = layout.$.parameters.examples;
  let share = group.z * layout.$.parameters.shares + layout.$.parameters.share + group.y;
  if (column < examples) { layout.$.partial[layout.$.parameters.partialOffset + share * examples + column] = sumOfColumn(lane); }
}
