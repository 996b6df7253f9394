// angleAt from the rows x and z themselves where the map is sharp, otherwise from the covariance. The covariance is s x·z/D, the variances
// r |x|²/D and q |z|²/D: with κ = s/√(rq) and rows at angle θ, sin² of the angle is 1 − κ²cos²θ = (1 − κ)(1 + κ) + κ²sin²θ.
// coupling: κ; escape: (1 − κ)(1 + κ); rowScale: √(D/r), columnScale: √(D/q). SAME is 1 where z is x, whose rows are at angle 0 with themselves.
// Needs arc.wgsl, determinant.wgsl, row_sine.wgsl.

fn angleAt(row: u32, column: u32, batch: u32, c: f32, a: f32, b: f32) -> f32 {
  let p = layout.$.parameters;
  let mean = meanOf(a, b);
  if (!isSharp(c, mean)) {
    return angleOfCovariance(c, a, b);
  }
  var sine = 0.0;
  if (SAME == 0 || row != column) {
    sine = p.coupling * rowSine(row, column, batch, c / mean / p.coupling, sqrt(a) * p.rowScale, sqrt(b) * p.columnScale);
  }
  return signedAngle(accurateAsin(min(1.0, sqrt(p.escape + sine * sine))), c < 0.0);
}
