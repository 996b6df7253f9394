// c = (least, greatest) entry of each row of a. Arrays: a [batch, rows, columns], c [batch, rows, 2].
// Cost: each entry is read once, by one invocation a row. Grid: (chunks of 64 rows, batch).

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let p = layout.$.parameters;
  let row = (group.x + group.y * groups.x) * 64u + lane;
  if (row >= p.rows) {
    return;
  }
  let start = p.aOffset + group.z * p.aStride + row * p.columns;
  var least = layout.$.a[start];
  var greatest = least;
  for (var column = 1u; column < p.columns; column++) {
    let value = layout.$.a[start + column];
    least = min(least, value);
    greatest = max(greatest, value);
  }
  let at = p.cOffset + group.z * p.cStride + 2u * row;
  layout.$.c[at] = least;
  layout.$.c[at + 1u] = greatest;
}
