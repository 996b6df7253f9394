// Covariances brought into the cone of positive-semidefinite 2 × 2 matrices, and their determinants without cancellation.
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
  // Every product of halves is exact; the terms are added from the largest difference on.
  return (ah * bh - ch * ch) + (((ah * bl + al * bh) - 2.0 * ch * cl) + (al * bl - cl * cl));
}

struct Covariance {
  // c, clamped into [−√(ab), √(ab)].
  c: f32,
  // ab − c² ≥ 0.
  determinant: f32,
}

fn covariance(c: f32, a: f32, b: f32) -> Covariance {
  let d = determinant2(c, a, b);
  if (d < 0.0) {
    let most = sqrt(a * b);
    return Covariance(clamp(c, -most, most), 0.0);
  }
  return Covariance(c, d);
}
