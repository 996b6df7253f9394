// One stage of a step of gradient flow, included by flow_weights.wgsl and flow_readout.wgsl (src/lib/backend/chebyshev.ts):
//   θ_j = c + A₀(θ₀ − c) + A₁(θ_{j−1} − c) + A₂(θ_{j−2} − c) + G₁ E_{j−1} + G₀ E₀.
// moving holds four sections of `section` numbers: θ_{j−1} and θ_{j−2}, which θ_j overwrites (`now` says which of the two is θ_{j−1}; they
// change places from stage to stage), then θ₀ and E₀. Cost: six reads and a write a number.

struct Stage {
  // 0 idle, 1 first of a step, 2 later
  kind: u32,
  // A₀, A₁, A₂, G₁
  a: vec4f,
  // G₀
  start: f32,
}

// `block`: where in the row the numbers of w or of v begin.
fn stageAt(row: u32, block: u32) -> Stage {
  let at = row + block;
  return Stage(
    u32(layout.$.table[row + ROW_KIND]),
    vec4f(layout.$.table[at], layout.$.table[at + 1u], layout.$.table[at + 2u], layout.$.table[at + 3u]),
    layout.$.table[at + 4u]);
}

// Moves the number at `place` of the sections and answers (θ_j − θ₀)².
fn advance(stage: Stage, place: u32, centre: f32, force: f32) -> f32 {
  let section = layout.$.parameters.section;
  let at = layout.$.parameters.movingOffset + place;
  let now = at + layout.$.parameters.now * section;
  let other = at + (1u - layout.$.parameters.now) * section;
  let current = layout.$.moving[now];
  if (stage.kind == 0u) {
    layout.$.moving[other] = current;
    return 0.0;
  }
  var start = current;
  var next = centre + stage.a.x * (current - centre) + stage.a.w * force;
  if (stage.kind == 1u) {
    layout.$.moving[at + 2u * section] = current;
    layout.$.moving[at + 3u * section] = force;
  } else {
    start = layout.$.moving[at + 2u * section];
    let before = layout.$.moving[other];
    let initial = layout.$.moving[at + 3u * section];
    next = centre + stage.a.x * (start - centre) + stage.a.y * (current - centre) + stage.a.z * (before - centre) + stage.a.w * force + stage.start * initial;
  }
  layout.$.moving[other] = next;
  return (next - start) * (next - start);
}
