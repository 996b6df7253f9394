// accurateTanh(x) = tanh x. Worst error 3 ULP over all numbers; ±1 at ±∞ (the builtin may overflow to not-a-number by way of
// sinh/cosh). Method: |x| < 0.7: x + x³ P(x²), a minimax fit; else 1 − 2/(e^{2|x|} + 1); beyond 9.1 it is ±1. Needs exp.wgsl.
// tanhSlope(x) = 1/cosh² x, relative error below 10 ULP down to 10⁻³⁰.

fn accurateTanh(x: f32) -> f32 {
  if (isNotANumber(x)) {
    return x;
  }
  let t = abs(x);
  if (t < 0.7) {
    let z = x * x;
    var p = 0.00189566775;
    p = p * z - 0.00788331125;
    p = p * z + 0.0215710606;
    p = p * z - 0.0539209545;
    p = p * z + 0.133329839;
    p = p * z - 0.333333254;
    return x + x * z * p;
  }
  if (t > 9.1) {
    return sign(x);
  }
  return sign(x) * (1.0 - 2.0 / (accurateExp(2.0 * t) + 1.0));
}

fn tanhSlope(x: f32) -> f32 {
  if (isNotANumber(x)) {
    return x;
  }
  // 4e^{−2t}/(1 + e^{−2t})²: nothing overflows and nothing cancels.
  let e = accurateExp(-2.0 * abs(x));
  return 4.0 * e / ((1.0 + e) * (1.0 + e));
}
