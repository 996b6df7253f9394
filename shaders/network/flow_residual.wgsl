// Δ_μ = y_μ − (1/γM) Σ_share partial[share, μ]. labels [batch or 1, P, 1], partial [batch · shares, P, 1], residual [batch, P, 1];
// table [batch, rows of ROW numbers]: number 12 of a row is 1/(γM). Grid: batch · P. Cost: `shares` additions an example.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let examples = layout.$.parameters.examples;
  let shares = layout.$.parameters.shares;
  let index = id.x + id.y * groups.x * 64u;
  if (index >= examples * layout.$.parameters.batch) { return; }
  let entry = index / examples;
  let example = index - entry * examples;
  var sum = 0.0;
  for (var share = 0u; share < shares; share++) {
    sum += layout.$.partial[layout.$.parameters.partialOffset + (entry * shares + share) * examples + example];
  }
  let row = layout.$.parameters.tableOffset + entry * layout.$.parameters.tableStride;
  layout.$.residual[layout.$.parameters.residualOffset + index] =
    layout.$.labels[layout.$.parameters.labelsOffset + entry * layout.$.parameters.labelsStride + example] - layout.$.table[row + 12u] * sum;
}
