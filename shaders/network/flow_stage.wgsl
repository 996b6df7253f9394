// One stage of a step of gradient flow, included by flow_weights.wgsl and flow_readout.wgsl (src/lib/backend/chebyshev.ts):
//   θ_j = c + A₀(θ₀ − c) + A₁(θ_{j−1} − c) + A₂(θ_{j−2} − c) + G₁ E_{j−1} + G₀ E₀.
// moving holds four sections of `section` numbers: θ_{j−1} and, in its place, θ_{j−2} → θ_j (which of the first two is which changes
// from stage to stage: `now`), then θ₀ and E₀. Four neighbouring numbers at a time, the first `count` of which are written.

struct Stage {
  // 0 idle, 1 first of a step, 2 later
  kind: u32,
  // A₀, A₁, A₂, G₁
  a: vec4f,
  // G₀
  start: f32,
}

fn stageAt(row: u32, block: u32) -> Stage {
  let at = row + 1u + 5u * block;
  return Stage(
    u32(layout.$.table[row]),
    vec4f(layout.$.table[at], layout.$.table[at + 1u], layout.$.table[at + 2u], layout.$.table[at + 3u]),
    layout.$.table[at + 4u]);
}

fn movingAt(at: vec4u) -> vec4f {
  return vec4f(layout.$.moving[at.x], layout.$.moving[at.y], layout.$.moving[at.z], layout.$.moving[at.w]);
}

fn putMoving(at: u32, four: vec4f, count: u32) {
  layout.$.moving[at] = four.x;
  if (count > 1u) { layout.$.moving[at + 1u] = four.y; }
  if (count > 2u) { layout.$.moving[at + 2u] = four.z; }
  if (count > 3u) { layout.$.moving[at + 3u] = four.w; }
}

// Moves the numbers at `place` of the sections; answers Σ (θ_j − θ₀)² of those written.
fn advance(stage: Stage, place: u32, count: u32, centre: vec4f, force: vec4f) -> f32 {
  let section = layout.$.parameters.section;
  let now = layout.$.parameters.now;
  let origin = layout.$.parameters.movingOffset + place;
  let offsets = min(vec4u(0u, 1u, 2u, 3u), vec4u(count - 1u));
  let current = movingAt(origin + now * section + offsets);
  let other = origin + (1u - now) * section;
  if (stage.kind == 0u) {
    putMoving(other, current, count);
    return 0.0;
  }
  var start = current;
  var next = centre + stage.a.x * (current - centre) + stage.a.w * force;
  if (stage.kind == 1u) {
    putMoving(origin + 2u * section, current, count);
    putMoving(origin + 3u * section, force, count);
  } else {
    start = movingAt(origin + 2u * section + offsets);
    let before = movingAt(other + offsets);
    let initial = movingAt(origin + 3u * section + offsets);
    next = centre + stage.a.x * (start - centre) + stage.a.y * (current - centre) + stage.a.z * (before - centre) + stage.a.w * force + stage.start * initial;
  }
  putMoving(other, next, count);
  let moved = select(vec4f(), next - start, vec4u(count) > vec4u(0u, 1u, 2u, 3u));
  return dot(moved, moved);
}
