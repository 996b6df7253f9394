// The exact Gaussian part of a step: w ← κw̄ + e(w − κw̄) + σξ, ξ standard normals of the key, the same for every batch entry.
// weights [batch, M, D]; points [batch] (`ParticlePoint`): κ is the centre, e the decay, σ the spread; anchor [batch or 1, M, D], not read unless ANCHORED is 1.
// An invocation makes the four normals of one Philox block once and uses them for all batch entries.
// Grid: M D / 4 blocks. Cost: one Philox block, two logarithms and turns for every four normals; three memory accesses an entry.

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let elements = layout.$.parameters.elements;
  let block = id.x + id.y * groups.x * LANES;
  let first = 4u * block;
  if (first >= elements) { return; }
  let key = vec2u(layout.$.parameters.seedLow, layout.$.parameters.seedHigh);
  let normals = boxMuller(philox(vec4u(block, layout.$.parameters.step, layout.$.parameters.stream, 0u), key));
  let count = min(4u, elements - first);
  // Offsets of the second to fourth entry; in the last block those beyond the end read its last one again.
  let last = min(vec3u(1u, 2u, 3u), vec3u(count - 1u));
  for (var entry = 0u; entry < layout.$.parameters.batch; entry++) {
    let point = layout.$.parameters.pointsOffset + entry * layout.$.parameters.pointsStride;
    let decay = layout.$.points[point].decay;
    let spread = layout.$.points[point].spread;
    let w = layout.$.parameters.weightsOffset + entry * layout.$.parameters.weightsStride + first;
    var centre = vec4f();
    if (ANCHORED == 1) {
      let anchor = layout.$.parameters.anchorOffset + entry * layout.$.parameters.anchorStride + first;
      centre = layout.$.points[point].centre * vec4f(
        layout.$.anchor[anchor], layout.$.anchor[anchor + last.x], layout.$.anchor[anchor + last.y], layout.$.anchor[anchor + last.z]);
    }
    let old = vec4f(layout.$.weights[w], layout.$.weights[w + last.x], layout.$.weights[w + last.y], layout.$.weights[w + last.z]);
    let moved = centre + decay * (old - centre) + spread * normals;
    layout.$.weights[w] = moved.x;
    if (count > 1u) { layout.$.weights[w + 1u] = moved.y; }
    if (count > 2u) { layout.$.weights[w + 2u] = moved.z; }
    if (count > 3u) { layout.$.weights[w + 3u] = moved.w; }
  }
}
