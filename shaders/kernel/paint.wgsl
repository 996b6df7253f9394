// A matrix as colours: pixel (x, y) is the mean of the entries under it, mapped linearly from [low, high] to the 256 colours of
// the palette: entry ⌊256 t⌋, 255 for t = 1; the middle one when low = high; transparent for not-a-number.
// Arrays: a [rows, columns]; palette [256] RGBA, one byte each, red lowest; pixels [height, pitch], the same,
//   of which width are set (a row must fill a multiple of 256 bytes to be copied to a texture).
// Cost: each entry is read once. Grid: (chunks of 64 pixels). Needs not_a_number.wgsl.

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let p = layout.$.parameters;
  let i = (group.x + group.y * groups.x) * 64u + lane;
  if (i >= p.width * p.height) {
    return;
  }
  let y = i / p.width;
  let x = i - y * p.width;
  let top = y * p.rows / p.height;
  let bottom = max(top + 1u, (y + 1u) * p.rows / p.height);
  let left = x * p.columns / p.width;
  let right = max(left + 1u, (x + 1u) * p.columns / p.width);
  var sum = 0.0;
  for (var row = top; row < bottom; row++) {
    for (var column = left; column < right; column++) {
      sum += layout.$.a[p.aOffset + row * p.columns + column];
    }
  }
  let mean = sum / f32((bottom - top) * (right - left));
  var colour = 0u;
  if (!isNotANumber(mean)) {
    var t = 0.5;
    if (p.high > p.low) {
      t = (mean - p.low) / (p.high - p.low);
    }
    colour = layout.$.palette[p.paletteOffset + u32(clamp(256.0 * t, 0.0, 255.0))];
  }
  layout.$.pixels[p.pixelsOffset + y * p.pitch + x] = colour;
}
