// system = Σ over shares of partial + T I (lower triangle), and what the solve starts from: dual = y, status = −1.
// partial [batch · shares, P, P], points [batch] (`ParticlePoint`; T is the temperature), labels [batch or 1, P, 1], system [batch, P, P], dual [batch, P, 1],
// status [batch]. Grid: (quads of a row · P) × 1 × batch. Cost: shares reads an entry.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let examples = layout.$.parameters.examples;
  let quads = (examples + 3u) / 4u;
  let index = id.x + id.y * groups.x * 64u;
  let row = index / quads;
  if (row >= examples) { return; }
  let first = 4u * (index - row * quads);
  if (index == 0u) {
    layout.$.status[layout.$.parameters.statusOffset + id.z * layout.$.parameters.statusStride] = -1;
  }
  if (first == 0u) {
    layout.$.dual[layout.$.parameters.dualOffset + id.z * layout.$.parameters.dualStride + row] =
      layout.$.labels[layout.$.parameters.labelsOffset + id.z * layout.$.parameters.labelsStride + row];
  }
  let temperature = layout.$.points[layout.$.parameters.pointsOffset + id.z * layout.$.parameters.pointsStride].temperature;
  let size = examples * examples;
  let shares = layout.$.parameters.shares;
  for (var column = first; column < min(first + 4u, row + 1u); column++) {
    let element = row * examples + column;
    var sum = 0.0;
    for (var share = 0u; share < shares; share++) {
      sum += layout.$.partial[layout.$.parameters.partialOffset + (id.z * shares + share) * size + element];
    }
    if (column == row) { sum += temperature; }
    layout.$.system[layout.$.parameters.systemOffset + id.z * layout.$.parameters.systemStride + element] = sum;
  }
}
