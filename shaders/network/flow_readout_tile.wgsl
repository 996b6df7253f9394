// flow_readout.wgsl for real GPUs: eight lanes a neuron read its φ side by side. Arrays as there. Grid: (batch · M)/8. Cost: 2 M P operations.

var<workgroup> sums: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let particles = layout.$.parameters.particles;
  let examples = layout.$.parameters.examples;
  let index = 8u * (group.x + group.y * groups.x) + lane / 8u;
  let all = particles * layout.$.parameters.batch;
  // Beyond the last neuron the last is read again and not moved.
  let neuron = min(index, all - 1u);
  let entry = neuron / particles;
  let row = layout.$.parameters.valuesOffset + entry * layout.$.parameters.valuesStride + (neuron - entry * particles) * examples;
  let residual = layout.$.parameters.residualOffset + entry * layout.$.parameters.residualStride;
  var sum = 0.0;
  for (var k = lane % 8u; k < examples; k += 8u) { sum += layout.$.values[row + k] * layout.$.residual[residual + k]; }
  sums[lane] = sum;
  workgroupBarrier();
  if (lane % 8u != 0u || index >= all) { return; }
  sum = ((sums[lane] + sums[lane + 1u]) + (sums[lane + 2u] + sums[lane + 3u])) + ((sums[lane + 4u] + sums[lane + 5u]) + (sums[lane + 6u] + sums[lane + 7u]));
  let numbers = layout.$.parameters.tableOffset + entry * layout.$.parameters.tableStride + ROW * layout.$.parameters.evaluation;
  let square = advanceOne(stageAt(numbers, 1u), index, 0.0, layout.$.table[numbers + 13u] * sum);
  let inverse = layout.$.table[numbers + 11u];
  if (inverse != 0.0) {
    layout.$.moves[layout.$.parameters.movesOffset + (index + 1u) * layout.$.parameters.places - 1u] += inverse * square;
  }
}
