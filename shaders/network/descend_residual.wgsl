// Δ_μ = y_μ − (Σ over shares − base_μ)/(γN); status = the step at which one was first no finite number.
// partial [batch · shares, P, 1], labels [batch or 1, P, 1], base [batch, P, 1], residual [batch, P, 1], status [batch, 1, 1],
// points [batch] as in descend_weights.wgsl. Grid: batch · P. Cost: `shares` reads an example.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let examples = layout.$.parameters.examples;
  let index = id.x + id.y * groups.x * 64u;
  if (index >= layout.$.parameters.batch * examples) { return; }
  let entry = index / examples;
  let example = index - entry * examples;
  let step = f32(layout.$.parameters.step);
  // The outputs after the last step are still looked at.
  if (step > layout.$.points[entry].count) { return; }
  let shares = layout.$.parameters.shares;
  var sum = 0.0;
  for (var share = 0u; share < shares; share++) {
    sum += layout.$.partial[(entry * shares + share) * examples + example];
  }
  let y = layout.$.labels[layout.$.parameters.labelsOffset + entry * layout.$.parameters.labelsStride + example];
  let start = layout.$.base[layout.$.parameters.baseOffset + entry * layout.$.parameters.baseStride + example];
  let delta = y - (sum - start) * layout.$.points[entry].outputScale;
  layout.$.residual[index] = delta;
  if ((bitcast<u32>(delta) & 0x7f800000u) == 0x7f800000u && layout.$.status[entry] < 0.0) {
    layout.$.status[entry] = step;
  }
}
