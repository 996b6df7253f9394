// The sine of the angle between row `row` of x and row `column` of z, nearly parallel, from the part of the latter that is orthogonal to the
// former: error about one rounding, where 1 − ρ² of a rounded correlation ρ has the root of one. For any lengths of the rows. Rows of nearly
// equal length are subtracted first, which is exact or nearly so: then the error is one rounding of |x ∓ z|/|z|.
// Arrays: x [batch or 1, rows, inner], z [batch or 1, columns, inner], of vec4 along inner where PACK is 4; a number is `Pack`, joined in front
//   with along(u, v), its inner product. rho: the correlation; lengths |x|, |z| > 0.
// Cost: 5 to 10 inner operations.

fn rowSine(row: u32, column: u32, batch: u32, rho: f32, xLength: f32, zLength: f32) -> f32 {
  let p = layout.$.parameters;
  let length = p.inner / PACK;
  let ix = p.xOffset + batch * p.xStride + row * length;
  let iz = p.zOffset + batch * p.zStride + column * length;
  let ratio = zLength / xLength;
  let near = ratio < 1.5 && ratio > 0.667;
  let unit = 1.0 / zLength;
  let taken = select(0.0, sign(rho), near);
  let turn = 1.0 / xLength;
  var share = rho;
  if (near) {
    share = 0.0;
    for (var k = 0u; k < length; k++) {
      share += along((layout.$.z[iz + k] - taken * layout.$.x[ix + k]) * unit, layout.$.x[ix + k] * turn);
    }
  }
  var square = 0.0;
  for (var k = 0u; k < length; k++) {
    let left = (layout.$.z[iz + k] - taken * layout.$.x[ix + k]) * unit - layout.$.x[ix + k] * (share * turn);
    square += along(left, left);
  }
  return min(1.0, sqrt(square));
}
