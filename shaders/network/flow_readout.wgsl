// The readout's part of one evaluation: E_i = γ Σ_μ Δ_μ φ_iμ by readout_force.wgsl, and with it one stage of the step (flow_stage.wgsl) about 0.
// table as in flow_weights.wgsl, moving [4 · batch, M, 1], moves [batch, M, places]: the last place of a neuron is its readout's.
// Grid: (batch · M)/8. Cost: 2 M P operations.

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = 8u * (group.x + group.y * groups.x) + lane / 8u;
  let sum = readoutForce(index, lane);
  let particles = layout.$.parameters.particles;
  if (lane % 8u != 0u || index >= particles * layout.$.parameters.batch) { return; }
  let at = layout.$.parameters.tableOffset + (index / particles) * layout.$.parameters.tableStride + layout.$.parameters.evaluation;
  let stage = layout.$.table[at];
  let square = advance(stage.kind, stage.readout, index, 0.0, stage.gamma * sum);
  if (stage.inverseStep != 0.0) {
    layout.$.moves[layout.$.parameters.movesOffset + (index + 1u) * layout.$.parameters.places - 1u] += stage.inverseStep * square;
  }
}
