// Δ_μ = y_μ − (1/γM) Σ_share partial[share, μ]. labels [batch or 1, P, 1], partial [batch · shares, P, 1], residual [batch, P, 1];
// table [batch, evaluations] (`FlowRow`): the output scale of a row is 1/(γM). Sixteen lanes an example add up its shares side by side.
// Grid: ⌈P/16⌉ × 1 × batch. Cost: `shares` additions an example.

var<workgroup> sums: array<f32, 256>;

@compute @workgroup_size(16, 16)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) lane: u32) {
  let examples = layout.$.parameters.examples;
  let shares = layout.$.parameters.shares;
  let example = 16u * group.x + local.x;
  let column = min(example, examples - 1u);
  var sum = 0.0;
  for (var share = local.y; share < shares; share += 16u) {
    sum += layout.$.partial[layout.$.parameters.partialOffset + (group.z * shares + share) * examples + column];
  }
  sums[lane] = sum;
  workgroupBarrier();
  if (local.y != 0u || example >= examples) { return; }
  sum = 0.0;
  for (var y = 0u; y < 16u; y++) { sum += sums[16u * y + local.x]; }
  let row = layout.$.parameters.tableOffset + group.z * layout.$.parameters.tableStride;
  layout.$.residual[layout.$.parameters.residualOffset + group.z * examples + example] =
    layout.$.labels[layout.$.parameters.labelsOffset + group.z * layout.$.parameters.labelsStride + example] - layout.$.table[row].outputScale * sum;
}
