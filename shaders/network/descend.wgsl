// One step of the gradient descent of two-layer networks (theory.md §3 at width N), fused: with Δ of the step before,
//   v_i ← keep v_i + gain γ Σ_μ Δ_μ φ_iμ,   w_i ← keep w_i + pull w̄_i + gain (γ/√D) v_i Σ_μ Δ_μ φ′_iμ x_μ   (v_i the old one),
// and at the new weights φ, φ′ and this block's share of the outputs, Σ_{i in block} v_i φ_iμ. residual.wgsl adds the shares up.
// An invocation has eight neurons of a network, an 8×8 tile of registers and no barriers: 4 reads of vec4 for 64 multiply–adds, both ways.
// Blocks of pack.wgsl, all in vec4, E and K for P and D rounded up to eights: weights [batch, blocks,
// K + 1, 8] with v behind w, anchor [batch, blocks, K, 8], examples [batch or 1, E/8, K, 8] (x of eight examples), directions [batch or 1, K/8, E, 8] (eight directions of x),
// signals [batch, blocks, E, 16] (φ, then φ′), and in f32 shares [batch, blocks, E], residual [batch, E].
// points [batch, 8]: count of steps, then keep, pull and gain·γ/√D of w, keep and gain·γ of v. `update` 0: outputs only.
// Grid: blocks · batch. Cost: 4 N P D operations and N P activations a network.

fn products(a: vec4f, b: vec4f) -> mat4x4f {
  return mat4x4f(a * b.x, a * b.y, a * b.z, a * b.w);
}

