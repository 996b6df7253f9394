// log det A = 2 Σ_i log L_ii, an invocation a batch entry, in four partial sums (rounding grows with a quarter of n).
// lower [batch, n, n], result [batch, 1, 1]. Not-a-number when the factorisation failed.
// The builtin log is good to 2⁻²¹ only where L_ii is near 1. Needs log.wgsl, tile.wgsl.

fn logarithm(at: u32) -> f32 {
  return accurateLog(layout.$.lower[at]);
}

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= layout.$.parameters.batch) { return; }
  let n = layout.$.parameters.n;
  let origin = layout.$.parameters.lowerOffset + id.x * layout.$.parameters.lowerStride;
  var sums = vec4f();
  for (var i = 0u; i < n; i += 4u) {
    let rows = four(i, n - 1u);
    let at = origin + rows * (n + 1u);
    let logarithms = vec4f(logarithm(at.x), logarithm(at.y), logarithm(at.z), logarithm(at.w));
    sums += select(vec4f(0.0), logarithms, vec4u(i, i + 1u, i + 2u, i + 3u) < vec4u(n));
  }
  layout.$.result[layout.$.parameters.resultOffset + id.x * layout.$.parameters.resultStride] =
    2.0 * ((sums.x + sums.y) + (sums.z + sums.w));
}
