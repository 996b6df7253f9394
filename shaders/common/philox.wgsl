// Philox4x32-10 (Salmon, Moraes, Dror, Shaw, SC 2011), bit for bit as in src/lib/base/philox.ts: four 32-bit words as a pure
// function of a counter (block, step, stream, 0) and a key (seed low, seed high). Integers only: the same on every adapter.

// High and low half of a 32 × 32-bit product, by 16-bit halves.
fn multiplyWide(a: u32, b: u32) -> vec2u {
  let aLow = a & 0xffffu;
  let aHigh = a >> 16u;
  let bLow = b & 0xffffu;
  let bHigh = b >> 16u;
  let cross = aHigh * bLow + ((aLow * bLow) >> 16u);
  let middle = (cross & 0xffffu) + aLow * bHigh;
  return vec2u(aHigh * bHigh + (cross >> 16u) + (middle >> 16u), a * b);
}

fn philox(counter: vec4u, seed: vec2u) -> vec4u {
  var c = counter;
  var key = seed;
  for (var round = 0; round < 10; round++) {
    let even = multiplyWide(0xd2511f53u, c.x);
    let odd = multiplyWide(0xcd9e8d57u, c.z);
    c = vec4u(odd.x ^ c.y ^ key.x, odd.y, even.x ^ c.w ^ key.y, even.y);
    key += vec2u(0x9e3779b9u, 0xbb67ae85u);
  }
  return c;
}
