// φ = erf at a signed angle: K = (2/π) arcsin(2c/√((1+2a)(1+2b))) = (2/π) arctan(2c/√Q), K̇ = (4/π)/√Q with
// Q = (1+2a)(1+2b) − 4c² = 1 + 2a + 2b + 4ab sin²θ, a sum of terms ≥ 0: accurate also where the arcsine's argument is near ±1.
// All is divided by m = max(1, √(ab)), lest the squares overflow. Needs arc.wgsl, sine.wgsl, determinant.wgsl.

fn nngpMap(c: f32, a: f32, b: f32, angle: f32) -> vec2f {
  let mean = meanOf(a, b);
  let most = max(1.0, mean);
  let across = 2.0 * (mean / most) * accurateSine(abs(angle));
  let root = sqrt(1.0 / most / most + 2.0 * (a / most / most + b / most / most) + across * across);
  return vec2f(0.63661977 * angleOf(2.0 * clamp(c, -mean, mean) / most, root), 1.27323954 / root / most);
}
