// φ(h) = max(h, 0) at a signed angle (determinant.wgsl): K = √(ab)(sin θ + (π − θ) cos θ)/2π, K̇ = (π − θ)/2π. With t = π − θ, which is what
// an obtuse angle keeps, the first is √(ab)(sin t − t cos t)/2π. Needs sine.wgsl, determinant.wgsl.

fn nngpMap(c: f32, a: f32, b: f32, angle: f32) -> vec2f {
  let rest = select(3.14159274 - angle, -angle, angle < 0.0);
  var value = 0.0;
  if (angle < 0.0) {
    value = sineLess(-angle);
  } else {
    value = accurateSine(angle) + rest * accurateCosine(angle);
  }
  // φ′(0) = 0: no derivative where a variance is 0.
  let slope = select(rest * 0.15915494, 0.0, a == 0.0 || b == 0.0);
  return vec2f(meanOf(a, b) * value * 0.15915494, slope);
}
