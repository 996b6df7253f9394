// Included by features.wgsl where φ and φ′ are wanted.

fn putSlopes(at: u32, left: vec4f, right: vec4f, count: u32) {
  layout.$.slopes[at] = left.x;
  if (count > 1u) { layout.$.slopes[at + 1u] = left.y; }
  if (count > 2u) { layout.$.slopes[at + 2u] = left.z; }
  if (count > 3u) { layout.$.slopes[at + 3u] = left.w; }
  if (count > 4u) { layout.$.slopes[at + 4u] = right.x; }
  if (count > 5u) { layout.$.slopes[at + 5u] = right.y; }
  if (count > 6u) { layout.$.slopes[at + 6u] = right.z; }
  if (count > 7u) { layout.$.slopes[at + 7u] = right.w; }
}

fn keepRow(entry: u32, element: u32, left: vec4f, right: vec4f, count: u32) {
  let near = activationOfFour(left);
  let far = activationOfFour(right);
  putRow(layout.$.parameters.valuesOffset + entry * layout.$.parameters.valuesStride + element, near.value, far.value, count);
  putSlopes(layout.$.parameters.slopesOffset + entry * layout.$.parameters.slopesStride + element, near.slope, far.slope, count);
}
