import { describe, expect, test } from 'vitest';
import { fillNormals, normals, permutation, philoxBlock, seedWords, uniforms } from '$lib/base/philox';

const hex = (words: Uint32Array): string => [...words].map((word) => word.toString(16).padStart(8, '0')).join(' ');
const key = { seed: 7, stream: 3, step: 2 };

describe('Philox4x32-10 gives the known answers of Random123', () => {
  test.each([
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ] as const)('counter %j, key %j', (counter, seed, answer) => {
    expect(hex(philoxBlock([...counter], [...seed]))).toBe(answer);
  });
});

test('a seed is split into its low and high words', () => {
  expect(seedWords(5)).toEqual([5, 0]);
  expect(seedWords(2 ** 32 * 3 + 9)).toEqual([9, 3]);
  expect(seedWords(-1)).toEqual([0xffffffff, 0xffffffff]);
});

test('normals are Box–Muller of the words, element e in block ⌊e/4⌋', () => {
  const made = normals(11, key);
  const words = philoxBlock([1, key.step, key.stream, 0], [key.seed, 0]);
  const u = [...words].map((word) => (word + 0.5) / 2 ** 32) as [number, number, number, number];
  expect(made[4]).toBe(Math.sqrt(-2 * Math.log(u[0])) * Math.cos(2 * Math.PI * u[1]));
  expect(made[7]).toBe(Math.sqrt(-2 * Math.log(u[2])) * Math.sin(2 * Math.PI * u[3]));
  // A shorter draw is the beginning of a longer one.
  expect([...fillNormals(new Float64Array(6), key)]).toEqual([...made.slice(0, 6)]);
  // And a later part can be made alone.
  expect([...fillNormals(new Float64Array(7), key, 4)]).toEqual([...made.slice(4)]);
  expect(() => fillNormals(new Float64Array(7), key, 2)).toThrow(/block of four/);
});

test('200 000 normals have the moments of the normal law within 5 standard errors', () => {
  const count = 200_000;
  const made = normals(count, key);
  const moment = (power: number): number => made.reduce((sum, z) => sum + z ** power, 0) / count;
  expect(Math.abs(moment(1))).toBeLessThan(5 / Math.sqrt(count));
  expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
  expect(Math.abs(moment(3))).toBeLessThan(5 * Math.sqrt(15 / count));
  expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / count));
});

test('uniforms lie strictly between 0 and 1 and differ between streams, steps and seeds', () => {
  const made = uniforms(1000, key);
  expect(made.every((u) => u > 0 && u < 1)).toBe(true);
  for (const other of [
    { ...key, seed: 8 },
    { ...key, stream: 4 },
    { ...key, step: 3 },
  ])
    expect(uniforms(1000, other)).not.toEqual(made);
});

test.each([0, 1, 2, 100])('a permutation of %i', (count) => {
  const order = permutation(count, key);
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index));
  if (count === 100) expect([...order]).not.toEqual([...order].sort((a, b) => a - b));
});
