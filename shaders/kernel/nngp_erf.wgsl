// φ = erf: K = (2/π) arcsin(2c/√((1+2a)(1+2b))) = (2/π) arctan(2c/√Q), K̇ = (4/π)/√Q with
// Q = (1+2a)(1+2b) − 4c² = 1 + 2a + 2b + 4(ab − c²), a sum of terms ≥ 0: accurate also where the arcsine's argument is near ±1.
// Needs arc.wgsl, determinant.wgsl.

fn nngpMap(c: f32, a: f32, b: f32) -> vec2f {
  let it = covariance(c, a, b);
  let root = sqrt(1.0 + 2.0 * (a + b) + 4.0 * it.determinant);
  return vec2f(0.63661977 * angleOf(2.0 * it.c, root), 1.27323954 / root);
}
