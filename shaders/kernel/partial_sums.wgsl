// One level of a sum over columns: partial sum q of a row is Σₜ a[q + t · partials], t < 32, or the same of a ∘ b when PAIR is 1.
// Levels follow until one partial sum is left, so the rounding grows with the logarithm of the length: 7 roundings a level
// (8 running sums of 4 terms, then joined in pairs). No barriers: the same for software and real adapters.
// Arrays: a, b [batch or 1, rows, columns], c [batch, rows, partials], partials = ⌈columns/32⌉.
// Cost: columns additions a row. Grid: (chunks of 64 partial sums, batch).

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let p = layout.$.parameters;
  let i = (group.x + group.y * groups.x) * 64u + lane;
  if (i >= p.rows * p.partials) {
    return;
  }
  let row = i / p.partials;
  let first = i - row * p.partials;
  let a = p.aOffset + group.z * p.aStride + row * p.columns;
  let b = p.bOffset + group.z * p.bStride + row * p.columns;
  var sums = array<f32, 8>();
  for (var t = 0u; t < 4u; t++) {
    for (var s = 0u; s < 8u; s++) {
      let column = first + (8u * t + s) * p.partials;
      if (column < p.columns) {
        var value = layout.$.a[a + column];
        if (PAIR == 1) {
          value *= layout.$.b[b + column];
        }
        sums[s] += value;
      }
    }
  }
  layout.$.c[p.cOffset + group.z * p.cStride + i] =
    ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}
