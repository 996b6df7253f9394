/** Numbers of any shape under a name, to be written as a file. */
export interface NamedArray {
  readonly name: string;
  /** Row-major, the last axis fastest; empty for a single number. */
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

const magic = [0x93, ...Array.from('NUMPY', (letter) => letter.charCodeAt(0))];
/** The data begin at a multiple of this. */
const alignment = 64;

/** `(3,)`, `(3, 4)`, `()`: a tuple as Python prints it. */
const tuple = (shape: readonly number[]): string => (shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`);

/**
 * An array as a `.npy` file, version 1.0 of NumPy's format: magic, version, length of the header, a header that is a Python dictionary
 * padded with spaces to a multiple of 64, then the numbers as little-endian doubles in C order.
 */
export const npyBytes = ({ shape, data }: Omit<NamedArray, 'name'>): Uint8Array => {
  const size = shape.reduce((product, length) => product * length, 1);
  if (size !== data.length) throw new Error(`${data.length} numbers do not fill the shape ${tuple(shape)}`);
  const dictionary = `{'descr': '<f8', 'fortran_order': False, 'shape': ${tuple(shape)}, }`;
  const fixed = magic.length + 2 + 2;
  const padding = alignment - ((fixed + dictionary.length + 1) % alignment || alignment);
  const header = `${dictionary}${' '.repeat(padding)}\n`;
  const bytes = new Uint8Array(fixed + header.length + 8 * size);
  bytes.set([...magic, 1, 0]);
  const view = new DataView(bytes.buffer);
  view.setUint16(magic.length + 2, header.length, true);
  bytes.set(new TextEncoder().encode(header), fixed);
  data.forEach((value, index) => {
    view.setFloat64(fixed + header.length + 8 * index, value, true);
  });
  return bytes;
};
