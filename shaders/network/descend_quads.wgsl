// One step of the gradient descent of two-layer networks, the formula of descend.wgsl, for software adapters: there a number read costs as
// much as twenty multiply–adds, and a sum kept from one turn of a loop to the next as much as four. So of a product the inputs stay in
// registers, which all networks of a task share, the loop goes along the neurons, and every sum is one expression. The four invocations of a
// workgroup are a quad: each has a quarter of the examples or directions, reads a quarter of what all sum over, and passes it round. A workgroup
// has some spans of SPAN neurons, of one network or of several; how many changes no sum.
// Tiles are OUTER examples by INNER directions (16 or 32), or, for the force on the weights, ROWS examples (16, 32 or 64): they are put into a
// private array by a loop and taken out of it by constant indices, for a read that stands in the text compiles, and is fetched, too slowly.
// The lengths of weights and signals stand in the text where they can: at every index of another array its length is divided out.
// E and K are P and D rounded up to whole tiles; PARTS is 1 where K > INNER. Arrays in vec4: examples [batch or 1, E/8, K, 8], directions
// [batch or 1, K/8, E, 8], weights [batch, K/8 + 2, N, 8] (the last two eights of a neuron have its v in the first of every four, each
// invocation's own, that of the first being right), anchor [batch, K/8, N, 8], signals [batch, N, 2, E] (φ, then φ′; φ of PARTS only sums so far
// until K is through), residual [batch, E], shares [batch, spans, E]. points [batch, 8] as in descend.wgsl.
// Grid: any number of workgroups along x. Cost: 4 N P D operations and N P activations a network. Needs the feature `subgroups`.

// Sixteen rows for four columns, in the order in which the numbers of a quad come round.
struct Tile { own: mat4x4f, across: mat4x4f, down: mat4x4f, aslant: mat4x4f }

// A number of each of the quad, this invocation's own first.
struct Round { own: vec4f, across: vec4f, down: vec4f, aslant: vec4f }

var<private> tile: array<vec4f, TILE>;

fn passedRound(x: vec4f) -> Round {
  return Round(x, quadSwapX(x), quadSwapY(x), quadSwapDiagonal(x));
}

// Σ of rows times numbers.
fn product(rows: Tile, x: Round) -> vec4f {
  return rows.own * x.own + rows.across * x.across + rows.down * x.down + rows.aslant * x.aslant;
}

fn fourRows(at: u32) -> mat4x4f {
  return mat4x4f(tile[at], tile[at + 2u], tile[at + 4u], tile[at + 6u]);
}

fn sixteenRows(at: u32) -> Tile {
  return Tile(fourRows(at), fourRows(at + 8u), fourRows(at + 16u), fourRows(at + 24u));
}

fn ofQuad(x: f32) -> f32 {
  let two = x + quadSwapX(x);
  return two + quadSwapY(two);
}

