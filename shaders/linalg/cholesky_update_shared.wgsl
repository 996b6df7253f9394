// A₂₂ −= L₂₁ L₂₁ᵀ, lower triangle only, in place: a 64×64 tile a workgroup, slices of 16 columns of both operands in workgroup memory,
// 4×4 entries in the registers of each of 256 invocations. For real GPUs; cholesky_update.wgsl is for software adapters.
// lower [batch, n, n]; grid: tiles of the triangle × 1 × batch. Cost: size multiply–adds an entry of the triangle, two barriers a slice.

const side = 64u;
const slice = 16u;

// [k][row]: neighbouring invocations read neighbouring words.
var<workgroup> left: array<f32, 1024>;
var<workgroup> right: array<f32, 1024>;

@compute @workgroup_size(16, 16)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n = layout.$.parameters.n;
  let first = layout.$.parameters.first;
  let next = first + layout.$.parameters.size;
  let tile = triangular(group.x);
  let row = next + side * tile.x;
  let column = next + side * tile.y;
  let origin = layout.$.parameters.lowerOffset + group.z * layout.$.parameters.lowerStride;
  var sum = mat4x4f();
  for (var start = first; start < next; start += slice) {
    for (var entry = lane; entry < side * slice; entry += 256u) {
      let r = entry / slice;
      let k = entry % slice;
      var a = 0.0;
      var b = 0.0;
      if (start + k < next) {
        a = layout.$.lower[origin + min(row + r, n - 1u) * n + start + k];
        b = layout.$.lower[origin + min(column + r, n - 1u) * n + start + k];
      }
      left[k * side + r] = a;
      right[k * side + r] = b;
    }
    workgroupBarrier();
    for (var k = 0u; k < slice; k++) {
      let a = k * side + 4u * local.y;
      let b = k * side + 4u * local.x;
      sum += outer(vec4f(left[a], left[a + 1u], left[a + 2u], left[a + 3u]), vec4f(right[b], right[b + 1u], right[b + 2u], right[b + 3u]));
    }
    workgroupBarrier();
  }
  for (var r = 0u; r < 4u; r++) {
    let i = row + 4u * local.y + r;
    for (var c = 0u; c < 4u; c++) {
      let j = column + 4u * local.x + c;
      if (i < n && j <= i) { layout.$.lower[origin + i * n + j] -= sum[c][r]; }
    }
  }
}
