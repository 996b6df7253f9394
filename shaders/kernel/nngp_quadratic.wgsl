// φ(h) = h² − 1: K = 2c² + (a − 1)(b − 1), K̇ = 4c.

fn nngpMap(c: f32, a: f32, b: f32, angle: f32) -> vec2f {
  return vec2f(2.0 * c * c + (a - 1.0) * (b - 1.0), 4.0 * c);
}
