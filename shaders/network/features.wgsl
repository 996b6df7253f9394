// values = φ(W Xᵀ/√D), and slopes = φ′(W Xᵀ/√D) with keep_slopes.wgsl: the product and the activation in one go.
// weights [batch, M, D], inputs [batch, P, D], values and slopes [batch, M, P], row-major. An 8×8 tile of registers an invocation, no
// barriers: 16 reads for 64 multiply–adds. Grid: tiles along P × tiles along M × batch. Cost: 2 M P D operations, M P activations.

fn fromWeights(at: vec4u) -> vec4f {
  return vec4f(layout.$.weights[at.x], layout.$.weights[at.y], layout.$.weights[at.z], layout.$.weights[at.w]);
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
  if (column >= examples || row >= particles) { return; }
  let w = layout.$.parameters.weightsOffset + id.z * layout.$.parameters.weightsStride;
  let x = layout.$.parameters.inputsOffset + id.z * layout.$.parameters.inputsStride;
  let rows0 = w + four(row, particles - 1u) * dimension;
  let rows1 = w + four(row + 4u, particles - 1u) * dimension;
  let columns0 = x + four(column, examples - 1u) * dimension;
  let columns1 = x + four(column + 4u, examples - 1u) * dimension;
  var c00 = mat4x4f();
  var c01 = mat4x4f();
  var c10 = mat4x4f();
  var c11 = mat4x4f();
  for (var k = 0u; k < dimension; k++) {
    let a0 = fromWeights(rows0 + k);
    let a1 = fromWeights(rows1 + k);
    let b0 = fromInputs(columns0 + k);
    let b1 = fromInputs(columns1 + k);
    c00 += outer(b0, a0);
    c01 += outer(b1, a0);
    c10 += outer(b0, a1);
    c11 += outer(b1, a1);
  }
  // halves[row][column / 4]
  let halves = array<array<vec4f, 2>, 8>(
    array(c00[0], c01[0]), array(c00[1], c01[1]), array(c00[2], c01[2]), array(c00[3], c01[3]),
    array(c10[0], c11[0]), array(c10[1], c11[1]), array(c10[2], c11[2]), array(c10[3], c11[3]));
  for (var r = 0u; r < min(8u, particles - row); r++) {
    for (var c = 0u; c < min(8u, examples - column); c++) {
      keep(id.z, (row + r) * examples + column + c, halves[r][c / 4u][c % 4u] * layout.$.parameters.scale);
    }
  }
}
