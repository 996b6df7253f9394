// lower = the lower triangle of `matrix`, zeros above; status = −1 (no failure yet).
// matrix, lower [batch, n, n] row-major; status [batch]. Cost: n² reads and writes a batch entry; 64 invocations of 4 entries of a row.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let n = layout.$.parameters.n;
  let quads = (n + 3u) / 4u;
  let index = id.x + id.y * groups.x * 64u;
  let row = index / quads;
  if (row >= n) { return; }
  if (index == 0u) {
    layout.$.status[layout.$.parameters.statusOffset + id.z * layout.$.parameters.statusStride] = -1;
  }
  let first = 4u * (index - row * quads);
  let source = layout.$.parameters.matrixOffset + id.z * layout.$.parameters.matrixStride + row * n;
  let result = layout.$.parameters.lowerOffset + id.z * layout.$.parameters.lowerStride + row * n;
  for (var column = first; column < min(first + 4u, n); column++) {
    var value = 0.0;
    if (column <= row) { value = layout.$.matrix[source + column]; }
    layout.$.lower[result + column] = value;
  }
}
