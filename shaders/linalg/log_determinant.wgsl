// log det A = 2 Σ_i log L_ii, an invocation a batch entry, in four partial sums (rounding grows with a quarter of n).
// lower [batch, n, n], result [batch, 1, 1]. Not-a-number when the factorisation failed.

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= layout.$.parameters.batch) { return; }
  let n = layout.$.parameters.n;
  let origin = layout.$.parameters.lowerOffset + id.x * layout.$.parameters.lowerStride;
  var sums = vec4f();
  for (var i = 0u; i < n; i += 4u) {
    let rows = four(i, n - 1u);
    let at = origin + rows * (n + 1u);
    let logarithms = log(vec4f(layout.$.lower[at.x], layout.$.lower[at.y], layout.$.lower[at.z], layout.$.lower[at.w]));
    sums += select(vec4f(0.0), logarithms, vec4u(i, i + 1u, i + 2u, i + 3u) < vec4u(n));
  }
  layout.$.result[layout.$.parameters.resultOffset + id.x * layout.$.parameters.resultStride] =
    2.0 * ((sums.x + sums.y) + (sums.z + sums.w));
}
