// The readout's part of a step of gradient descent (theory.md §3 at width N), v_i ← keep v_i + gain γ Σ_μ Δ_μ φ_iμ, by readout_force.wgsl with
// N for M. points [batch] as in descend_weights.wgsl, readout [batch, N, 1]. Grid: (batch · N)/8. Cost: 2 N P operations.

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = 8u * (group.x + group.y * groups.x) + lane / 8u;
  let sum = readoutForce(index, lane);
  let particles = layout.$.parameters.particles;
  if (lane % 8u != 0u || index >= particles * layout.$.parameters.batch) { return; }
  let point = layout.$.parameters.pointsOffset + index / particles;
  if (f32(layout.$.parameters.step) >= layout.$.points[point].count) { return; }
  let v = layout.$.parameters.readoutOffset + index;
  layout.$.readout[v] = layout.$.points[point].readoutKeep * layout.$.readout[v] + layout.$.points[point].readoutGain * sum;
}
