/**
 * Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
 * A block of four 32-bit words is a pure function of a 128-bit counter and a 64-bit key, so any element of any stream can be made alone,
 * and a seed gives the same numbers on every machine. Counter (block, step, stream, 0), key (seed low, seed high).
 */

import { atOnce, STEP, stretches, type Steps } from './steps';

/** Names a stream: which draw (`seed`, an integer below 2⁵³), for which purpose (`stream`, see `random.ts`), at which time step. */
export interface StreamKey {
  readonly seed: number;
  readonly stream: number;
  readonly step: number;
}

const twoTo32 = 4294967296;
const multiplier0 = 0xd2511f53;
const multiplier1 = 0xcd9e8d57;
const weyl0 = 0x9e3779b9;
const weyl1 = 0xbb67ae85;

/** High 32 bits of the 64-bit product of two unsigned 32-bit integers, by 16-bit halves. */
const multiplyHigh = (a: number, b: number): number => {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const cross = aHigh * bLow + ((aLow * bLow) >>> 16);
  // aHigh * bLow + carry < 2³², so every sum here is exact in double precision.
  const middle = (cross & 0xffff) + aLow * bHigh;
  return (aHigh * bHigh + Math.floor(cross / 65536) + Math.floor(middle / 65536)) >>> 0;
};

/** One block: writes four unsigned 32-bit words to `out`. Arguments are taken modulo 2³². */
export const philoxBlock = (
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
  out: Uint32Array = new Uint32Array(4),
): Uint32Array => {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(multiplier0, c0 >>> 0);
    const low0 = Math.imul(multiplier0, c0);
    const high1 = multiplyHigh(multiplier1, c2 >>> 0);
    const low1 = Math.imul(multiplier1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + weyl0) | 0;
    k1 = (k1 + weyl1) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
  return out;
};

/** The two key words of a seed: its low and its high 32 bits (two's complement for negative seeds). */
export const seedWords = (seed: number): readonly [low: number, high: number] => [
  (((seed % twoTo32) + twoTo32) % twoTo32) >>> 0,
  Math.floor(seed / twoTo32) >>> 0,
];

/** Calls `use(words, at)` for the blocks that cover `count` words from number `from`, a multiple of 4, on; `at` counts from there. */
const eachBlock = (count: number, key: StreamKey, use: (words: Uint32Array, at: number) => void, from = 0): void => {
  if (from % 4 !== 0) throw new Error(`a stream begins at a block of four, not at word ${from}`);
  const words = new Uint32Array(4);
  const seed = seedWords(key.seed);
  for (let at = 0; at < count; at += 4) {
    philoxBlock([(from + at) / 4, key.step, key.stream, 0], seed, words);
    use(words, at);
  }
};

/** Fills `out` with numbers uniform in (0, 1), those from number `from` on, a multiple of 4. */
const fillUniforms = (out: Float64Array, key: StreamKey, from = 0): Float64Array => {
  const count = out.length;
  const use = (words: Uint32Array, first: number): void => {
    for (let i = 0; i < 4 && first + i < count; i++) out[first + i] = ((words[i] as number) + 0.5) / twoTo32;
  };
  eachBlock(count, key, use, from);
  return out;
};

/** `count` numbers uniform in (0, 1): element e is (x + ½)·2⁻³² of word e mod 4 of block ⌊e/4⌋. */
export const uniforms = (count: number, key: StreamKey): Float64Array => fillUniforms(new Float64Array(count), key);

/**
 * Fills `out` with standard normals by Box–Muller. Block i gives uniforms u₀…u₃ as in `uniforms`, and the four normals
 * √(−2 ln u₀)·(cos 2πu₁, sin 2πu₁), √(−2 ln u₂)·(cos 2πu₃, sin 2πu₃); element e is normal e mod 4 of block ⌊e/4⌋.
 * With `from`, a multiple of 4, it is the elements from there on.
 */
export const fillNormals = (out: Float64Array, key: StreamKey, from = 0): Float64Array => {
  const count = out.length;
  const use = (words: Uint32Array, at: number): void => {
    for (let pair = 0; pair < 4 && at + pair < count; pair += 2) {
      const radius = Math.sqrt(-2 * Math.log(((words[pair] as number) + 0.5) / twoTo32));
      const angle = 2 * Math.PI * (((words[pair + 1] as number) + 0.5) / twoTo32);
      out[at + pair] = radius * Math.cos(angle);
      if (at + pair + 1 < count) out[at + pair + 1] = radius * Math.sin(angle);
    }
  };
  eachBlock(count, key, use, from);
  return out;
};

/** `count` standard normals, see `fillNormals`. */
export const normals = (count: number, key: StreamKey): Float64Array => fillNormals(new Float64Array(count), key);

/** `count` standard normals from number `from` on, a multiple of 4, in steps. */
export function* normalSteps(count: number, key: StreamKey, from = 0): Steps<Float64Array> {
  const out = new Float64Array(count);
  yield* stretches(count, STEP, (first, end) => {
    fillNormals(out.subarray(first, end), key, from + first);
  });
  return out;
}

/** A permutation of 0 … count−1 by Fisher–Yates; the bias of its integers is below count·2⁻³². */
export const permutation = (count: number, key: StreamKey): Uint32Array => atOnce(permutationSteps(count, key));

/** The same in steps. */
export function* permutationSteps(count: number, key: StreamKey): Steps<Uint32Array> {
  const order = new Uint32Array(count);
  const draws = new Float64Array(count);
  yield* stretches(count, STEP, (first, end) => {
    for (let index = first; index < end; index++) order[index] = index;
    fillUniforms(draws.subarray(first, end), key, first);
  });
  // From the last place to the second; the first has no other to change with.
  yield* stretches(count - 1, STEP, (first, end) => {
    for (let last = count - 1 - first; last > count - 1 - end; last--) {
      const other = Math.floor((draws[last] as number) * (last + 1));
      const kept = order[last] as number;
      order[last] = order[other] as number;
      order[other] = kept;
    }
  });
  return order;
}
