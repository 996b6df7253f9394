// The readout's part of one evaluation: E_i = γ Σ_μ Δ_μ φ_iμ, and with it one stage of the step (flow_stage.wgsl), about 0.
// values [batch, M, P], residual Δ [batch, P, 1], table as in flow_weights.wgsl, moving [4 · batch, M, 1], moves [batch, M, places]: the last
// place of a neuron is its readout's. An invocation a neuron, in four partial sums. Grid: batch · M. Cost: 2 M P operations.

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let particles = layout.$.parameters.particles;
  let examples = layout.$.parameters.examples;
  let index = id.x + id.y * groups.x * LANES;
  if (index >= particles * layout.$.parameters.batch) { return; }
  let entry = index / particles;
  let particle = index - entry * particles;
  let numbers = layout.$.parameters.tableOffset + entry * layout.$.parameters.tableStride + ROW * layout.$.parameters.evaluation;
  let row = layout.$.parameters.valuesOffset + entry * layout.$.parameters.valuesStride + particle * examples;
  let residual = layout.$.parameters.residualOffset + entry * layout.$.parameters.residualStride;
  var sums = vec4f();
  var k = 0u;
  for (; k + 4u <= examples; k += 4u) {
    sums += vec4f(layout.$.values[row + k], layout.$.values[row + k + 1u], layout.$.values[row + k + 2u], layout.$.values[row + k + 3u]) *
      vec4f(layout.$.residual[residual + k], layout.$.residual[residual + k + 1u], layout.$.residual[residual + k + 2u], layout.$.residual[residual + k + 3u]);
  }
  for (; k < examples; k++) {
    sums.x += layout.$.values[row + k] * layout.$.residual[residual + k];
  }
  let force = layout.$.table[numbers + 13u] * ((sums.x + sums.y) + (sums.z + sums.w));
  let square = advance(stageAt(numbers, 1u), index, 1u, vec4f(), vec4f(force));
  let inverse = layout.$.table[numbers + 11u];
  if (inverse != 0.0) {
    layout.$.moves[layout.$.parameters.movesOffset + index * layout.$.parameters.places + layout.$.parameters.places - 1u] += inverse * square;
  }
}
