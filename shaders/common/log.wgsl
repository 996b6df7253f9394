// accurateLog(x) = ln x. Worst error 1.5 ULP (0.86 measured) for every normal x > 0 (the builtin: 3 ULP, but only 2⁻²¹ absolute near 1).
// Method: x = 2ᵏ m, √½ ≤ m < √2; ln m = 2 artanh s with s = f/(2 + f), where f = m − 1 is exact; minimax in s². As f − s (f − 2z P), so
// that the error of the division, which a GPU may make of 2.5 ULP, is that of a small correction.
// ln 0 = −∞, and denormal numbers count as 0; negative numbers give not-a-number. Needs not_a_number.wgsl.

// ln(1 + f) for √½ ≤ 1 + f < √2.
fn logOfOneAnd(f: f32) -> f32 {
  let s = f / (2.0 + f);
  let z = s * s;
  var p = 0.117921263;
  p = p * z + 0.142686024;
  p = p * z + 0.200001687;
  p = p * z + 0.333333313;
  return f - s * (f - 2.0 * z * p);
}

fn accurateLog(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  // Made from the argument's bits: a constant infinity or not-a-number is no legal expression.
  let nothing = bits & 0u;
  if ((bits & 0x7fffffffu) < 0x00800000u) {
    return bitcast<f32>(nothing | 0xff800000u);
  }
  if (isNotANumber(x) || bits == 0x7f800000u) {
    return x;
  }
  if ((bits >> 31u) == 1u) {
    return bitcast<f32>(nothing | 0x7fc00000u);
  }
  // 0x3f3504f3 is √½: subtracting it makes the exponent count from there.
  let shifted = bits - 0x3f3504f3u;
  let k = bitcast<i32>(shifted) >> 23u;
  let m = bitcast<f32>((shifted & 0x007fffffu) + 0x3f3504f3u);
  return f32(k) * 0.693359375 + (logOfOneAnd(m - 1.0) - f32(k) * 2.12194440e-4);
}
