// One share of the system for Δ′, over the particles i of the share:
//   partial = (1/M) Σ_i φ_iμ φ_iν + b K_μν (1/M) Σ_i s_i² φ′_iμ φ′_iν,   lower triangle only.
// The response is summed first, weighed by bK, and the features are added to the same registers: one pass over each array.
// values, slopes [batch, M, P], projections s [batch, M, 1], gram K [batch or 1, P, P], points [batch] (`ParticlePoint`; b is the gain),
// partial [batch · shares, P, P]. An 8×8 tile of registers an invocation, no barriers: 16 reads for 64 multiply–adds.
// Grid: batch · shares · tiles of the triangle. Cost: 2 M P² operations.

fn fromValues(at: vec4u) -> vec4f {
  return vec4f(layout.$.values[at.x], layout.$.values[at.y], layout.$.values[at.z], layout.$.values[at.w]);
}

fn fromSlopes(at: vec4u) -> vec4f {
  return vec4f(layout.$.slopes[at.x], layout.$.slopes[at.y], layout.$.slopes[at.z], layout.$.slopes[at.w]);
}

// b K of a tile, [column][row]
fn response(origin: u32, rows: vec4u, columns: vec4u) -> mat4x4f {
  let across = origin + rows * layout.$.parameters.examples;
  var tile = mat4x4f();
  for (var c = 0u; c < 4u; c++) {
    let at = across + columns[c];
    tile[c] = vec4f(layout.$.gram[at.x], layout.$.gram[at.y], layout.$.gram[at.z], layout.$.gram[at.w]);
  }
  return tile;
}

fn weigh(gain: f32, weights: mat4x4f, tile: mat4x4f) -> mat4x4f {
  return mat4x4f(
    gain * weights[0] * tile[0], gain * weights[1] * tile[1], gain * weights[2] * tile[2], gain * weights[3] * tile[3]);
}

fn put(origin: u32, row: u32, column: u32, tile: mat4x4f) {
  let examples = layout.$.parameters.examples;
  for (var r = 0u; r < 4u && row + r < examples; r++) {
    for (var c = 0u; c < 4u && column + c <= row + r; c++) {
      layout.$.partial[origin + (row + r) * examples + column + c] = tile[c][r];
    }
  }
}

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let particles = layout.$.parameters.particles;
  let examples = layout.$.parameters.examples;
  let shares = layout.$.parameters.shares;
  let tiles = layout.$.parameters.tiles;
  let index = id.x + id.y * groups.x * LANES;
  if (index >= tiles * shares * layout.$.parameters.batch) { return; }
  let share = (index / tiles) % shares;
  let entry = index / (tiles * shares);
  let tile = triangular(index % tiles);
  let row = 8u * tile.x;
  let column = 8u * tile.y;
  let first = share * layout.$.parameters.shareSize;
  let stop = min(first + layout.$.parameters.shareSize, particles);
  let rows0 = four(row, examples - 1u);
  let rows1 = four(row + 4u, examples - 1u);
  let columns0 = four(column, examples - 1u);
  let columns1 = four(column + 4u, examples - 1u);
  let values = layout.$.parameters.valuesOffset + entry * layout.$.parameters.valuesStride;
  let slopes = layout.$.parameters.slopesOffset + entry * layout.$.parameters.slopesStride;
  let projections = layout.$.parameters.projectionsOffset + entry * layout.$.parameters.projectionsStride;
  var c00 = mat4x4f();
  var c01 = mat4x4f();
  var c10 = mat4x4f();
  var c11 = mat4x4f();
  for (var i = first; i < stop; i++) {
    let s = layout.$.projections[projections + i];
    let at = slopes + i * examples;
    let a0 = fromSlopes(at + rows0) * (s * s);
    let a1 = fromSlopes(at + rows1) * (s * s);
    let b0 = fromSlopes(at + columns0);
    let b1 = fromSlopes(at + columns1);
    c00 += outer(a0, b0);
    c01 += outer(a0, b1);
    c10 += outer(a1, b0);
    c11 += outer(a1, b1);
  }
  let gain = layout.$.points[layout.$.parameters.pointsOffset + entry * layout.$.parameters.pointsStride].gain;
  let gram = layout.$.parameters.gramOffset + entry * layout.$.parameters.gramStride;
  c00 = weigh(gain, response(gram, rows0, columns0), c00);
  c01 = weigh(gain, response(gram, rows0, columns1), c01);
  c10 = weigh(gain, response(gram, rows1, columns0), c10);
  c11 = weigh(gain, response(gram, rows1, columns1), c11);
  for (var i = first; i < stop; i++) {
    let at = values + i * examples;
    let a0 = fromValues(at + rows0);
    let a1 = fromValues(at + rows1);
    let b0 = fromValues(at + columns0);
    let b1 = fromValues(at + columns1);
    c00 += outer(a0, b0);
    c01 += outer(a0, b1);
    c10 += outer(a1, b0);
    c11 += outer(a1, b1);
  }
  let scale = 1.0 / f32(particles);
  let origin = layout.$.parameters.partialOffset + (entry * shares + share) * examples * examples;
  put(origin, row, column, c00 * scale);
  put(origin, row, column + 4u, c01 * scale);
  put(origin, row + 4u, column, c10 * scale);
  put(origin, row + 4u, column + 4u, c11 * scale);
}
