/** The types of numbers that array files hold. */
export type ElementType =
  'bool' | 'int8' | 'uint8' | 'int16' | 'uint16' | 'int32' | 'uint32' | 'int64' | 'uint64' | 'float16' | 'float32' | 'float64';

export const elementBytes: Readonly<Record<ElementType, number>> = {
  ...{ bool: 1, int8: 1, uint8: 1, int16: 2, uint16: 2, int32: 4, uint32: 4, int64: 8, uint64: 8 },
  ...{ float16: 2, float32: 4, float64: 8 },
};

/** IEEE 754 binary16: sign, 5 bits of exponent, 10 of fraction. */
const half = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
};

/** A 64-bit integer as a number; NaN where double precision does not hold it exactly. */
const exact = (value: bigint): number => (BigInt(Number(value)) === value ? Number(value) : NaN);

/** How a number of a type is read at a byte of a view. */
export const elementReader = (type: ElementType, view: DataView, little: boolean): ((at: number) => number) => {
  switch (type) {
    case 'bool':
      return (at) => (view.getUint8(at) === 0 ? 0 : 1);
    case 'int8':
      return (at) => view.getInt8(at);
    case 'uint8':
      return (at) => view.getUint8(at);
    case 'int16':
      return (at) => view.getInt16(at, little);
    case 'uint16':
      return (at) => view.getUint16(at, little);
    case 'int32':
      return (at) => view.getInt32(at, little);
    case 'uint32':
      return (at) => view.getUint32(at, little);
    case 'int64':
      return (at) => exact(view.getBigInt64(at, little));
    case 'uint64':
      return (at) => exact(view.getBigUint64(at, little));
    case 'float16':
      return (at) => half(view.getUint16(at, little));
    case 'float32':
      return (at) => view.getFloat32(at, little);
    case 'float64':
      return (at) => view.getFloat64(at, little);
  }
};