@compute @workgroup_size(4)
fn main(@builtin(subgroup_invocation_id) invocation: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let spans = layout.$.parameters.blocks;
  let e8 = layout.$.parameters.examples8;
  let k8 = layout.$.parameters.dimension8;
  let e4 = e8 / 4u;
  let planes = k8 / 8u + 2u;
  let width = layout.$.parameters.width;
  let all = spans * layout.$.parameters.batch;
  let together = (all + groups.x - 1u) / groups.x;
  let begin = group.x * together;
  let end = min(begin + together, all);
  let step = f32(layout.$.parameters.step);
  let lane = invocation & 3u;
  let half = lane & 1u;
  let pair = lane >> 1u;
  // Everything in units of vec4.
  let examples = layout.$.parameters.examplesStride / 4u;
  let directions = layout.$.parameters.directionsStride / 4u;
  let far = 4u * width;

  if (layout.$.parameters.update == 1u) {
    for (var k = 0u; k < k8; k += INNER) {
      for (var m = 0u; m < e8; m += ROWS) {
        var next = begin;
        for (var span = begin; span < end; span = next) {
          let entry = span / spans;
          // All spans of this network.
          next = min(end, (entry + 1u) * spans);
          if (span == begin || directions > 0u) {
            let row = entry * directions + 2u * ((k / 8u + pair) * e8 + m) + half;
            for (var p = 0u; p < ROWS; p++) {
              let at = row + 2u * (p ^ (4u * lane));
              tile[2u * p] = layout.$.directions[at];
              if (INNER > 16) { tile[2u * p + 1u] = layout.$.directions[at + 4u * e8]; }
            }
          }
          let point = 8u * entry;
          if (step >= layout.$.points[point]) { continue; }
          let pull = layout.$.points[point + 2u];
          let gain = layout.$.points[point + 3u];
          let keep = select(1.0, layout.$.points[point + 1u], m == 0u);
          let residual = entry * e4 + m / 4u + lane;
          let delta0 = layout.$.residual[residual];
          let near0 = sixteenRows(0u);
          var far0: Tile;
          if (INNER > 16) { far0 = sixteenRows(1u); }
          var delta1: vec4f;
          var near1: Tile;
          var far1: Tile;
          if (ROWS > 16) {
            delta1 = layout.$.residual[residual + 4u];
            near1 = sixteenRows(32u);
            if (INNER > 16) { far1 = sixteenRows(33u); }
          }
          var delta2: vec4f;
          var delta3: vec4f;
          var near2: Tile;
          var near3: Tile;
          var far2: Tile;
          var far3: Tile;
          if (ROWS > 32) {
            delta2 = layout.$.residual[residual + 8u];
            delta3 = layout.$.residual[residual + 12u];
            near2 = sixteenRows(64u);
            near3 = sixteenRows(96u);
            if (INNER > 16) {
              far2 = sixteenRows(65u);
              far3 = sixteenRows(97u);
            }
          }
          let first = (span - entry * spans) * SPAN;
          let last = min((next - entry * spans) * SPAN, width);
          var signal = (entry * width + first) * 2u * e4 + e4 + m / 4u + lane;
          var v = 2u * ((entry * planes + k8 / 8u + pair) * width + first) + half;
          var w = 2u * ((entry * planes + k / 8u + pair) * width + first) + half;
          var anchor = 2u * ((entry * (planes - 2u) + k / 8u + pair) * width + first) + half;
          for (var i = first; i < last; i++) {
            let pace = gain * quadBroadcast(layout.$.weights[v].x, 0u);
            let a = passedRound(delta0 * layout.$.signals[signal]);
            var near = product(near0, a);
            var beyond: vec4f;
            if (INNER > 16) { beyond = product(far0, a); }
            if (ROWS > 16) {
              let b = passedRound(delta1 * layout.$.signals[signal + 4u]);
              near += product(near1, b);
              if (INNER > 16) { beyond += product(far1, b); }
            }
            if (ROWS > 32) {
              let c = passedRound(delta2 * layout.$.signals[signal + 8u]);
              let d = passedRound(delta3 * layout.$.signals[signal + 12u]);
              near += product(near2, c) + product(near3, d);
              if (INNER > 16) { beyond += product(far2, c) + product(far3, d); }
            }
            var weights = keep * layout.$.weights[w] + pace * near;
            if (ANCHORED == 1) {
              if (m == 0u) { weights += pull * layout.$.anchor[anchor]; }
            }
            layout.$.weights[w] = weights;
            if (INNER > 16) {
              var others = keep * layout.$.weights[w + far] + pace * beyond;
              if (ANCHORED == 1) {
                if (m == 0u) { others += pull * layout.$.anchor[anchor + far]; }
              }
              layout.$.weights[w + far] = others;
            }
            signal += 2u * e4;
            v += 2u;
            w += 2u;
            anchor += 2u;
          }
        }
      }
    }
    for (var m = 0u; m < e8; m += OUTER) {
      var next = begin;
      for (var span = begin; span < end; span = next) {
        let entry = span / spans;
        next = min(end, (entry + 1u) * spans);
        let point = 8u * entry;
        if (step >= layout.$.points[point]) { continue; }
        let keep = select(1.0, layout.$.points[point + 4u], m == 0u);
        let gain = layout.$.points[point + 5u];
        let residual = entry * e4 + m / 4u + lane;
        let delta0 = layout.$.residual[residual];
        var delta1: vec4f;
        if (OUTER > 16) { delta1 = layout.$.residual[residual + 4u]; }
        let first = (span - entry * spans) * SPAN;
        let last = min((next - entry * spans) * SPAN, width);
        var signal = (entry * width + first) * 2u * e4 + m / 4u + lane;
        var v = 2u * ((entry * planes + k8 / 8u + pair) * width + first) + half;
        for (var i = first; i < last; i++) {
          var push = dot(delta0, layout.$.signals[signal]);
          if (OUTER > 16) { push += dot(delta1, layout.$.signals[signal + 4u]); }
          layout.$.weights[v].x = keep * quadBroadcast(layout.$.weights[v].x, 0u) + gain * ofQuad(push);
          signal += 2u * e4;
          v += 2u;
        }
      }
    }
  }

  let scale = layout.$.parameters.scale;
  for (var k = 0u; k < k8; k += INNER) {
    for (var m = 0u; m < e8; m += OUTER) {
      for (var span = begin; span < end; span++) {
        let entry = span / spans;
        let first = (span - entry * spans) * SPAN;
        if (span == begin || (examples > 0u && first == 0u)) {
          let row = entry * examples + 2u * ((m / 8u + pair) * k8 + k) + half;
          for (var p = 0u; p < INNER; p++) {
            let at = row + 2u * (p ^ (4u * lane));
            tile[2u * p] = layout.$.examples[at];
            if (OUTER > 16) { tile[2u * p + 1u] = layout.$.examples[at + 4u * k8]; }
          }
        }
        if (step >= layout.$.points[8u * entry]) { continue; }
        let near0 = sixteenRows(0u);
        var near1: Tile;
        var far0: Tile;
        var far1: Tile;
        if (INNER > 16) { near1 = sixteenRows(32u); }
        if (OUTER > 16) { far0 = sixteenRows(1u); }
        if (INNER > 16 && OUTER > 16) { far1 = sixteenRows(33u); }
        let last = min(first + SPAN, width);
        var signal = (entry * width + first) * 2u * e4 + m / 4u + lane;
        var v = 2u * ((entry * planes + k8 / 8u + pair) * width + first) + half;
        var w = 2u * ((entry * planes + k / 8u + pair) * width + first) + half;
        var share0 = vec4f();
        var share1 = vec4f();
        for (var i = first; i < last; i++) {
          let a = passedRound(layout.$.weights[w]);
          var near = product(near0, a);
          var beyond: vec4f;
          if (OUTER > 16) { beyond = product(far0, a); }
          if (INNER > 16) {
            let b = passedRound(layout.$.weights[w + far]);
            near += product(near1, b);
            if (OUTER > 16) { beyond += product(far1, b); }
          }
          if (PARTS == 1) {
            if (k > 0u) {
              near += layout.$.signals[signal];
              if (OUTER > 16) { beyond += layout.$.signals[signal + 4u]; }
            }
            layout.$.signals[signal] = near;
            if (OUTER > 16) { layout.$.signals[signal + 4u] = beyond; }
          }
          if (PARTS == 0 || k + INNER == k8) {
            let readout = quadBroadcast(layout.$.weights[v].x, 0u);
            let phi = activationOfFour(scale * near);
            layout.$.signals[signal] = phi.value;
            layout.$.signals[signal + e4] = phi.slope;
            share0 += readout * phi.value;
            if (OUTER > 16) {
              let others = activationOfFour(scale * beyond);
              layout.$.signals[signal + 4u] = others.value;
              layout.$.signals[signal + e4 + 4u] = others.slope;
              share1 += readout * others.value;
            }
          }
          signal += 2u * e4;
          v += 2u;
          w += 2u;
        }
        if (PARTS == 0 || k + INNER == k8) {
          let share = span * e4 + m / 4u + lane;
          layout.$.shares[share] = share0;
          if (OUTER > 16) { layout.$.shares[share + 4u] = share1; }
        }
      }
    }
  }
}
