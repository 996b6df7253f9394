// The first layer's part of one evaluation: E_id = (γ/√D) v_i Σ_μ φ′_iμ Δ_μ X_μd by tiles of product_tile.wgsl, and with it one stage of the
// step (flow_stage.wgsl). slopes, residual, across and readout as in first_layer_force.wgsl, anchor w̄ [batch or 1, M, D] (not read unless
// ANCHORED is 1), table [batch, evaluations] (`FlowRow` in flow-kernels.ts), moving [4 · batch, M, D], moves
// [batch, M, ⌈D/64⌉ + 1]: at the end of a step |θ − θ₀|²/dt of the tile is added to its place.
// Grid: tiles along D × tiles along M × batch. Cost: 2 M P D operations.

var<private> anchorAt: u32;
var<private> place: u32;
var<private> stage: FlowRow;
// γ v/√D of the lane's rows, and the squares of what they have moved by.
var<private> lift: mat2x4f;
var<private> moved: mat2x4f;

fn moveOne(row: u32, column: u32, force: f32) -> f32 {
  let dimension = layout.$.parameters.dimension;
  if (row >= layout.$.parameters.particles || column >= dimension) { return 0.0; }
  let at = row * dimension + column;
  var centre = 0.0;
  if (ANCHORED == 1) { centre = stage.centre * layout.$.anchor[anchorAt + at]; }
  return advance(stage.kind, stage.weights, place + at, centre, force);
}

fn moveFour(row: u32, column: u32, forces: vec4f) -> vec4f {
  return vec4f(
    moveOne(row, column, forces.x), moveOne(row + 8u, column, forces.y), moveOne(row + 16u, column, forces.z), moveOne(row + 24u, column, forces.w));
}

fn takeColumn(row: u32, column: u32, upper: vec4f, under: vec4f) -> f32 {
  moved[0] += moveFour(row, column, lift[0] * upper);
  moved[1] += moveFour(row + 32u, column, lift[1] * under);
  return 0.0;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let parameters = layout.$.parameters;
  startForce(group.z);
  anchorAt = parameters.anchorOffset + group.z * parameters.anchorStride;
  place = group.z * parameters.particles * parameters.dimension;
  let at = parameters.tableOffset + group.z * parameters.tableStride + parameters.evaluation;
  stage = layout.$.table[at];
  // An idle point only carries its weights over. Read from the table: of a private variable WGSL does not know that all lanes have the same.
  let inner = select(parameters.examples, 0u, layout.$.table[at].kind == 0.0);
  let sums = productTile(lane, TILE * group.y, TILE * group.x, inner);
  let row = TILE * group.y + lane / 8u;
  lift = parameters.scale * stage.gamma * readoutsOf(group.z, row);
  takeTile(lane, TILE * group.y, TILE * group.x, sums);
  slabA[2u * lane] = moved[0];
  slabA[2u * lane + 1u] = moved[1];
  workgroupBarrier();
  let neuron = TILE * group.y + lane;
  if (stage.inverseStep == 0.0 || neuron >= parameters.particles) { return; }
  layout.$.moves[parameters.movesOffset + group.z * parameters.movesStride + neuron * parameters.places + group.x] += stage.inverseStep * sumOfRow(lane);
}
