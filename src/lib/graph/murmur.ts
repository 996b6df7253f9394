const rotate = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/** The last avalanche of a word. */
const scatter = (word: number): number => {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
};

const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

const mix = (word: number, first: number, bits: number, second: number): number => Math.imul(rotate(Math.imul(word, first), bits), second);

// The last, incomplete block, padded with zeros; one for all calls.
const tail = new DataView(new ArrayBuffer(16));

/**
 * MurmurHash3_x86_128 (Appleby, SMHasher, public domain): four 32-bit words of hash of `bytes`.
 * Fast and well spread, not cryptographic: a person who forges a collision spoils only their own sheet.
 */
export function murmur(bytes: Uint8Array, seed = 0): [number, number, number, number] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.byteLength;
  const blocks = length - (length % 16);
  let h1 = seed;
  let h2 = seed;
  let h3 = seed;
  let h4 = seed;
  for (let at = 0; at < blocks; at += 16) {
    h1 ^= mix(view.getUint32(at, true), C1, 15, C2);
    h1 = (Math.imul((rotate(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0;
    h2 ^= mix(view.getUint32(at + 4, true), C2, 16, C3);
    h2 = (Math.imul((rotate(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0;
    h3 ^= mix(view.getUint32(at + 8, true), C3, 17, C4);
    h3 = (Math.imul((rotate(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0;
    h4 ^= mix(view.getUint32(at + 12, true), C4, 18, C1);
    h4 = (Math.imul((rotate(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0;
  }
  for (let at = 0; at < 16; at++) tail.setUint8(at, blocks + at < length ? view.getUint8(blocks + at) : 0);
  h4 ^= mix(tail.getUint32(12, true), C4, 18, C1);
  h3 ^= mix(tail.getUint32(8, true), C3, 17, C4);
  h2 ^= mix(tail.getUint32(4, true), C2, 16, C3);
  h1 ^= mix(tail.getUint32(0, true), C1, 15, C2);

  h1 ^= length;
  h2 ^= length;
  h3 ^= length;
  h4 ^= length;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = scatter(h2 + h1);
  h3 = scatter(h3 + h1);
  h4 = scatter(h4 + h1);
  h1 = (scatter(h1) + h2 + h3 + h4) | 0;
  return [h1 >>> 0, (h2 + h1) >>> 0, (h3 + h1) >>> 0, (h4 + h1) >>> 0];
}
