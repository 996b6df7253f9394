// φ(h) = max(h, 0), θ = arccos(c/√(ab)): K = √(ab)(sin θ + (π − θ) cos θ)/2π = (√(ab − c²) + (π − θ) c)/2π, K̇ = (π − θ)/2π.
// π − θ is the angle of the point (−c, √(ab − c²)): accurate near correlation ±1, where arccos of a rounded ratio is not.
// Needs arc.wgsl, determinant.wgsl.

fn nngpMap(c: f32, a: f32, b: f32) -> vec2f {
  let it = covariance(c, a, b);
  let root = sqrt(it.determinant);
  let complement = angleOf(root, -it.c);
  // φ′(0) = 0: no derivative where a variance is 0.
  let slope = select(complement * 0.15915494, 0.0, a == 0.0 || b == 0.0);
  return vec2f((root + complement * it.c) * 0.15915494, slope);
}
