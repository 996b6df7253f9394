// Δ_μ = y_μ − (Σ over blocks of shares − base_μ)/(γN), 0 for the examples that only fill up; status = the step at which one was first no
// finite number. shares [batch, blocks, E], labels [batch or 1, P, 1], base [batch, P, 1], residual [batch, E], status [batch, 1, 1],
// points [batch, 8]: count of steps is number 0, 1/(γN) number 6. Grid: batch · E. Cost: blocks reads an example.

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let e8 = layout.$.parameters.examples8;
  let index = id.x + id.y * groups.x * LANES;
  if (index >= layout.$.parameters.batch * e8) { return; }
  let entry = index / e8;
  let m = index - entry * e8;
  let point = 8u * entry;
  let step = f32(layout.$.parameters.step);
  // The step after the last still has outputs to be looked at.
  if (step > layout.$.points[point]) { return; }
  let blocks = layout.$.parameters.blocks;
  var sum = 0.0;
  for (var block = 0u; block < blocks; block++) {
    sum += layout.$.shares[(entry * blocks + block) * e8 + m];
  }
  var delta = 0.0;
  if (m < layout.$.parameters.examples) {
    let y = layout.$.labels[layout.$.parameters.labelsOffset + entry * layout.$.parameters.labelsStride + m];
    let start = layout.$.base[layout.$.parameters.baseOffset + entry * layout.$.parameters.baseStride + m];
    delta = y - (sum - start) * layout.$.points[point + 6u];
  }
  layout.$.residual[index] = delta;
  if ((bitcast<u32>(delta) & 0x7f800000u) == 0x7f800000u && layout.$.status[entry] < 0.0) {
    layout.$.status[entry] = step;
  }
}
