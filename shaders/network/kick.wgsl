// w_id += (b/√D) s_i Σ_μ φ′_iμ Δ_μ X_μd, s = Δ·φ: the pull of the examples after Δ was solved anew.
// slopes [batch, M, P], projections s [batch, M, 1], dual [batch, P, 1], inputs [batch or 1, P, D], points [batch, 8] (b is number 3),
// weights [batch, M, D]. An 8×8 tile of registers an invocation, no barriers: 17 reads for 64 multiply–adds.
// Grid: tiles along D × tiles along M × batch. Cost: 2 M P D operations.

fn fromSlopes(at: vec4u) -> vec4f {
  return vec4f(layout.$.slopes[at.x], layout.$.slopes[at.y], layout.$.slopes[at.z], layout.$.slopes[at.w]);
}

fn fromInputs(at: vec4u) -> vec4f {
  return vec4f(layout.$.inputs[at.x], layout.$.inputs[at.y], layout.$.inputs[at.z], layout.$.inputs[at.w]);
}

@compute @workgroup_size(LANES, ROWS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let particles = layout.$.parameters.particles;
  let examples = layout.$.parameters.examples;
  let dimension = layout.$.parameters.dimension;
  let column = 8u * id.x;
  let row = 8u * id.y;
  if (column >= dimension || row >= particles) { return; }
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
  // halves[row][column / 4]
  let halves = array<array<vec4f, 2>, 8>(
    array(c00[0], c01[0]), array(c00[1], c01[1]), array(c00[2], c01[2]), array(c00[3], c01[3]),
    array(c10[0], c11[0]), array(c10[1], c11[1]), array(c10[2], c11[2]), array(c10[3], c11[3]));
  let gain = layout.$.parameters.scale * layout.$.points[layout.$.parameters.pointsOffset + id.z * layout.$.parameters.pointsStride + 3u];
  let projections = layout.$.parameters.projectionsOffset + id.z * layout.$.parameters.projectionsStride + row;
  let w = layout.$.parameters.weightsOffset + id.z * layout.$.parameters.weightsStride + row * dimension + column;
  for (var r = 0u; r < min(8u, particles - row); r++) {
    let strength = gain * layout.$.projections[projections + r];
    for (var c = 0u; c < min(8u, dimension - column); c++) {
      layout.$.weights[w + r * dimension + c] += strength * halves[r][c / 4u][c % 4u];
    }
  }
}
