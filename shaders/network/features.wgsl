// values = φ(W Xᵀ/√D), and slopes = φ′(W Xᵀ/√D): the product by tiles of product_tile.wgsl and the activation in one go. The file included
// before it says what is kept: features_values, features_shifted (values = φ(W Xᵀ/√D + H)), features_slopes, or features_outputs, which also
// gives a share of the outputs for every tile of neurons: partial[share, μ] = Σ_{i in tile} v_i φ_iμ, so that nothing reads φ once more for it.
// weights [batch, M, D], inputs [batch or 1, P, D], readout [batch, M, 1], values and slopes [batch, M, P], partial [batch · shares, P, 1], of
// which the first is number `share`. Grid: tiles along P × tiles along M × batch. Cost: 2 M P D operations, M P activations.

var<private> weightsAt: u32;
var<private> inputsAt: u32;
var<private> resultAt: u32;
var<private> entry: u32;
var<private> readout: mat2x4f;

fn leftAcross() -> bool { return false; }
fn rightAcross() -> bool { return false; }

fn leftAt(row: u32, k: u32) -> f32 {
  if (row >= layout.$.parameters.particles || k >= layout.$.parameters.dimension) { return 0.0; }
  return layout.$.weights[weightsAt + row * layout.$.parameters.dimension + k];
}

fn rightAt(column: u32, k: u32) -> f32 {
  if (column >= layout.$.parameters.examples || k >= layout.$.parameters.dimension) { return 0.0; }
  return layout.$.inputs[inputsAt + column * layout.$.parameters.dimension + k];
}

fn put(row: u32, column: u32, value: f32, slope: f32) {
  let at = resultAt + row * layout.$.parameters.examples + column;
  if (row < layout.$.parameters.particles && column < layout.$.parameters.examples) { keep(at, value, slope); }
}

// Answers Σ v φ over these neurons.
fn takeColumn(row: u32, column: u32, upper: vec4f, under: vec4f) -> f32 {
  let first = activationOfFour(layout.$.parameters.scale * upper + knownAt(row, column));
  let second = activationOfFour(layout.$.parameters.scale * under + knownAt(row + 32u, column));
  put(row, column, first.value.x, first.slope.x);
  put(row + 8u, column, first.value.y, first.slope.y);
  put(row + 16u, column, first.value.z, first.slope.z);
  put(row + 24u, column, first.value.w, first.slope.w);
  put(row + 32u, column, second.value.x, second.slope.x);
  put(row + 40u, column, second.value.y, second.slope.y);
  put(row + 48u, column, second.value.z, second.slope.z);
  put(row + 56u, column, second.value.w, second.slope.w);
  return dot(readout[0], first.value) + dot(readout[1], second.value);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let parameters = layout.$.parameters;
  weightsAt = parameters.weightsOffset + group.z * parameters.weightsStride;
  inputsAt = parameters.inputsOffset + group.z * parameters.inputsStride;
  resultAt = parameters.valuesOffset + group.z * parameters.valuesStride;
  entry = group.z;
  let sums = productTile(lane, TILE * group.y, TILE * group.x, parameters.dimension);
  let row = TILE * group.y + lane / 8u;
  readout = mat2x4f(
    readoutAt(vec4u(row, row + 8u, row + 16u, row + 24u)),
    readoutAt(vec4u(row + 32u, row + 40u, row + 48u, row + 56u)));
  finish(group, lane, takeTile(lane, TILE * group.y, TILE * group.x, sums));
}
