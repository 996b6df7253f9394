// The first layer's part of a step of gradient descent (theory.md §3 at width N), with Δ of the step before and the old v:
//   w_i ← keep w_i + pull w̄_i + gain (γ/√D) v_i Σ_μ Δ_μ φ′_iμ x_μ,
// by tiles of product_tile.wgsl. slopes, residual, across and readout as in first_layer_force.wgsl with N for M; anchor w̄ [batch, N, D] (not
// read unless ANCHORED is 1), weights [batch, N, D]; points [batch] (`DescentPoint`): count of steps, then keep, pull and gain·γ/√D of w, keep and gain·γ
// of v, 1/(γN). Grid: tiles along D × tiles along N × batch. Cost: 2 N P D operations a network.

var<private> anchorAt: u32;
var<private> weightsAt: u32;
var<private> keep: f32;
var<private> pull: f32;
// gain (γ/√D) v of the lane's rows.
var<private> lift: mat2x4f;

fn moveOne(row: u32, column: u32, force: f32) {
  let dimension = layout.$.parameters.dimension;
  if (row >= layout.$.parameters.particles || column >= dimension) { return; }
  let at = row * dimension + column;
  var weight = keep * layout.$.weights[weightsAt + at] + force;
  if (ANCHORED == 1) { weight += pull * layout.$.anchor[anchorAt + at]; }
  layout.$.weights[weightsAt + at] = weight;
}

fn moveFour(row: u32, column: u32, forces: vec4f) {
  moveOne(row, column, forces.x);
  moveOne(row + 8u, column, forces.y);
  moveOne(row + 16u, column, forces.z);
  moveOne(row + 24u, column, forces.w);
}

fn takeColumn(row: u32, column: u32, upper: vec4f, under: vec4f) -> f32 {
  moveFour(row, column, lift[0] * upper);
  moveFour(row + 32u, column, lift[1] * under);
  return 0.0;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let parameters = layout.$.parameters;
  let point = parameters.pointsOffset + group.z;
  if (f32(parameters.step) >= layout.$.points[point].count) { return; }
  startForce(group.z);
  anchorAt = parameters.anchorOffset + group.z * parameters.anchorStride;
  weightsAt = parameters.weightsOffset + group.z * parameters.weightsStride;
  keep = layout.$.points[point].keep;
  pull = layout.$.points[point].pull;
  let sums = productTile(lane, TILE * group.y, TILE * group.x, parameters.examples);
  let row = TILE * group.y + lane / 8u;
  lift = layout.$.points[point].gain * readoutsOf(group.z, row);
  takeTile(lane, TILE * group.y, TILE * group.x, sums);
}
