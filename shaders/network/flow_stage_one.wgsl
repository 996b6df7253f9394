// Included behind flow_stage.wgsl: the same for one number.

fn advanceOne(stage: Stage, place: u32, centre: f32, force: f32) -> f32 {
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
