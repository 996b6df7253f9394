// flow_readout.wgsl for real GPUs, by push_tile.wgsl. Arrays as there. Grid: (batch · M)/8. Cost: 2 M P operations.

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = 8u * (group.x + group.y * groups.x) + lane / 8u;
  let sum = pushOf(index, lane);
  let particles = layout.$.parameters.particles;
  if (lane % 8u != 0u || index >= particles * layout.$.parameters.batch) { return; }
  let numbers = layout.$.parameters.tableOffset + (index / particles) * layout.$.parameters.tableStride + ROW * layout.$.parameters.evaluation;
  let square = advanceOne(stageAt(numbers, 1u), index, 0.0, layout.$.table[numbers + 13u] * sum);
  let inverse = layout.$.table[numbers + 11u];
  if (inverse != 0.0) {
    layout.$.moves[layout.$.parameters.movesOffset + (index + 1u) * layout.$.parameters.places - 1u] += inverse * square;
  }
}
