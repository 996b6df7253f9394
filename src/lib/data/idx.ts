import { gunzipSync } from 'fflate';
import { Problem } from '$lib/base/problem';

/** An array of unsigned bytes of any number of dimensions, last fastest. */
export interface ByteArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

const gunzip = (bytes: Uint8Array, name: string): Uint8Array => {
  try {
    return gunzipSync(bytes);
  } catch {
    throw new Problem(`${name}: expected a gzip file, but it is damaged`);
  }
};

/**
 * Reads an IDX file of unsigned bytes (the format of MNIST: 0, 0, type 8, number of dimensions, each dimension as a big-endian
 * 32-bit number, the bytes). A gzipped one is unpacked first; servers may already have done that, so the bytes decide.
 *
 * @throws Problem naming the file when it is not one or its length is not that of its shape.
 */
export const readIdx = (bytes: Uint8Array, name: string): ByteArray => {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzip(bytes, name) : bytes;
  if (plain.length < 4 || plain[0] !== 0 || plain[1] !== 0 || plain[2] !== 8) {
    throw new Problem(`${name}: expected an IDX file of unsigned bytes`);
  }
  const dimensions = plain[3]!;
  const start = 4 + 4 * dimensions;
  if (plain.length < start) throw new Problem(`${name}: expected ${dimensions} dimensions, the file ends before`);
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength);
  const shape = Array.from({ length: dimensions }, (_, index) => view.getUint32(4 + 4 * index));
  const expected = shape.reduce((product, length) => product * length, 1);
  const data = plain.subarray(start);
  if (data.length !== expected) throw new Problem(`${name}: expected ${expected} bytes of shape ${shape.join(' × ')}, got ${data.length}`);
  return { shape, data };
};
