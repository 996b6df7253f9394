// The force of the examples on the first layer, Σ_μ φ′_iμ Δ_μ X_μd, as a product for product_tile.wgsl; included before it by
// flow_weights.wgsl and descend_weights.wgsl. slopes φ′ [batch, M, P], residual Δ [batch, P, 1], across [batch or 1, D, P] (the inputs transposed), readout v
// [batch, M, 1]. Cost: 2 M P D operations.

var<private> slopesAt: u32;
var<private> residualAt: u32;
var<private> acrossAt: u32;

fn startForce(entry: u32) {
  slopesAt = layout.$.parameters.slopesOffset + entry * layout.$.parameters.slopesStride;
  residualAt = layout.$.parameters.residualOffset + entry * layout.$.parameters.residualStride;
  acrossAt = layout.$.parameters.acrossOffset + entry * layout.$.parameters.acrossStride;
}

fn leftAcross() -> bool { return false; }
fn rightAcross() -> bool { return false; }

fn leftAt(row: u32, k: u32) -> f32 {
  let examples = layout.$.parameters.examples;
  if (row >= layout.$.parameters.particles || k >= examples) { return 0.0; }
  return layout.$.slopes[slopesAt + row * examples + k] * layout.$.residual[residualAt + k];
}

fn rightAt(column: u32, k: u32) -> f32 {
  let examples = layout.$.parameters.examples;
  if (column >= layout.$.parameters.dimension || k >= examples) { return 0.0; }
  return layout.$.across[acrossAt + column * examples + k];
}

fn fourReadouts(entry: u32, row: u32) -> vec4f {
  let v = layout.$.parameters.readoutOffset + entry * layout.$.parameters.readoutStride;
  let at = v + min(vec4u(row, row + 8u, row + 16u, row + 24u), vec4u(layout.$.parameters.particles - 1u));
  return vec4f(layout.$.readout[at.x], layout.$.readout[at.y], layout.$.readout[at.z], layout.$.readout[at.w]);
}

// v of a lane's rows, of which `row` is the first.
fn readoutsOf(entry: u32, row: u32) -> mat2x4f {
  return mat2x4f(fourReadouts(entry, row), fourReadouts(entry, row + 32u));
}
