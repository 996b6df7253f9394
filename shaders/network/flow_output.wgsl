// Shares of the output of a two-layer network: partial[share, μ] = Σ_{i in share} v_i φ_iμ (theory.md §3).
// values [batch, M, P], readout [batch, M, 1], partial [batch · shares, P, 1]. An invocation four examples of one share, read side by side.
// Grid: batch · shares · ⌈P/4⌉. Cost: 2 M P operations.

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let particles = layout.$.parameters.particles;
  let examples = layout.$.parameters.examples;
  let shares = layout.$.parameters.shares;
  let quads = (examples + 3u) / 4u;
  let index = id.x + id.y * groups.x * LANES;
  if (index >= quads * shares * layout.$.parameters.batch) { return; }
  let share = (index / quads) % shares;
  let entry = index / (quads * shares);
  let column = 4u * (index % quads);
  let first = share * layout.$.parameters.shareSize;
  let stop = min(first + layout.$.parameters.shareSize, particles);
  // Beyond the end the last example is read again and not written.
  let at = layout.$.parameters.valuesOffset + entry * layout.$.parameters.valuesStride + min(vec4u(column) + vec4u(0u, 1u, 2u, 3u), vec4u(examples - 1u));
  let v = layout.$.parameters.readoutOffset + entry * layout.$.parameters.readoutStride;
  var sums = vec4f();
  for (var i = first; i < stop; i++) {
    let row = at + vec4u(i * examples);
    sums += layout.$.readout[v + i] *
      vec4f(layout.$.values[row.x], layout.$.values[row.y], layout.$.values[row.z], layout.$.values[row.w]);
  }
  let origin = layout.$.parameters.partialOffset + (entry * shares + share) * examples + column;
  for (var c = 0u; c < min(4u, examples - column); c++) {
    layout.$.partial[origin + c] = sums[c];
  }
}
