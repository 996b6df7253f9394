import { Problem } from '$lib/base/problem';

/** A slice of a file that is decoded at once. */
const SLICE = 2 ** 20;

const startsWith = (bytes: Uint8Array, ...start: readonly number[]): boolean => start.every((byte, index) => bytes[index] === byte);

/** How a file may be encoded that is not UTF-8, by its marks or by where its zero bytes stand; undefined when it may be UTF-8. */
const otherEncoding = (bytes: Uint8Array): string | undefined => {
  if (startsWith(bytes, 0xff, 0xfe, 0, 0) || startsWith(bytes, 0, 0, 0xfe, 0xff)) return 'is UTF-32';
  if (startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff)) return 'is UTF-16';
  const head = bytes.subarray(0, 4096);
  const zeros = [0, 0];
  head.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2]! += 1;
  });
  const total = zeros[0]! + zeros[1]!;
  if (total === 0) return undefined;
  // Plain text in UTF-16 has a zero in every second byte.
  if (total > 0.2 * head.length && Math.max(...zeros) > 0.8 * total) return 'looks like UTF-16';
  return 'holds zero bytes, is no text';
};

/** Where UTF-8 breaks, as a message: a byte that is above 0x7F and stands alone is a letter of an older encoding. */
const brokenAt = (bytes: Uint8Array): string => {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let [good, bad] = [0, bytes.length];
  // The longest beginning that decodes, by bisection; a cut inside a character is not yet an error.
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    try {
      decoder.decode(bytes.subarray(0, middle), { stream: true });
      good = middle;
    } catch {
      bad = middle;
    }
    try {
      decoder.decode();
    } catch {
      // Only what was cut.
    }
  }
  return `byte ${bad} is 0x${(bytes[bad - 1] ?? 0).toString(16).toUpperCase().padStart(2, '0')}`;
};

/** @throws Problem that names the encoding, or the byte at which the text is not UTF-8. */
const refuse = (bytes: Uint8Array, name: string): never => {
  const other = otherEncoding(bytes);
  const found = other ?? `is in another encoding, perhaps Latin-1 or Windows-1252 (${brokenAt(bytes)})`;
  throw new Problem(`${name}: expected a text file in UTF-8, got one that ${found}, not UTF-8; save it as UTF-8`);
};

/**
 * The text of a file, slice by slice, so that a large one is never held twice.
 *
 * @throws Problem when it is not UTF-8: the message names the encoding or the byte.
 */
export function* textSlices(bytes: Uint8Array, name: string): Generator<string, void, void> {
  if (otherEncoding(bytes) !== undefined) refuse(bytes, name);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (let at = 0; at < bytes.length; at += SLICE) {
    let text: string;
    try {
      text = decoder.decode(bytes.subarray(at, at + SLICE), { stream: at + SLICE < bytes.length });
    } catch {
      return refuse(bytes, name);
    }
    if (text.includes('\0')) throw new Problem(`${name}: expected a text file, got one that holds zero bytes`);
    yield text;
  }
}
