// The signed angle between relu features of two inputs at a signed angle θ: cos θ′ = (sin θ + (π − θ) cos θ)/π, elementwise. θ′ ≤ π/2.
// Near 0 by 1 − cos θ′ = 2 sin²(θ/2) − (sin θ − θ cos θ)/π, which keeps its digits; an obtuse θ keeps t = π − θ, and cos θ′ = (sin t − t cos t)/π.
// Arrays: given, t [batch · size]. Cost: about 60 operations an entry. Grid: chunks of 1024 entries. Needs arc.wgsl, sine.wgsl.

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let p = layout.$.parameters;
  let start = (group.x + group.y * groups.x) * 1024u + lane;
  for (var i = start; i < min(start + 1024u - lane, p.size); i += 64u) {
    let angle = layout.$.given[p.givenOffset + i];
    var next = 0.0;
    if (angle < 0.0) {
      next = accurateAcos(sineLess(-angle) * 0.318309886);
    } else {
      let half = accurateSine(0.5 * angle);
      next = 2.0 * accurateAsin(sqrt(max(0.0, half * half - sineLess(angle) * 0.159154943)));
    }
    layout.$.t[p.tOffset + i] = next;
  }
}
