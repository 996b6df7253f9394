// Determinants of covariances without cancellation, and the angles computed from them.
// ab − c² is made of products that are exact in two parts (each factor split into 12 bits and the rest), so its error is
// about 2⁻²⁴ of itself + 2⁻³⁵ ab, where the plain difference has 2⁻²³ ab. Exactly 0 where a = b = c.

// The leading 12 bits of x; x − leading(x) has the other 12.
fn leading(x: f32) -> f32 {
  return bitcast<f32>(bitcast<u32>(x) & 0xfffff000u);
}

fn determinant2(c: f32, a: f32, b: f32) -> f32 {
  let ah = leading(a);
  let bh = leading(b);
  let ch = leading(c);
  let al = a - ah;
  let bl = b - bh;
  let cl = c - ch;
  // Every product of halves is exact; the terms are added in order of size, the largest difference first.
  return (ah * bh - ch * ch) + (((ah * bl + al * bh) - 2.0 * ch * cl) + (al * bl - cl * cl));
}

// The geometric mean of two variances, whose product might under- or overflow.
fn meanOf(a: f32, b: f32) -> f32 {
  return sqrt(a) * sqrt(b);
}

// A signed angle is θ where θ ≤ π/2, and −(π − θ) beyond. π − θ = 0 is stored as −1e-30, since −0 would lose its sign in comparisons.
fn signedAngle(acute: f32, obtuse: bool) -> f32 {
  return select(acute, min(-acute, -1e-30), obtuse);
}

// Half the binary exponent of a > 0, rounded down.
fn halfExponent(a: f32) -> i32 {
  return (i32(bitcast<u32>(a) >> 23u) - 127) >> 1u;
}

fn twoToThe(k: i32) -> f32 {
  return bitcast<f32>(u32(k + 127) << 23u);
}

// The signed angle of a covariance and two variances. They are scaled to the order of one by powers of two, which is exact. A c that rounding
// has moved outside ±√(ab) counts as ±√(ab). Error: the root of that of the determinant, near 0 and π. Needs arc.wgsl.
fn angleOfCovariance(c: f32, a: f32, b: f32) -> f32 {
  if (a == 0.0 || b == 0.0) {
    return 1.57079637;
  }
  let i = halfExponent(a);
  let j = halfExponent(b);
  let scaled = c * twoToThe(-i) * twoToThe(-j);
  let d = determinant2(scaled, a * twoToThe(-2 * i), b * twoToThe(-2 * j));
  return signedAngle(angleOf(sqrt(max(d, 0.0)), abs(scaled)), scaled < 0.0);
}

// Whether erf and tanh need the angle of the inputs at covariance c and √(ab): their kernels change over angles of about 1/√(ab), and the error
// of a covariance does not matter where that is not small.
fn isSharp(c: f32, mean: f32) -> bool {
  return mean > 4.0 && abs(c) > 0.9 * mean;
}
