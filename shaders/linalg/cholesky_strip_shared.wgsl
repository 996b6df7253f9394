// L₂₁ = A₂₁ L₁₁⁻ᵀ: the rows below a factored diagonal block `first … first+size−1`, size ≤ SIDE, in place. The block is in workgroup
// memory, one row an invocation. For real GPUs; cholesky_strip.wgsl is for software adapters.
// lower [batch, n, n]; grid: LANES rows a workgroup × 1 × batch. Cost: size²/2 multiply–adds a row.

var<workgroup> block: array<f32, BLOCK_ENTRIES>;

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n = layout.$.parameters.n;
  let first = layout.$.parameters.first;
  let size = layout.$.parameters.size;
  let origin = layout.$.parameters.lowerOffset + id.z * layout.$.parameters.lowerStride;
  for (var entry = lane; entry < size * size; entry += LANES) {
    let row = entry / size;
    block[row * SIDE + entry % size] = layout.$.lower[origin + (first + row) * n + first + entry % size];
  }
  workgroupBarrier();
  let row = first + size + id.x;
  if (row >= n) { return; }
  let at = origin + row * n + first;
  var solved: array<f32, SIDE>;
  for (var j = 0u; j < size; j++) {
    var value = layout.$.lower[at + j];
    for (var k = 0u; k < j; k++) { value -= solved[k] * block[j * SIDE + k]; }
    value /= block[j * SIDE + j];
    solved[j] = value;
    layout.$.lower[at + j] = value;
  }
}
