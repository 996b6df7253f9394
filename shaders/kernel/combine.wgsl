// C = Σ cᵢ Aᵢ over at most four terms, elementwise, a batch of 1 broadcast.
// Arrays: a0 … a3 [batch or 1, size] (those beyond TERMS are not read), c [batch, size];
//   coefficients [batch, 4], read when PER_ENTRY is 1, otherwise the scalars coefficient0 … coefficient3 hold.
// Cost: TERMS reads, one write and 2 TERMS operations an entry. Grid: (chunks of 1024 entries, batch).

fn coefficient(batch: u32, term: u32) -> f32 {
  if (PER_ENTRY == 1) {
    return layout.$.coefficients[layout.$.parameters.coefficientsOffset + 4u * batch + term];
  }
  let scalars = vec4f(layout.$.parameters.coefficient0, layout.$.parameters.coefficient1, layout.$.parameters.coefficient2, layout.$.parameters.coefficient3);
  return scalars[term];
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let batch = group.z;
  let size = layout.$.parameters.size;
  let c0 = coefficient(batch, 0u);
  let c1 = coefficient(batch, 1u);
  let c2 = coefficient(batch, 2u);
  let c3 = coefficient(batch, 3u);
  let a0 = layout.$.parameters.a0Offset + batch * layout.$.parameters.a0Stride;
  let a1 = layout.$.parameters.a1Offset + batch * layout.$.parameters.a1Stride;
  let a2 = layout.$.parameters.a2Offset + batch * layout.$.parameters.a2Stride;
  let a3 = layout.$.parameters.a3Offset + batch * layout.$.parameters.a3Stride;
  let c = layout.$.parameters.cOffset + batch * layout.$.parameters.cStride;
  let start = (group.x + group.y * groups.x) * 1024u + lane;
  for (var i = start; i < min(start + 1024u - lane, size); i += 64u) {
    var sum = c0 * layout.$.a0[a0 + i];
    if (TERMS > 1) { sum += c1 * layout.$.a1[a1 + i]; }
    if (TERMS > 2) { sum += c2 * layout.$.a2[a2 + i]; }
    if (TERMS > 3) { sum += c3 * layout.$.a3[a3 + i]; }
    layout.$.c[c + i] = sum;
  }
}
