// φ = tanh by Mehler's expansion: with the even Hermite coefficients d₂ⱼ of tanh′(√a z) and ρ = c/√(ab),
//   K̇ = Σⱼ d₂ⱼ(a) d₂ⱼ(b) ρ²ʲ,   K = c Σⱼ d₂ⱼ(a) d₂ⱼ(b) ρ²ʲ/(2j + 1)
// (the coefficients of tanh are √a dₖ/√(k + 1), by integration by parts). ρ² = 1 − (ab − c²)/(ab), without cancellation.
// Arrays: c [batch or 1, rows, columns], a [·, rows, 1], b [·, columns, 1], f [·, rows, PAIRS] and g [·, columns, PAIRS] the d₂ⱼ,
//   kernel and derivative [batch, rows, columns].
// Cost: at most 7 PAIRS operations an entry, fewer where ρ is small. Grid: (chunks of 64 entries of first … end − 1, batch). Needs determinant.wgsl.

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let p = layout.$.parameters;
  let batch = group.z;
  let i = p.first + (group.x + group.y * groups.x) * 64u + lane;
  if (i >= p.end) {
    return;
  }
  let row = i / p.columns;
  let column = i - row * p.columns;
  let a = layout.$.a[p.aOffset + batch * p.aStride + row];
  let b = layout.$.b[p.bOffset + batch * p.bStride + column];
  let it = covariance(layout.$.c[p.cOffset + batch * p.cStride + i], a, b);
  let product = a * b;
  var square = 0.0;
  if (product > 0.0) {
    square = 1.0 - it.determinant / product;
    if (square < 0.5) {
      square = it.c * it.c / product;
    }
  }
  let f = p.fOffset + batch * p.fStride + row * PAIRS;
  let g = p.gOffset + batch * p.gStride + column * PAIRS;
  var slope = 0.0;
  var value = 0.0;
  var power = 1.0;
  for (var j = 0u; j < PAIRS; j++) {
    let term = layout.$.f[f + j] * layout.$.g[g + j] * power;
    slope += term;
    value += term / f32(2u * j + 1u);
    power *= square;
    if (power < 1e-10) {
      break;
    }
  }
  layout.$.kernel[p.kernelOffset + batch * p.kernelStride + i] = it.c * value;
  layout.$.derivative[p.derivativeOffset + batch * p.derivativeStride + i] = slope;
}
