// A TILE × TILE tile of C = A Bᵀ by a workgroup of 64, for real GPUs: slabs of A and B, DEPTH numbers of each row, pass through workgroup
// memory. Included by kernels that tell the entries, leftAt(row, k) and rightAt(column, k), 0 beyond an edge, whether not neighbouring k but rows or
// columns lie side by side in memory, leftAcross() and rightAcross(), and what becomes of the result: takeColumn(row, column, upper, under) is called for rows row, row + 8 … row + 24 (`upper`)
// and row + 32 … row + 56 (`under`) of a column, edges included. Lane (x, y) of 8 × 8 has rows y + 8i and columns x + 8j of the tile, i, j < 8.
// Cost: 32 reads of workgroup memory, 16 bytes each, for 512 multiply–adds of a lane; two barriers a slab; 10 240 bytes of workgroup memory.

const TILE = 64u;
const DEPTH = 16u;
// Of a row of a slab, in vec4: one more than it needs, so that what eight lanes read at a time lies on different banks.
const PITCH = 5u;

var<workgroup> slabA: array<vec4f, TILE * PITCH>;
var<workgroup> slabB: array<vec4f, TILE * PITCH>;

// left: columns 0 to 3 of the lane, right: 4 to 7; upper: its rows 0 to 3, under: 4 to 7.
struct LaneTile { upperLeft: mat4x4f, upperRight: mat4x4f, underLeft: mat4x4f, underRight: mat4x4f }

fn fourOf(sum: vec4f, a: mat4x4f, b: vec4f) -> vec4f {
  return (((sum + a[0] * b.x) + a[1] * b.y) + a[2] * b.z) + a[3] * b.w;
}

fn sixteenOf(sums: mat4x4f, a: mat4x4f, b0: vec4f, b1: vec4f, b2: vec4f, b3: vec4f) -> mat4x4f {
  return mat4x4f(fourOf(sums[0], a, b0), fourOf(sums[1], a, b1), fourOf(sums[2], a, b2), fourOf(sums[3], a, b3));
}

// Four rows eight apart, [k][row].
fn fourRows(first: u32) -> mat4x4f {
  return transpose(mat4x4f(slabA[first], slabA[first + 8u * PITCH], slabA[first + 16u * PITCH], slabA[first + 24u * PITCH]));
}

// Line and first depth of vec4 number i of a slab: neighbouring lanes read what lies side by side.
fn placeOf(i: u32, across: bool) -> vec2u {
  return select(vec2u(i / (DEPTH / 4u), 4u * (i % (DEPTH / 4u))), vec2u(i % TILE, 4u * (i / TILE)), across);
}

fn leftFour(row: u32, k: u32) -> vec4f {
  return vec4f(leftAt(row, k), leftAt(row, k + 1u), leftAt(row, k + 2u), leftAt(row, k + 3u));
}

fn rightFour(column: u32, k: u32) -> vec4f {
  return vec4f(rightAt(column, k), rightAt(column, k + 1u), rightAt(column, k + 2u), rightAt(column, k + 3u));
}

fn productTile(lane: u32, row: u32, column: u32, inner: u32) -> LaneTile {
  var sums = LaneTile(mat4x4f(), mat4x4f(), mat4x4f(), mat4x4f());
  let a = (lane / 8u) * PITCH;
  let b = (lane % 8u) * PITCH;
  for (var first = 0u; first < inner; first += DEPTH) {
    // Whole vec4: where a number of one may only be written by writing all four (Direct3D), lanes that share one would race.
    for (var i = lane; i < TILE * DEPTH / 4u; i += 64u) {
      let left = placeOf(i, leftAcross());
      let right = placeOf(i, rightAcross());
      slabA[left.x * PITCH + left.y / 4u] = leftFour(row + left.x, first + left.y);
      slabB[right.x * PITCH + right.y / 4u] = rightFour(column + right.x, first + right.y);
    }
    workgroupBarrier();
    for (var k = 0u; k < DEPTH / 4u; k++) {
      let upper = fourRows(a + k);
      let under = fourRows(a + k + 32u * PITCH);
      let b0 = slabB[b + k];
      let b1 = slabB[b + k + 8u * PITCH];
      let b2 = slabB[b + k + 16u * PITCH];
      let b3 = slabB[b + k + 24u * PITCH];
      sums.upperLeft = sixteenOf(sums.upperLeft, upper, b0, b1, b2, b3);
      sums.underLeft = sixteenOf(sums.underLeft, under, b0, b1, b2, b3);
      let b4 = slabB[b + k + 32u * PITCH];
      let b5 = slabB[b + k + 40u * PITCH];
      let b6 = slabB[b + k + 48u * PITCH];
      let b7 = slabB[b + k + 56u * PITCH];
      sums.upperRight = sixteenOf(sums.upperRight, upper, b4, b5, b6, b7);
      sums.underRight = sixteenOf(sums.underRight, under, b4, b5, b6, b7);
    }
    workgroupBarrier();
  }
  return sums;
}

// What takeColumn answers for each of the lane's columns.
struct ColumnSums { left: vec4f, right: vec4f }

fn takeTile(lane: u32, firstRow: u32, firstColumn: u32, sums: LaneTile) -> ColumnSums {
  let row = firstRow + lane / 8u;
  let column = firstColumn + lane % 8u;
  return ColumnSums(
    vec4f(
      takeColumn(row, column, sums.upperLeft[0], sums.underLeft[0]),
      takeColumn(row, column + 8u, sums.upperLeft[1], sums.underLeft[1]),
      takeColumn(row, column + 16u, sums.upperLeft[2], sums.underLeft[2]),
      takeColumn(row, column + 24u, sums.upperLeft[3], sums.underLeft[3])),
    vec4f(
      takeColumn(row, column + 32u, sums.upperRight[0], sums.underRight[0]),
      takeColumn(row, column + 40u, sums.upperRight[1], sums.underRight[1]),
      takeColumn(row, column + 48u, sums.upperRight[2], sums.underRight[2]),
      takeColumn(row, column + 56u, sums.upperRight[3], sums.underRight[3])));
}

// Sum over the eight lanes of a column, or of a row, of what each has put into slabA as its numbers 2 · lane and 2 · lane + 1; for column, or row,
// number `lane` of the tile. After a barrier.
fn sumOfColumn(lane: u32) -> f32 {
  let j = lane / 8u;
  var sum = 0.0;
  for (var y = 0u; y < 8u; y++) { sum += slabA[2u * (8u * y + lane % 8u) + j / 4u][j % 4u]; }
  return sum;
}

fn sumOfRow(lane: u32) -> f32 {
  let i = lane / 8u;
  var sum = 0.0;
  for (var x = 0u; x < 8u; x++) { sum += slabA[2u * (8u * (lane % 8u) + x) + i / 4u][i % 4u]; }
  return sum;
}
