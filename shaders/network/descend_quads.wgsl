// One step of the gradient descent of two-layer networks, the formula and the arrays of descend.wgsl, for software adapters: there a number read
// costs as much as twenty multiply–adds, and a sum kept from one turn of a loop to the next as much as four. So one factor of a product stays in
// registers, INNER or OUTER rows of it, the loop goes along the other, and every sum is one expression. An invocation has four neurons; the four
// of a workgroup are a quad, have one network, and read what they share a quarter each and pass it round.
// E and K are P and D rounded up to multiples of OUTER and INNER (16 or 32), Q counts sixteens of neurons: weights [batch, 2Q, K + 1, 8] with
// v behind w, anchor [batch, 2Q, K, 8], examples [batch or 1, E/8, K, 8], directions [batch or 1, K/8, E, 8], signals [batch, 2Q, E, 16] (φ, then
// φ′; where PARTS is 1, K > INNER, of φ only sums so far until K is through), all in vec4; residual [batch, E/4] in vec4; shares [batch, Q, E].
// Grid: Q · batch. Cost: 4 N P D operations and N P activations a network. Needs the feature `subgroups`.

// Sixteen rows for four neurons, in the order in which the numbers of a quad come round.
struct Sixteen { own: mat4x4f, across: mat4x4f, down: mat4x4f, aslant: mat4x4f }

// Σ of rows times numbers, of which this invocation has read a quarter.
fn product(rows: Sixteen, x: vec4f) -> vec4f {
  return rows.own * x + rows.across * quadSwapX(x) + rows.down * quadSwapY(x) + rows.aslant * quadSwapDiagonal(x);
}

fn fourWeights(at: u32) -> mat4x4f {
  return mat4x4f(layout.$.weights[at], layout.$.weights[at + 2u], layout.$.weights[at + 4u], layout.$.weights[at + 6u]);
}

fn weightsAt(at: u32, lane: u32) -> Sixteen {
  return Sixteen(fourWeights(at + 8u * lane), fourWeights(at + 8u * (lane ^ 1u)), fourWeights(at + 8u * (lane ^ 2u)),
    fourWeights(at + 8u * (lane ^ 3u)));
}

// φ or φ′.
fn fourSignals(at: u32) -> mat4x4f {
  return mat4x4f(layout.$.signals[at], layout.$.signals[at + 4u], layout.$.signals[at + 8u], layout.$.signals[at + 12u]);
}

fn signalsAt(at: u32, lane: u32) -> Sixteen {
  return Sixteen(fourSignals(at + 16u * lane), fourSignals(at + 16u * (lane ^ 1u)), fourSignals(at + 16u * (lane ^ 2u)),
    fourSignals(at + 16u * (lane ^ 3u)));
}

@compute @workgroup_size(4)
fn main(@builtin(subgroup_invocation_id) invocation: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let quads = layout.$.parameters.blocks;
  let e8 = layout.$.parameters.examples8;
  let k8 = layout.$.parameters.dimension8;
  let quad = group.x + group.y * groups.x;
  if (quad >= quads * layout.$.parameters.batch) { return; }
  let entry = quad / quads;
  let point = 8u * entry;
  if (f32(layout.$.parameters.step) >= layout.$.points[point]) { return; }
  let lane = invocation & 3u;
  let half = lane & 1u;
  let pair = lane >> 1u;
  let block = 2u * quad + pair;
  // Everything in units of vec4.
  let w = 2u * block * (k8 + 1u) + half;
  let anchor = 2u * block * k8 + half;
  let signal = 4u * block * e8 + half;
  var v = layout.$.weights[w + 2u * k8];

  if (layout.$.parameters.update == 1u) {
    let residual = entry * (e8 >> 2u) + lane;
    let pull = layout.$.points[point + 2u];
    let pace = layout.$.points[point + 3u] * v;
    var keep = layout.$.points[point + 1u];
    for (var m = 0u; m < e8; m += OUTER) {
      let start = signal + 4u * m + 2u;
      let a = signalsAt(start, lane);
      let deltaOfA = layout.$.residual[residual + (m >> 2u)];
      var b: Sixteen;
      var deltaOfB: vec4f;
      if (OUTER > 16) {
        b = signalsAt(start + 64u, lane);
        deltaOfB = layout.$.residual[residual + (m >> 2u) + 4u];
      }
      var row = entry * (layout.$.parameters.examplesStride / 4u) + (m >> 2u) * k8 + 2u * k8 * pair + half;
      var at = w;
      for (var k = 0u; k < k8; k++) {
        var force = product(a, deltaOfA * layout.$.examples[row]);
        if (OUTER > 16) { force += product(b, deltaOfB * layout.$.examples[row + 4u * k8]); }
        var weights = keep * layout.$.weights[at] + pace * force;
        if (ANCHORED == 1) {
          if (m == 0u) { weights += pull * layout.$.anchor[anchor + 2u * k]; }
        }
        layout.$.weights[at] = weights;
        row += 2u;
        at += 2u;
      }
      keep = 1.0;
    }
    var push = vec4f();
    for (var m = 0u; m < e8; m += 16u) {
      push += product(signalsAt(signal + 4u * m, lane), layout.$.residual[residual + (m >> 2u)]);
    }
    // Neurons beyond the width have v = 0 and keep it: φ(0) is not 0 for every activation.
    let first = 4u * (4u * (quad - entry * quads) + lane);
    v = select(vec4f(), layout.$.points[point + 4u] * v + layout.$.points[point + 5u] * push,
      vec4u(first, first + 1u, first + 2u, first + 3u) < vec4u(layout.$.parameters.width));
    layout.$.weights[w + 2u * k8] = v;
  }

  let scale = layout.$.parameters.scale;
  for (var k = 0u; k < k8; k += INNER) {
    let start = w + 2u * k;
    let a = weightsAt(start, lane);
    var b: Sixteen;
    if (INNER > 16) { b = weightsAt(start + 32u, lane); }
    var row = entry * (layout.$.parameters.directionsStride / 4u) + (k >> 2u) * e8 + 2u * e8 * pair + half;
    var at = signal;
    for (var m = 0u; m < e8; m++) {
      var h = product(a, layout.$.directions[row]);
      if (INNER > 16) { h += product(b, layout.$.directions[row + 4u * e8]); }
      if (PARTS == 1) {
        if (k > 0u) { h += layout.$.signals[at]; }
        layout.$.signals[at] = h;
      }
      if (PARTS == 0 || k + INNER == k8) {
        let phi = activationOfFour(scale * h);
        layout.$.signals[at] = phi.value;
        layout.$.signals[at + 2u] = phi.slope;
        let one = dot(v, phi.value);
        let two = one + quadSwapX(one);
        let all = two + quadSwapY(two);
        if (lane == 0u) { layout.$.shares[quad * e8 + m] = all; }
      }
      row += 2u;
      at += 4u;
    }
  }
}
