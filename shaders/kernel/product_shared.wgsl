// C = alpha · op(A) op(B) + beta · C, a TILE × TILE tile of C a workgroup of 16 × 16, 4 × 4 of it an invocation; slabs of
// op(A) and op(B), DEPTH wide, pass through workgroup memory: for real GPUs.
// Arrays: as in product_registers.wgsl.
// Where symmetric is 1 (op(B) = op(A)ᵀ, beta 0) tiles above the diagonal are left out: what lies below it is written twice.
// Cost: 2 rows · inner · columns operations, half of it where symmetric, each entry of A and B read once a tile; 2 barriers a slab. Workgroup memory:
//   2 · DEPTH · (TILE + 1) · 4 bytes = 8320. Grid: (columns / TILE, rows / TILE, batch), from row firstRow on.

const TILE = 64u;
const DEPTH = 16u;
// One more than TILE, so that writes down a column do not fall on one memory bank.
const PITCH = 65u;

var<workgroup> slabA: array<f32, DEPTH * PITCH>;
var<workgroup> slabB: array<f32, DEPTH * PITCH>;

@compute @workgroup_size(16, 16)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) lane: u32) {
  let p = layout.$.parameters;
  let firstRow = p.firstRow + group.y * TILE;
  let firstColumn = group.x * TILE;
  if (p.symmetric == 1u && firstColumn > firstRow) {
    return;
  }
  let aStart = p.aOffset + group.z * p.aStride;
  let bStart = p.bOffset + group.z * p.bStride;
  // Neighbouring lanes read neighbouring entries, whichever way the matrix lies.
  let aAlong = p.aInner == 1u;
  let bAlong = p.bInner == 1u;
  var sums = array<vec4f, 4>();
  for (var first = 0u; first < p.inner; first += DEPTH) {
    for (var i = lane; i < TILE * DEPTH; i += 256u) {
      let ka = select(i / TILE, i % DEPTH, aAlong);
      let ra = select(i % TILE, i / DEPTH, aAlong);
      let kb = select(i / TILE, i % DEPTH, bAlong);
      let cb = select(i % TILE, i / DEPTH, bAlong);
      var va = 0.0;
      var vb = 0.0;
      if (firstRow + ra < p.rows && first + ka < p.inner) {
        va = layout.$.a[aStart + (firstRow + ra) * p.aRow + (first + ka) * p.aInner];
      }
      if (firstColumn + cb < p.columns && first + kb < p.inner) {
        vb = layout.$.b[bStart + (first + kb) * p.bInner + (firstColumn + cb) * p.bColumn];
      }
      slabA[ka * PITCH + ra] = va;
      slabB[kb * PITCH + cb] = vb;
    }
    workgroupBarrier();
    for (var k = 0u; k < DEPTH; k++) {
      let atB = k * PITCH + local.x * 4u;
      let atA = k * PITCH + local.y * 4u;
      let b = vec4f(slabB[atB], slabB[atB + 1u], slabB[atB + 2u], slabB[atB + 3u]);
      sums[0] += slabA[atA] * b;
      sums[1] += slabA[atA + 1u] * b;
      sums[2] += slabA[atA + 2u] * b;
      sums[3] += slabA[atA + 3u] * b;
    }
    workgroupBarrier();
  }
  let row = firstRow + local.y * 4u;
  let column = firstColumn + local.x * 4u;
  for (var i = 0u; i < 4u; i++) {
    for (var j = 0u; j < 4u; j++) {
      if (row + i < p.rows && column + j < p.columns) {
        let origin = p.cOffset + group.z * p.cStride;
        let at = origin + (row + i) * p.columns + column + j;
        var value = p.alpha * sums[i][j];
        if (p.beta != 0.0) {
          value += p.beta * layout.$.c[at];
        }
        if (p.symmetric == 0u) {
          layout.$.c[at] = value;
        } else if (column + j <= row + i) {
          layout.$.c[at] = value;
          layout.$.c[origin + (column + j) * p.columns + row + i] = value;
        }
      }
    }
  }
}
