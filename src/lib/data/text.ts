import { Problem } from '$lib/base/problem';
import { readPart, regrouped, type Slices } from './formats/slices';

/** A slice of a file that is decoded at once. */
const SLICE = 2 ** 20;
/** Bytes at the beginning by which an encoding is known. */
const SAMPLE = 4096;

const startsWith = (bytes: Uint8Array, ...start: readonly number[]): boolean => start.every((byte, index) => bytes[index] === byte);

/** How a file may be encoded that is not UTF-8, by its first bytes: its marks, or where zero bytes stand; undefined when it may be UTF-8. */
const otherEncoding = (bytes: Uint8Array): string | undefined => {
  if (startsWith(bytes, 0xff, 0xfe, 0, 0) || startsWith(bytes, 0, 0, 0xfe, 0xff)) return 'is UTF-32';
  if (startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff)) return 'is UTF-16';
  const zeros = [0, 0];
  bytes.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2]! += 1;
  });
  const total = zeros[0]! + zeros[1]!;
  if (total === 0) return undefined;
  // Plain text in UTF-16 has a zero in every second byte.
  if (total > 0.2 * bytes.length && Math.max(...zeros) > 0.8 * total) return 'looks like UTF-16';
  return 'holds zero bytes, is no text';
};

/** The last character of some bytes, which may be cut: up to three bytes. */
const lastCharacter = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
  const tail = bytes.slice(-3);
  const first = tail.findIndex((byte) => (byte & 0xc0) !== 0x80);
  return tail.subarray(Math.max(0, first));
};

/** Where UTF-8 breaks, as a message: a byte that is above 0x7F and stands alone is a letter of an older encoding. */
const brokenAt = (bytes: Uint8Array, from: number): string => {
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
  return `byte ${from + bad} is 0x${(bytes[bad - 1] ?? 0).toString(16).toUpperCase().padStart(2, '0')}`;
};

const expected = (name: string, found: string): Problem =>
  new Problem(`${name}: expected a text file in UTF-8, got one that ${found}, not UTF-8; save it as UTF-8`);

/** A slice of a text, and the byte after it. */
export interface TextSlice {
  readonly text: string;
  readonly end: number;
}

/**
 * The text of a file, slice by slice, so that a large one is never held whole.
 *
 * @throws Problem when it is not UTF-8: the message names the encoding or the byte.
 */
export async function* textSlices(source: Slices, signal: AbortSignal): AsyncGenerator<TextSlice, void, void> {
  const { name, size } = source;
  const other = otherEncoding(await readPart(source, 0, Math.min(size, SAMPLE), signal));
  if (other !== undefined) throw expected(name, other);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let before = new Uint8Array();
  let at = 0;
  for await (const bytes of regrouped(source.stream(0, size, signal), SLICE)) {
    const end = at + bytes.length;
    let text: string;
    try {
      text = decoder.decode(bytes, { stream: end < size });
    } catch {
      const here = new Uint8Array(before.length + bytes.length);
      here.set(before);
      here.set(bytes, before.length);
      const broken = brokenAt(here, at - before.length);
      throw expected(name, `is in another encoding, perhaps Latin-1 or Windows-1252 (${broken})`);
    }
    if (text.includes('\0')) throw new Problem(`${name}: expected a text file, got one that holds zero bytes`);
    yield { text, end };
    before = lastCharacter(bytes);
    at = end;
  }
}
