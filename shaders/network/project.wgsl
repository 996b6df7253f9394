// s_i = Σ_μ Δ_μ φ_iμ. values [batch, M, P], dual [batch, P, 1], projections [batch, M, 1]. An invocation a particle, in four partial sums.
// Grid: batch · M. Cost: 2 M P operations.

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let particles = layout.$.parameters.particles;
  let examples = layout.$.parameters.examples;
  let index = id.x + id.y * groups.x * LANES;
  if (index >= particles * layout.$.parameters.batch) { return; }
  let entry = index / particles;
  let particle = index - entry * particles;
  let row = layout.$.parameters.valuesOffset + entry * layout.$.parameters.valuesStride + particle * examples;
  let dual = layout.$.parameters.dualOffset + entry * layout.$.parameters.dualStride;
  var sums = vec4f();
  var k = 0u;
  for (; k + 4u <= examples; k += 4u) {
    sums += vec4f(layout.$.values[row + k], layout.$.values[row + k + 1u], layout.$.values[row + k + 2u], layout.$.values[row + k + 3u]) *
      vec4f(layout.$.dual[dual + k], layout.$.dual[dual + k + 1u], layout.$.dual[dual + k + 2u], layout.$.dual[dual + k + 3u]);
  }
  for (; k < examples; k++) {
    sums.x += layout.$.values[row + k] * layout.$.dual[dual + k];
  }
  layout.$.projections[layout.$.parameters.projectionsOffset + entry * layout.$.parameters.projectionsStride + particle] =
    (sums.x + sums.y) + (sums.z + sums.w);
}
