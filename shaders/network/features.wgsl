// values = φ(W Xᵀ/√D), and slopes = φ′(W Xᵀ/√D) with keep_slopes.wgsl: the product and the activation in one go; with keep_shifted.wgsl
// values = φ(W Xᵀ/√D + H).
// weights [batch, M, D], inputs [batch, P, D], values and slopes [batch, M, P], row-major. An 8×8 tile of registers an invocation, no
// barriers: 16 reads for 64 multiply–adds. The pre-activations pass through `values`: an index into registers that is not a constant is
// slower than memory on a software adapter. Tiles along P and M are counted in one row, so that no lane is idle when P is small.
// Grid: tiles × 1 × batch. Cost: 2 M P D operations, M P activations.

fn fromWeights(at: vec4u) -> vec4f {
  return vec4f(layout.$.weights[at.x], layout.$.weights[at.y], layout.$.weights[at.z], layout.$.weights[at.w]);
}

fn fromInputs(at: vec4u) -> vec4f {
  return vec4f(layout.$.inputs[at.x], layout.$.inputs[at.y], layout.$.inputs[at.z], layout.$.inputs[at.w]);
}

fn putRow(at: u32, left: vec4f, right: vec4f, count: u32) {
  layout.$.values[at] = left.x;
  if (count > 1u) { layout.$.values[at + 1u] = left.y; }
  if (count > 2u) { layout.$.values[at + 2u] = left.z; }
  if (count > 3u) { layout.$.values[at + 3u] = left.w; }
  if (count > 4u) { layout.$.values[at + 4u] = right.x; }
  if (count > 5u) { layout.$.values[at + 5u] = right.y; }
  if (count > 6u) { layout.$.values[at + 6u] = right.z; }
  if (count > 7u) { layout.$.values[at + 7u] = right.w; }
}

fn pre(at: vec4u) -> vec4f {
  return vec4f(layout.$.values[at.x], layout.$.values[at.y], layout.$.values[at.z], layout.$.values[at.w]);
}

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let particles = layout.$.parameters.particles;
  let examples = layout.$.parameters.examples;
  let dimension = layout.$.parameters.dimension;
  let across = (examples + 7u) / 8u;
  let tile = id.x + id.y * groups.x * LANES;
  let row = 8u * (tile / across);
  let column = 8u * (tile % across);
  if (row >= particles) { return; }
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
  let scale = layout.$.parameters.scale;
  let rows = min(8u, particles - row);
  let columns = min(8u, examples - column);
  let first = row * examples + column;
  let at = layout.$.parameters.valuesOffset + id.z * layout.$.parameters.valuesStride + first;
  putRow(at, scale * c00[0], scale * c01[0], columns);
  if (rows > 1u) { putRow(at + examples, scale * c00[1], scale * c01[1], columns); }
  if (rows > 2u) { putRow(at + 2u * examples, scale * c00[2], scale * c01[2], columns); }
  if (rows > 3u) { putRow(at + 3u * examples, scale * c00[3], scale * c01[3], columns); }
  if (rows > 4u) { putRow(at + 4u * examples, scale * c10[0], scale * c11[0], columns); }
  if (rows > 5u) { putRow(at + 5u * examples, scale * c10[1], scale * c11[1], columns); }
  if (rows > 6u) { putRow(at + 6u * examples, scale * c10[2], scale * c11[2], columns); }
  if (rows > 7u) { putRow(at + 7u * examples, scale * c10[3], scale * c11[3], columns); }
  for (var r = 0u; r < rows; r++) {
    let row = at + r * examples;
    let near = row + min(vec4u(0u, 1u, 2u, 3u), vec4u(columns - 1u));
    let far = row + min(vec4u(4u, 5u, 6u, 7u), vec4u(columns - 1u));
    keepRow(id.z, first + r * examples, pre(near), pre(far), columns);
  }
}
