import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical, hash, hashText } from '$lib/graph/hash';
import { murmur } from '$lib/graph/murmur';

describe('murmur', () => {
  it('passes the verification of SMHasher for MurmurHash3_x86_128', () => {
    // Keys {}, {0}, {0, 1} … of up to 255 bytes with seeds 256, 255 …; the hash of all hashes begins with the published word.
    const hashes = new Uint32Array(256 * 4);
    for (let i = 0; i < 256; i++)
      hashes.set(
        murmur(
          Uint8Array.from({ length: i }, (_, j) => j),
          256 - i,
        ),
        4 * i,
      );
    expect(murmur(new Uint8Array(hashes.buffer), 0)[0]).toBe(0xb3ece62a);
  });

  it('reads only the bytes of the view it is given', () => {
    const whole = Uint8Array.of(9, 9, 1, 2, 3, 9);
    expect(murmur(whole.subarray(2, 5))).toEqual(murmur(Uint8Array.of(1, 2, 3)));
  });
});

describe('canonical', () => {
  it('tells apart what is easily mistaken', () => {
    const values = [
      0,
      -0,
      NaN,
      Infinity,
      -Infinity,
      '0',
      'NaN',
      null,
      undefined,
      'null',
      false,
      'false',
      1n,
      1,
      [],
      {},
      [1],
      [[1]],
      [1, 2],
    ];
    const more = [['1,2'], ['1', '2'], { a: 1 }, { a: undefined }, '', [''], [undefined], '\ud800', '\ud801'];
    const arrays = [Float32Array.of(1), Float64Array.of(1), Float32Array.of(0), Float32Array.of(-0), Uint8Array.of(1), new ArrayBuffer(1)];
    const all = [...values, ...more, ...arrays];
    expect(new Set(all.map(canonical)).size).toBe(all.length);
    expect(new Set(all.map(hash)).size).toBe(all.length);
  });

  it('does not depend on the order of keys, does depend on the order of items', () => {
    expect(hash({ a: 1, b: { d: 2, c: 3 } })).toBe(hash({ b: { c: 3, d: 2 }, a: 1 }));
    expect(hash([1, 2])).not.toBe(hash([2, 1]));
  });

  it('refuses what is not plain data', () => {
    expect(() => canonical(() => 1)).toThrow('not a function');
    expect(() => canonical([new Map()])).toThrow('not a Map');
  });

  it('is equal exactly when the data are', () => {
    const data = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(data, data, (a, b) => {
        expect(canonical(a) === canonical(b)).toBe(Object.is(a, b) || isEqual(a, b));
        expect(canonical(structuredClone(a))).toBe(canonical(a));
      }),
    );
  });
});

const isEqual = (a: unknown, b: unknown): boolean => {
  try {
    expect(a).toStrictEqual(b);
    return true;
  } catch {
    return false;
  }
};

it('has 128 bits that do not collide on near texts', () => {
  const hashes = Array.from({ length: 20_000 }, (_, i) => hashText(`node ${i}`));
  expect(hashes.every((text) => /^[0-9a-f]{32}$/.test(text))).toBe(true);
  // Already the first 64 bits, and the last, are all different.
  expect(new Set(hashes.map((text) => text.slice(0, 16))).size).toBe(hashes.length);
  expect(new Set(hashes.map((text) => text.slice(16))).size).toBe(hashes.length);
});
