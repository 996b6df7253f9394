import { murmur } from './murmur';

const encoder = new TextEncoder();

const digits = (word: number): string => word.toString(16).padStart(8, '0');

function hashBytes(bytes: Uint8Array): string {
  const [a, b, c, d] = murmur(bytes);
  return digits(a) + digits(b) + digits(c) + digits(d);
}

/** 128-bit hash of a text, as 32 hexadecimal digits. Synchronous, the same on every machine. */
export const hashText = (text: string): string => hashBytes(encoder.encode(text));

const isPlain = (value: object): value is Record<string, unknown> => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
};

const bytesOf = (value: ArrayBufferView | ArrayBuffer): Uint8Array =>
  value instanceof ArrayBuffer ? new Uint8Array(value) : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);

function ofObject(value: object): string {
  if (Array.isArray(value)) return `[${Array.from(value as unknown[], canonical).join(',')}]`;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    return `${value.constructor.name}(${value.byteLength},${hashBytes(bytesOf(value))})`;
  }
  if (isPlain(value)) {
    const keys = Object.keys(value).sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
  }
  throw new TypeError(`only plain data has a hash, not a ${value.constructor.name}`);
}

/**
 * A text equal for equal plain data and different for different: numbers (−0, NaN and the infinities told apart), strings, booleans,
 * `null`, `undefined`, bigints, arrays, typed arrays and buffers (by a hash of their bytes), plain objects in any order of keys.
 * Throws a TypeError for anything else, which is a bug of the caller.
 */
export function canonical(value: unknown): string {
  switch (typeof value) {
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'string':
      return JSON.stringify(value);
    case 'bigint':
      return `${value}n`;
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'object':
      return value === null ? 'null' : ofObject(value);
    default:
      throw new TypeError(`only plain data has a hash, not a ${typeof value}`);
  }
}

/** Hash of plain data. */
export const hash = (value: unknown): string => hashText(canonical(value));
