// angleAt from an array of signed angles, angles [batch or 1, rows, columns]. Where ALWAYS is 0 (erf, tanh) they are taken where the map is
// sharp and otherwise follow from the covariance, so that it does not matter whether they were given. Needs determinant.wgsl.

fn angleAt(row: u32, column: u32, batch: u32, c: f32, a: f32, b: f32) -> f32 {
  let p = layout.$.parameters;
  if (ALWAYS == 1 || isSharp(c, meanOf(a, b))) {
    return layout.$.angles[p.anglesOffset + batch * p.anglesStride + row * p.columns + column];
  }
  return angleOfCovariance(c, a, b);
}
