// sine, cosine and sin t − t cos t for 0 ≤ t ≤ π/2, by Taylor polynomials: relative errors of about 1e-7 for the first and the last, an absolute
// one for the cosine. The built-in functions of WGSL may be off by 2⁻¹¹.

fn accurateSine(t: f32) -> f32 {
  let z = t * t;
  var p = 1.60590438e-10;
  p = p * z - 2.50521084e-8;
  p = p * z + 2.75573192e-6;
  p = p * z - 1.98412698e-4;
  p = p * z + 8.33333333e-3;
  p = p * z - 0.166666667;
  return t + t * z * p;
}

fn accurateCosine(t: f32) -> f32 {
  let z = t * t;
  var p = 2.08767570e-9;
  p = p * z - 2.75573192e-7;
  p = p * z + 2.48015873e-5;
  p = p * z - 1.38888889e-3;
  p = p * z + 4.16666667e-2;
  p = p * z - 0.5;
  return 1.0 + z * p;
}

// sin t − t cos t, of the order of t³/3.
fn sineLess(t: f32) -> f32 {
  if (t > 1.0) {
    return accurateSine(t) - t * accurateCosine(t);
  }
  let z = t * t;
  var p = -1.92708520e-9;
  p = p * z + 2.50521084e-7;
  p = p * z - 2.20458554e-5;
  p = p * z + 1.19047619e-3;
  p = p * z - 3.33333333e-2;
  p = p * z + 0.333333333;
  return t * z * p;
}
