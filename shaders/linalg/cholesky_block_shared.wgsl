// L Lᵀ = A for the diagonal block of rows `first … first+size−1`, size ≤ SIDE, in place: one workgroup a batch entry, the block in
// workgroup memory, right-looking column by column. For real GPUs; cholesky_block.wgsl is for software adapters.
// lower [batch, n, n]; status [batch]: the first bad pivot, or −1. Cost: size³/6 multiply–adds, three barriers a column.

var<workgroup> block: array<f32, BLOCK_ENTRIES>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n = layout.$.parameters.n;
  let first = layout.$.parameters.first;
  let size = layout.$.parameters.size;
  let origin = layout.$.parameters.lowerOffset + group.x * layout.$.parameters.lowerStride + first * (n + 1u);
  for (var entry = lane; entry < size * size; entry += LANES) {
    let row = entry / size;
    block[row * SIDE + entry % size] = layout.$.lower[origin + row * n + entry % size];
  }
  workgroupBarrier();
  for (var k = 0u; k < size; k++) {
    let pivot = block[k * SIDE + k];
    var root = notANumber();
    if (positive(pivot)) {
      root = sqrt(pivot);
    } else if (lane == 0u) {
      let place = layout.$.parameters.statusOffset + group.x * layout.$.parameters.statusStride;
      if (layout.$.status[place] < 0) { layout.$.status[place] = i32(first + k); }
    }
    // All have read the pivot before it is replaced.
    workgroupBarrier();
    for (var row = k + lane; row < size; row += LANES) {
      if (row == k) { block[k * SIDE + k] = root; } else { block[row * SIDE + k] /= root; }
    }
    workgroupBarrier();
    let rest = size - k - 1u;
    for (var entry = lane; entry < rest * rest; entry += LANES) {
      let row = k + 1u + entry / rest;
      let column = k + 1u + entry % rest;
      if (column <= row) { block[row * SIDE + column] -= block[row * SIDE + k] * block[column * SIDE + k]; }
    }
    workgroupBarrier();
  }
  for (var entry = lane; entry < size * size; entry += LANES) {
    let row = entry / size;
    let column = entry % size;
    if (column <= row) { layout.$.lower[origin + row * n + column] = block[row * SIDE + column]; }
  }
}
