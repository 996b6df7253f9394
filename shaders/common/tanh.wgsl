// accurateTanh(x) = tanh x. Worst error 2 ULP over all numbers (1.05 measured); ±1 at ±∞ (the builtin may overflow to not-a-number by way of
// sinh/cosh). Method: |x| < 0.7: x + x³ P(x²), a minimax fit; else 1 − 2/(e^{2|x|} + 1); beyond 9.1 it is ±1. Needs exp.wgsl.
// tanhSlope(x) = 1/cosh² x, worst error 10 ULP.

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
  // (2e^{−t}/(1 + e^{−2t}))²: nothing overflows, nothing cancels, and no step leaves the range before the result does.
  let e = accurateExp(-abs(x));
  let inverse = 2.0 * e / (1.0 + e * e);
  return inverse * inverse;
}
