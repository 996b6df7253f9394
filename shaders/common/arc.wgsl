// accurateAsin, accurateAcos: worst error 3 ULP on [−1, 1] (2.36 and 1.26 measured; the builtins may be off by 4096 ULP), relative also where the result
// is small (asin near 0, acos near 1); arguments outside are clamped to ±1. angleOf(y, x) = atan2(y, x): 4 ULP (2.53 measured).
// Method: minimax polynomials on |x| ≤ ½; beyond, asin x = π/2 − 2 asin √((1 − x)/2), where 1 − x is exact; arctan on
// |t| ≤ √2 − 1, reached by arctan t = π/4 + arctan((t − 1)/(t + 1)). To these errors come those of the adapter's square
// root (correctly rounded on every adapter tried). Needs not_a_number.wgsl.

// asin x for |x| ≤ ½.
fn asinNearZero(x: f32) -> f32 {
  let z = x * x;
  var p = 0.0375293717;
  p = p * z + 0.0144298468;
  p = p * z + 0.0318099111;
  p = p * z + 0.0445167087;
  p = p * z + 0.0750050545;
  p = p * z + 0.166666597;
  return x + x * z * p;
}

fn accurateAsin(x: f32) -> f32 {
  if (isNotANumber(x)) {
    return x;
  }
  let t = min(abs(x), 1.0);
  if (t <= 0.5) {
    return asinNearZero(x);
  }
  return sign(x) * (1.57079637 - (2.0 * asinNearZero(sqrt(0.5 * (1.0 - t))) + 4.37113883e-8));
}

fn accurateAcos(x: f32) -> f32 {
  if (isNotANumber(x)) {
    return x;
  }
  let t = clamp(x, -1.0, 1.0);
  if (t > 0.5) {
    return 2.0 * asinNearZero(sqrt(0.5 * (1.0 - t)));
  }
  if (t < -0.5) {
    return 3.14159274 - (2.0 * asinNearZero(sqrt(0.5 * (1.0 + t))) + 8.74227766e-8);
  }
  return 1.57079637 - (asinNearZero(t) + 4.37113883e-8);
}

// arctan t for 0 ≤ t ≤ 1.
fn atanUnit(t: f32) -> f32 {
  let large = t > 0.414213562;
  let u = select(t, (t - 1.0) / (t + 1.0), large);
  let z = u * u;
  var p = -0.0607725978;
  p = p * z + 0.105934523;
  p = p * z - 0.142434865;
  p = p * z + 0.199984699;
  p = p * z - 0.333333164;
  let angle = u + u * z * p;
  return select(angle, 0.785398163 + angle, large);
}

// The angle of the point (x, y) in (−π, π]; 0 at the origin.
fn angleOf(y: f32, x: f32) -> f32 {
  if (isNotANumber(x) || isNotANumber(y)) {
    return x + y;
  }
  let most = max(abs(x), abs(y));
  if (most == 0.0) {
    return 0.0;
  }
  var angle = atanUnit(min(abs(x), abs(y)) / most);
  if (abs(y) > abs(x)) {
    angle = 1.57079637 - (angle + 4.37113883e-8);
  }
  if (x < 0.0) {
    angle = 3.14159274 - (angle + 8.74227766e-8);
  }
  return select(angle, -angle, y < 0.0);
}
