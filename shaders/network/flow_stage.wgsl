// One stage of a step of gradient flow, included by flow_weights.wgsl and flow_readout.wgsl (src/lib/backend/chebyshev.ts):
//   θ_j = c + A₀(θ₀ − c) + A₁(θ_{j−1} − c) + A₂(θ_{j−2} − c) + G₁ E_{j−1} + G₀ E₀.
// moving holds four sections of `section` numbers: θ_{j−1} and θ_{j−2}, which θ_j overwrites (`now` says which of the two is θ_{j−1}; they
// change places from stage to stage), then θ₀ and E₀. Cost: six reads and a write a number.

// Moves the number at `place` of the sections and answers (θ_j − θ₀)². `kind`: 0 idle, 1 first of a step, 2 later (`rowKind`).
fn advance(kind: f32, block: FlowBlock, place: u32, centre: f32, force: f32) -> f32 {
  let section = layout.$.parameters.section;
  let at = layout.$.parameters.movingOffset + place;
  let now = at + layout.$.parameters.now * section;
  let other = at + (1u - layout.$.parameters.now) * section;
  let current = layout.$.moving[now];
  if (kind == 0.0) {
    layout.$.moving[other] = current;
    return 0.0;
  }
  var start = current;
  var next = centre + block.start * (current - centre) + block.force * force;
  if (kind == 1.0) {
    layout.$.moving[at + 2u * section] = current;
    layout.$.moving[at + 3u * section] = force;
  } else {
    start = layout.$.moving[at + 2u * section];
    let before = layout.$.moving[other];
    let initial = layout.$.moving[at + 3u * section];
    next = centre + block.start * (start - centre) + block.now * (current - centre) + block.before * (before - centre) + block.force * force +
      block.startForce * initial;
  }
  layout.$.moving[other] = next;
  return (next - start) * (next - start);
}