fn putWeights(at: u32, anchor: u32, keep: f32, pull: f32, left: mat4x4f, right: mat4x4f) {
  for (var j = 0u; j < 4u; j++) {
    var lower = keep * layout.$.weights[at + 2u * j] + left[j];
    var upper = keep * layout.$.weights[at + 2u * j + 1u] + right[j];
    if (ANCHORED == 1) {
      lower += pull * layout.$.anchor[anchor + 2u * j];
      upper += pull * layout.$.anchor[anchor + 2u * j + 1u];
    }
    layout.$.weights[at + 2u * j] = lower;
    layout.$.weights[at + 2u * j + 1u] = upper;
  }
}

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let blocks = layout.$.parameters.blocks;
  let e8 = layout.$.parameters.examples8;
  let k8 = layout.$.parameters.dimension8;
  let index = id.x + id.y * groups.x * LANES;
  if (index >= blocks * layout.$.parameters.batch) { return; }
  let entry = index / blocks;
  let point = 8u * entry;
  if (f32(layout.$.parameters.step) >= layout.$.points[point]) { return; }
  // Everything in units of vec4.
  let w = 2u * index * (k8 + 1u);
  let v = w + 2u * k8;
  let anchor = 2u * index * k8;
  let signal = 4u * index * e8;
  let share = index * e8;
  let residual = entry * e8;
  let x = entry * (layout.$.parameters.examplesStride / 4u);
  let directions = entry * (layout.$.parameters.directionsStride / 4u);
  var v0 = layout.$.weights[v];
  var v1 = layout.$.weights[v + 1u];

  if (layout.$.parameters.update == 1u) {
    let keep = layout.$.points[point + 1u];
    let pull = layout.$.points[point + 2u];
    let gain = layout.$.points[point + 3u];
    for (var d = 0u; d < k8; d += 8u) {
      var c00 = mat4x4f();
      var c01 = mat4x4f();
      var c10 = mat4x4f();
      var c11 = mat4x4f();
      let across = directions + 2u * (d / 8u) * e8;
      for (var m = 0u; m < e8; m++) {
        let delta = layout.$.residual[residual + m];
        let a0 = delta * layout.$.signals[signal + 4u * m + 2u];
        let a1 = delta * layout.$.signals[signal + 4u * m + 3u];
        let b0 = layout.$.directions[across + 2u * m];
        let b1 = layout.$.directions[across + 2u * m + 1u];
        c00 += products(a0, b0);
        c01 += products(a0, b1);
        c10 += products(a1, b0);
        c11 += products(a1, b1);
      }
      let g0 = gain * v0;
      let g1 = gain * v1;
      putWeights(w + 2u * d, anchor + 2u * d, keep, pull, mat4x4f(g0 * c00[0], g0 * c00[1], g0 * c00[2], g0 * c00[3]),
        mat4x4f(g1 * c10[0], g1 * c10[1], g1 * c10[2], g1 * c10[3]));
      putWeights(w + 2u * d + 8u, anchor + 2u * d + 8u, keep, pull, mat4x4f(g0 * c01[0], g0 * c01[1], g0 * c01[2], g0 * c01[3]),
        mat4x4f(g1 * c11[0], g1 * c11[1], g1 * c11[2], g1 * c11[3]));
    }
    var push0 = vec4f();
    var push1 = vec4f();
    for (var m = 0u; m < e8; m++) {
      let delta = layout.$.residual[residual + m];
      push0 += delta * layout.$.signals[signal + 4u * m];
      push1 += delta * layout.$.signals[signal + 4u * m + 1u];
    }
    // Neurons beyond the width have v = 0 and keep it: φ(0) is not 0 for every activation.
    let first = 8u * (index - entry * blocks);
    let numbers0 = vec4u(first, first + 1u, first + 2u, first + 3u);
    let width = vec4u(layout.$.parameters.width);
    let gainV = layout.$.points[point + 5u];
    v0 = select(vec4f(), layout.$.points[point + 4u] * v0 + gainV * push0, numbers0 < width);
    v1 = select(vec4f(), layout.$.points[point + 4u] * v1 + gainV * push1, numbers0 + vec4u(4u) < width);
    layout.$.weights[v] = v0;
    layout.$.weights[v + 1u] = v1;
  }

  let scale = layout.$.parameters.scale;
  for (var m = 0u; m < e8; m += 8u) {
    var c00 = mat4x4f();
    var c01 = mat4x4f();
    var c10 = mat4x4f();
    var c11 = mat4x4f();
    let rows = x + 2u * (m / 8u) * k8;
    for (var d = 0u; d < k8; d++) {
      let a0 = layout.$.weights[w + 2u * d];
      let a1 = layout.$.weights[w + 2u * d + 1u];
      let b0 = layout.$.examples[rows + 2u * d];
      let b1 = layout.$.examples[rows + 2u * d + 1u];
      c00 += products(a0, b0);
      c01 += products(a0, b1);
      c10 += products(a1, b0);
      c11 += products(a1, b1);
    }
    // By way of memory: an index into registers that is not a constant is slower than memory on a software adapter.
    let at = signal + 4u * m;
    layout.$.signals[at] = scale * c00[0];
    layout.$.signals[at + 1u] = scale * c10[0];
    layout.$.signals[at + 4u] = scale * c00[1];
    layout.$.signals[at + 5u] = scale * c10[1];
    layout.$.signals[at + 8u] = scale * c00[2];
    layout.$.signals[at + 9u] = scale * c10[2];
    layout.$.signals[at + 12u] = scale * c00[3];
    layout.$.signals[at + 13u] = scale * c10[3];
    layout.$.signals[at + 16u] = scale * c01[0];
    layout.$.signals[at + 17u] = scale * c11[0];
    layout.$.signals[at + 20u] = scale * c01[1];
    layout.$.signals[at + 21u] = scale * c11[1];
    layout.$.signals[at + 24u] = scale * c01[2];
    layout.$.signals[at + 25u] = scale * c11[2];
    layout.$.signals[at + 28u] = scale * c01[3];
    layout.$.signals[at + 29u] = scale * c11[3];
  }
  for (var m = 0u; m < e8; m++) {
    let at = signal + 4u * m;
    let first = activationOfFour(layout.$.signals[at]);
    let second = activationOfFour(layout.$.signals[at + 1u]);
    layout.$.signals[at] = first.value;
    layout.$.signals[at + 1u] = second.value;
    layout.$.signals[at + 2u] = first.slope;
    layout.$.signals[at + 3u] = second.slope;
    layout.$.shares[share + m] = dot(v0, first.value) + dot(v1, second.value);
  }
}
