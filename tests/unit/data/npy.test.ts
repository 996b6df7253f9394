import { describe, expect, it } from 'vitest';
import { npyBytes } from '$lib/data/npy';

/** Reads a file as NumPy's format description (NEP 1, version 1.0) says, not as it was written. */
const read = (bytes: Uint8Array): { header: string; descr: string; fortran: string; shape: number[]; data: number[]; offset: number } => {
  expect(String.fromCharCode(...bytes.subarray(1, 6))).toBe('NUMPY');
  expect([bytes[0], bytes[6], bytes[7]]).toEqual([0x93, 1, 0]);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const offset = 10 + view.getUint16(8, true);
  const header = new TextDecoder('ascii').decode(bytes.subarray(10, offset));
  const match = /^\{'descr': '([^']+)', 'fortran_order': (\w+), 'shape': \(([^)]*)\), \} *\n$/.exec(header);
  if (!match) throw new Error(`no header: ${header}`);
  const [, descr = '', fortran = '', shape = ''] = match;
  const data = Array.from({ length: (bytes.length - offset) / 8 }, (_, i) => view.getFloat64(offset + 8 * i, true));
  return {
    header,
    descr,
    fortran,
    shape: shape
      .split(',')
      .filter((part) => part.trim() !== '')
      .map(Number),
    data,
    offset,
  };
};

describe('a .npy file', () => {
  it.each([
    { shape: [2, 3], data: [1, -2.5, 3e-300, 0, Math.PI, 7] },
    { shape: [4], data: [1, 2, 3, 4] },
    { shape: [], data: [42] },
    { shape: [0, 5], data: [] },
    { shape: [2, 1, 2], data: [1, 2, 3, 4] },
  ])('holds an array of shape $shape', ({ shape, data }) => {
    const file = read(npyBytes({ shape, data: Float64Array.from(data) }));
    expect([file.descr, file.fortran, file.shape, file.data]).toEqual(['<f8', 'False', shape, data]);
    expect(file.offset % 64).toBe(0);
  });

  it('writes a tuple of one as Python does', () => {
    expect(read(npyBytes({ shape: [3], data: new Float64Array(3) })).header).toContain("'shape': (3,), }");
  });

  it('begins its data at a multiple of 64 however long the header is', () => {
    for (let digits = 1; digits <= 40; digits++) {
      const shape = Array.from({ length: digits }, () => 1);
      expect(read(npyBytes({ shape, data: new Float64Array(1) })).offset % 64).toBe(0);
    }
  });

  it('is refused to numbers that do not fill it', () => {
    expect(() => npyBytes({ shape: [2, 2], data: new Float64Array(3) })).toThrow('3 numbers do not fill the shape (2, 2)');
  });
});
