// The first layer's part of one evaluation: E_id = (γ/√D) v_i Σ_μ φ′_iμ Δ_μ X_μd, and with it one stage of the step (flow_stage.wgsl).
// slopes [batch, M, P], residual Δ [batch, P, 1], inputs [batch or 1, P, D], readout v [batch, M, 1], anchor w̄ [batch or 1, M, D] (not read
// unless ANCHORED is 1), table [batch, rows of ROW numbers] (12: 1/(γM), 13: γ, 14: centre as a multiple of w̄), moving [4 · batch, M, D],
// moves [batch, M, tiles across + 1]: at the end of a step |θ − θ₀|²/dt of the tile is added to its place.
// An 8×8 tile of registers an invocation, no barriers: 17 reads for 64 multiply–adds. Nothing but the new weights is written.
// Grid: tiles along D and M, counted in one row, × 1 × batch. Cost: 2 M P D operations.

fn fromSlopes(at: vec4u) -> vec4f {
  return vec4f(layout.$.slopes[at.x], layout.$.slopes[at.y], layout.$.slopes[at.z], layout.$.slopes[at.w]);
}

fn fromInputs(at: vec4u) -> vec4f {
  return vec4f(layout.$.inputs[at.x], layout.$.inputs[at.y], layout.$.inputs[at.z], layout.$.inputs[at.w]);
}

fn centreAt(at: u32, kappa: f32, count: u32) -> vec4f {
  if (ANCHORED == 0) { return vec4f(); }
  let four = at + min(vec4u(0u, 1u, 2u, 3u), vec4u(count - 1u));
  return kappa * vec4f(layout.$.anchor[four.x], layout.$.anchor[four.y], layout.$.anchor[four.z], layout.$.anchor[four.w]);
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
  let entry = layout.$.parameters.tableOffset + id.z * layout.$.parameters.tableStride + ROW * layout.$.parameters.evaluation;
  let stage = stageAt(entry, 0u);
  let slopes = layout.$.parameters.slopesOffset + id.z * layout.$.parameters.slopesStride;
  let x = layout.$.parameters.inputsOffset + id.z * layout.$.parameters.inputsStride;
  let residual = layout.$.parameters.residualOffset + id.z * layout.$.parameters.residualStride;
  let rows0 = slopes + four(row, particles - 1u) * examples;
  let rows1 = slopes + four(row + 4u, particles - 1u) * examples;
  let columns0 = x + four(column, dimension - 1u);
  let columns1 = x + four(column + 4u, dimension - 1u);
  var c00 = mat4x4f();
  var c01 = mat4x4f();
  var c10 = mat4x4f();
  var c11 = mat4x4f();
  // An idle point only carries its weights over.
  let stop = select(examples, 0u, stage.kind == 0u);
  for (var k = 0u; k < stop; k++) {
    let force = layout.$.residual[residual + k];
    let a0 = fromSlopes(rows0 + k) * force;
    let a1 = fromSlopes(rows1 + k) * force;
    let b0 = fromInputs(columns0 + k * dimension);
    let b1 = fromInputs(columns1 + k * dimension);
    c00 += outer(b0, a0);
    c01 += outer(b1, a0);
    c10 += outer(b0, a1);
    c11 += outer(b1, a1);
  }
  let gain = layout.$.parameters.scale * layout.$.table[entry + 13u];
  let kappa = layout.$.table[entry + 14u];
  let inverse = layout.$.table[entry + 11u];
  let v = layout.$.parameters.readoutOffset + id.z * layout.$.parameters.readoutStride;
  let anchor = layout.$.parameters.anchorOffset + id.z * layout.$.parameters.anchorStride;
  let place = id.z * particles * dimension;
  let columns = min(8u, dimension - column);
  for (var r = 0u; r < min(8u, particles - row); r++) {
    let lift = gain * layout.$.readout[v + row + r];
    let at = (row + r) * dimension + column;
    var left: vec4f;
    var right: vec4f;
    // No index into registers that is not a constant: slower than this on a software adapter.
    switch (r) {
      case 0u: { left = c00[0]; right = c01[0]; }
      case 1u: { left = c00[1]; right = c01[1]; }
      case 2u: { left = c00[2]; right = c01[2]; }
      case 3u: { left = c00[3]; right = c01[3]; }
      case 4u: { left = c10[0]; right = c11[0]; }
      case 5u: { left = c10[1]; right = c11[1]; }
      case 6u: { left = c10[2]; right = c11[2]; }
      default: { left = c10[3]; right = c11[3]; }
    }
    var square = advance(stage, place + at, min(4u, columns), centreAt(anchor + at, kappa, min(4u, columns)), lift * left);
    if (columns > 4u) {
      square += advance(stage, place + at + 4u, columns - 4u, centreAt(anchor + at + 4u, kappa, columns - 4u), lift * right);
    }
    if (inverse != 0.0) {
      layout.$.moves[layout.$.parameters.movesOffset + id.z * layout.$.parameters.movesStride + (row + r) * (across + 1u) + column / 8u] += inverse * square;
    }
  }
}
