/** Errors of f32 functions in units in the last place. */

const smallestNormal = 2 ** -126;

/** Spacing of f32 at the magnitude of `exact`, at least that of the smallest normal numbers. */
const spacing = (exact: number): number => {
  const size = Math.max(Math.abs(exact), smallestNormal);
  let exponent = Math.floor(Math.log2(size));
  // Math.log2 may round up across a power of two.
  if (2 ** exponent > size) exponent--;
  return 2 ** (exponent - 23);
};

/** |got − exact| in spacings of f32 at `exact`; a denormal result may be flushed; NaN and infinities must match. */
export function ulpError(got: number, exact: number): number {
  if (Number.isNaN(exact)) return Number.isNaN(got) ? 0 : Infinity;
  const rounded = Math.fround(exact);
  if (!Number.isFinite(rounded))
    return got === rounded || (Number.isFinite(exact) && got === Math.sign(exact) * 3.4028234663852886e38) ? 0 : Infinity;
  if (Number.isNaN(got)) return Infinity;
  if (Math.abs(exact) < smallestNormal && (got === 0 || Math.abs(got) <= smallestNormal)) return 0;
  return Math.abs(got - exact) / spacing(exact);
}

/** `perBinade` numbers of every f32 exponent and both signs, ends included, and 0, −0, ±∞, NaN, denormal numbers. */
export function everyBinade(perBinade: number): Float32Array<ArrayBuffer> {
  const bits: number[] = [0, 0x80000000, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001, 0xffffffff, 1, 0x80000001, 0x7fffff, 0x807fffff];
  for (let exponent = 1; exponent < 255; exponent++) {
    for (let i = 0; i < perBinade; i++) {
      // The ends of the binade and, between them, one number of each of `perBinade` strata, moved along by a hash.
      const stratum = Math.floor((i * 0x800000) / perBinade);
      const shift = Math.imul(i * 254 + exponent, 0x9e3779b1) >>> 0;
      const mantissa = i === perBinade - 1 ? 0x7fffff : i === 0 ? 0 : stratum + (shift % Math.floor(0x800000 / perBinade));
      bits.push((exponent << 23) | mantissa, ((exponent << 23) | mantissa | 0x80000000) >>> 0);
    }
  }
  return new Float32Array(Uint32Array.from(bits).buffer);
}

/** `count` neighbouring f32 numbers on either side of `centre` (≠ 0), and evenly spread ones in [low, high]. */
export function nearAndBetween(centre: number, low: number, high: number, count: number): Float32Array<ArrayBuffer> {
  const middle = new Uint32Array(Float32Array.of(centre).buffer)[0]!;
  const near = Uint32Array.from({ length: 2 * count + 1 }, (_, i) => middle - count + i);
  const between = Float32Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
  const all = new Float32Array(near.length + between.length);
  all.set(new Float32Array(near.buffer));
  all.set(between, near.length);
  return all;
}
