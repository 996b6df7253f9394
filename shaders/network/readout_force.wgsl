// The force of the examples on the readout, Σ_μ Δ_μ φ_iμ; included by flow_readout.wgsl and descend_readout.wgsl. Eight lanes a neuron read
// its φ side by side.
// values φ [batch, M, P], residual Δ [batch, P, 1]. Workgroups of 64, eight neurons each. Cost: 2 M P operations.

var<workgroup> sums: array<f32, 64>;

// Of neuron `index` of all; beyond the last it is that of the last. To be called by all lanes; good in the first of every eight.
fn readoutForce(index: u32, lane: u32) -> f32 {
  let particles = layout.$.parameters.particles;
  let examples = layout.$.parameters.examples;
  let neuron = min(index, particles * layout.$.parameters.batch - 1u);
  let entry = neuron / particles;
  let row = layout.$.parameters.valuesOffset + entry * layout.$.parameters.valuesStride + (neuron - entry * particles) * examples;
  let residual = layout.$.parameters.residualOffset + entry * layout.$.parameters.residualStride;
  var sum = 0.0;
  for (var k = lane % 8u; k < examples; k += 8u) { sum += layout.$.values[row + k] * layout.$.residual[residual + k]; }
  sums[lane] = sum;
  workgroupBarrier();
  let first = lane - lane % 8u;
  return ((sums[first] + sums[first + 1u]) + (sums[first + 2u] + sums[first + 3u])) +
    ((sums[first + 4u] + sums[first + 5u]) + (sums[first + 6u] + sums[first + 7u]));
}
