// average += dual, entry by entry; both [batch, P, 1]. Grid: batch · P.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.x + id.y * groups.x * 64u;
  if (index >= layout.$.parameters.elements) { return; }
  layout.$.average[layout.$.parameters.averageOffset + index] += layout.$.dual[layout.$.parameters.dualOffset + index];
}
