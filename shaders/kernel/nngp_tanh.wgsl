// φ = tanh as a mixture of error functions (logistic-mixture.ts), at a signed angle: with the rule's squares s and weights w
//   K = Σ_{k,l} w_k w_l (2/π) arctan(c/√Q_kl),   K̇ = Σ_{k,l} w_k w_l (2/π)/√Q_kl,
//   Q_kl = (s_k + a)(s_l + b) − c² = s_k s_l + s_l a + s_k b + ab sin²θ.
// All is divided by m = max(1, √(ab)), lest the squares overflow. No term cancels another, at any variance.
// Cost: about 50 operations a pair of nodes. mixtureSquares and mixtureWeights, NODES of each, are joined in front.
// Needs arc.wgsl, sine.wgsl, determinant.wgsl.

fn nngpMap(c: f32, a: f32, b: f32, angle: f32) -> vec2f {
  var squares = mixtureSquares;
  var weights = mixtureWeights;
  let mean = meanOf(a, b);
  let most = max(1.0, mean);
  let covariance = clamp(c, -mean, mean) / most;
  let across = (mean / most) * accurateSine(abs(angle));
  let left = a / most / most;
  let right = b / most / most;
  let one = 1.0 / most / most;
  var result = vec2f();
  for (var k = 0u; k < NODES; k++) {
    let fixed = across * across + squares[k] * right;
    let each = left + squares[k] * one;
    var inner = vec2f();
    for (var l = 0u; l < NODES; l++) {
      let root = sqrt(fixed + squares[l] * each);
      inner += weights[l] * vec2f(angleOf(covariance, root), 1.0 / root);
    }
    result += weights[k] * inner;
  }
  return 0.63661977 * vec2f(result.x, result.y / most);
}
