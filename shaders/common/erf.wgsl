// erf(x) = 2/√π ∫₀ˣ e^{−t²} dt. WGSL has none. Worst error 2 ULP over all numbers (1.37 measured); ±1 at ±∞.
// Method: |x| < 0.93: x + x P(x²); up to 4: 1 − e^{Q(x)}, Q the logarithm of erfc; beyond, 1 − erf < 2⁻²⁵. P and Q are
// minimax fits made for this file. Needs exp.wgsl.

fn erf(x: f32) -> f32 {
  if (isNotANumber(x)) {
    return x;
  }
  let t = abs(x);
  if (t < 1e-30) {
    // x P(0) would be a denormal number and lost.
    return x * 1.12837917;
  }
  if (t < 0.93) {
    let z = x * x;
    var p = 8.31680663e-05;
    p = p * z - 0.000813002174;
    p = p * z + 0.00519990781;
    p = p * z - 0.0268589426;
    p = p * z + 0.112836875;
    p = p * z - 0.376126319;
    p = p * z + 0.128379166;
    return x + x * p;
  }
  if (t >= 4.0) {
    return sign(x);
  }
  var q = -2.10949711e-05;
  q = q * t + 0.000434461748;
  q = q * t - 0.004171059;
  q = q * t + 0.0251194183;
  q = q * t - 0.108280078;
  q = q * t - 0.633346915;
  q = q * t - 1.12951493;
  q = q * t + 0.000174683286;
  return sign(x) * (1.0 - accurateExp(q));
}
