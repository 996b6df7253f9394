// w_id += (b/√D) s_i Σ_μ φ′_iμ Δ_μ X_μd, s = Δ·φ: the pull of the examples after Δ was solved anew.
// slopes [batch, M, P], projections s [batch, M, 1], dual [batch, P, 1], inputs [batch or 1, P, D], points [batch] (`ParticlePoint`; b is the gain),
// weights [batch, M, D]. An 8×8 tile of registers an invocation, no barriers: 17 reads for 64 multiply–adds.
// Grid: tiles along D and M, counted in one row, × 1 × batch. Cost: 2 M P D operations.

fn fromSlopes(at: vec4u) -> vec4f {
  return vec4f(layout.$.slopes[at.x], layout.$.slopes[at.y], layout.$.slopes[at.z], layout.$.slopes[at.w]);
}

fn fromProjections(at: vec4u) -> vec4f {
  return vec4f(layout.$.projections[at.x], layout.$.projections[at.y], layout.$.projections[at.z], layout.$.projections[at.w]);
}

fn fromInputs(at: vec4u) -> vec4f {
  return vec4f(layout.$.inputs[at.x], layout.$.inputs[at.y], layout.$.inputs[at.z], layout.$.inputs[at.w]);
}

// `left` and `right` are added to eight weights of a row, or to as many as it has left.
fn addRow(at: u32, left: vec4f, right: vec4f, count: u32) {
  layout.$.weights[at] += left.x;
  if (count > 1u) { layout.$.weights[at + 1u] += left.y; }
  if (count > 2u) { layout.$.weights[at + 2u] += left.z; }
  if (count > 3u) { layout.$.weights[at + 3u] += left.w; }
  if (count > 4u) { layout.$.weights[at + 4u] += right.x; }
  if (count > 5u) { layout.$.weights[at + 5u] += right.y; }
  if (count > 6u) { layout.$.weights[at + 6u] += right.z; }
  if (count > 7u) { layout.$.weights[at + 7u] += right.w; }
}

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let particles = layout.$.parameters.particles;
  let examples = layout.$.parameters.examples;
  let dimension = layout.$.parameters.dimension;
  let across = (dimension + 7u) / 8u;
  let tile = id.x + id.y * groups.x * LANES;
  let row = 8u * (tile / across);
  let column = 8u * (tile % across);
  if (row >= particles) { return; }
  let slopes = layout.$.parameters.slopesOffset + id.z * layout.$.parameters.slopesStride;
  let x = layout.$.parameters.inputsOffset + id.z * layout.$.parameters.inputsStride;
  let dual = layout.$.parameters.dualOffset + id.z * layout.$.parameters.dualStride;
  let rows0 = slopes + four(row, particles - 1u) * examples;
  let rows1 = slopes + four(row + 4u, particles - 1u) * examples;
  let columns0 = x + four(column, dimension - 1u);
  let columns1 = x + four(column + 4u, dimension - 1u);
  var c00 = mat4x4f();
  var c01 = mat4x4f();
  var c10 = mat4x4f();
  var c11 = mat4x4f();
  for (var k = 0u; k < examples; k++) {
    let force = layout.$.dual[dual + k];
    let a0 = fromSlopes(rows0 + k) * force;
    let a1 = fromSlopes(rows1 + k) * force;
    let b0 = fromInputs(columns0 + k * dimension);
    let b1 = fromInputs(columns1 + k * dimension);
    c00 += outer(b0, a0);
    c01 += outer(b1, a0);
    c10 += outer(b0, a1);
    c11 += outer(b1, a1);
  }
  let gain = layout.$.parameters.scale * layout.$.points[layout.$.parameters.pointsOffset + id.z * layout.$.parameters.pointsStride].gain;
  let s = layout.$.parameters.projectionsOffset + id.z * layout.$.parameters.projectionsStride;
  let upper = gain * fromProjections(s + four(row, particles - 1u));
  let lower = gain * fromProjections(s + four(row + 4u, particles - 1u));
  let w = layout.$.parameters.weightsOffset + id.z * layout.$.parameters.weightsStride + row * dimension + column;
  let rows = particles - row;
  let columns = dimension - column;
  addRow(w, upper.x * c00[0], upper.x * c01[0], columns);
  if (rows > 1u) { addRow(w + dimension, upper.y * c00[1], upper.y * c01[1], columns); }
  if (rows > 2u) { addRow(w + 2u * dimension, upper.z * c00[2], upper.z * c01[2], columns); }
  if (rows > 3u) { addRow(w + 3u * dimension, upper.w * c00[3], upper.w * c01[3], columns); }
  if (rows > 4u) { addRow(w + 4u * dimension, lower.x * c10[0], lower.x * c11[0], columns); }
  if (rows > 5u) { addRow(w + 5u * dimension, lower.y * c10[1], lower.y * c11[1], columns); }
  if (rows > 6u) { addRow(w + 6u * dimension, lower.z * c10[2], lower.z * c11[2], columns); }
  if (rows > 7u) { addRow(w + 7u * dimension, lower.w * c10[3], lower.w * c11[3], columns); }
}
