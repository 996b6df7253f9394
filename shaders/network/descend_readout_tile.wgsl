// The readout's part of a step of descend.wgsl for real GPUs, v_i ← keep v_i + gain γ Σ_μ Δ_μ φ_iμ: eight lanes a neuron read its φ side by side.
// values φ [batch, N, P], residual Δ [batch, P], points [batch, 8] as there, readout [batch, N, 1]. Grid: (batch · N)/8. Cost: 2 N P operations.

var<workgroup> sums: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let width = layout.$.parameters.width;
  let examples = layout.$.parameters.examples;
  let index = 8u * (group.x + group.y * groups.x) + lane / 8u;
  let all = width * layout.$.parameters.batch;
  // Beyond the last neuron the last is read again and not moved.
  let neuron = min(index, all - 1u);
  let entry = neuron / width;
  let row = layout.$.parameters.valuesOffset + neuron * examples;
  let residual = layout.$.parameters.residualOffset + entry * examples;
  var sum = 0.0;
  for (var k = lane % 8u; k < examples; k += 8u) { sum += layout.$.values[row + k] * layout.$.residual[residual + k]; }
  sums[lane] = sum;
  workgroupBarrier();
  let point = layout.$.parameters.pointsOffset + 8u * entry;
  if (lane % 8u != 0u || index >= all || f32(layout.$.parameters.step) >= layout.$.points[point]) { return; }
  sum = ((sums[lane] + sums[lane + 1u]) + (sums[lane + 2u] + sums[lane + 3u])) + ((sums[lane + 4u] + sums[lane + 5u]) + (sums[lane + 6u] + sums[lane + 7u]));
  let v = layout.$.parameters.readoutOffset + index;
  layout.$.readout[v] = layout.$.points[point + 4u] * layout.$.readout[v] + layout.$.points[point + 5u] * sum;
}
