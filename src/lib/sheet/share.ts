import { joinBytes } from '$lib/base/bytes';
import { Problem } from '$lib/base/problem';
import { atOnce, type Steps } from '$lib/base/steps';
import { deflateSync, Inflate } from 'fflate';
import { fromBase64url, toBase64url } from './base64url';

/** The most bytes of UTF-8 that a link may hold, decoded. */
export const LARGEST_SHARED = 1 << 20;

const VERSION = '1';
/** Bytes of the checksum before the compressed text. */
const CHECK = 4;
/** Deflate never makes data longer than by 5 bytes a block; a longer link holds no text of the allowed size. */
const LONGEST_FRAGMENT = Math.ceil(((LARGEST_SHARED * 1.01 + 64) * 4) / 3);
/** Compressed bytes inflated at a time. Deflate expands at most 1032 times, so that a bomb is met after half a mebibyte, not after all of it. */
const PIECE = 512;

/**
 * A sheet as the fragment of a link, without `#`: the version digit 1, then base64url of the CRC-32 (4 bytes, little endian) of the
 * compressed bytes and of these, the UTF-8 text in raw deflate, level 9. The same text always gives the same fragment. The checksum is
 * there because deflate has none: a link with one wrong character would otherwise open as another sheet.
 *
 * A lone surrogate is written as U+FFFD, since UTF-8 has none.
 * @throws Problem when the text is longer than 1 MiB
 */
export function encodeShare(text: string): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > LARGEST_SHARED) {
    throw new Problem(
      `link: a sheet of at most ${LARGEST_SHARED} bytes can be shared by a link, this one has ${bytes.length}; save it as a file`,
    );
  }
  const compressed = deflateSync(bytes, { level: 9, mem: 8 });
  const payload = new Uint8Array(CHECK + compressed.length);
  new DataView(payload.buffer).setUint32(0, crc32(compressed), true);
  payload.set(compressed, CHECK);
  return VERSION + toBase64url(payload);
}

/**
 * The sheet in the fragment of a link; a leading `#` is allowed. Memory stays bounded whatever the fragment says.
 * @throws Problem when the version is unknown, the fragment damaged, or the text larger than 1 MiB or not UTF-8
 */
export const decodeShare = (fragment: string): string => atOnce(decodingShare(fragment));

/** The same in steps of some milliseconds each. */
export function* decodingShare(fragment: string): Steps<string> {
  const body = fragment.startsWith('#') ? fragment.slice(1) : fragment;
  if (body === '') throw new Problem('link: holds no sheet');
  const version = body.charAt(0);
  if (version !== VERSION) {
    const newer = /[2-9]/.test(version);
    throw new Problem(
      newer ? `link: was made by a newer Kernelsheet (version ${version})` : 'link: does not begin with a version; it is not a sheet',
    );
  }
  if (body.length > LONGEST_FRAGMENT) throw new Problem(`link: must hold at most ${LARGEST_SHARED} bytes, this one is longer`);
  const payload = fromBase64url(body.slice(1));
  if (!payload || payload.length <= CHECK) throw damaged();
  const compressed = payload.subarray(CHECK);
  if (new DataView(payload.buffer).getUint32(0, true) !== crc32(compressed)) throw damaged();
  return utf8(yield* inflate(compressed));
}

const damaged = (): Problem => new Problem('link: is damaged or incomplete; copy the whole link');

const tooLarge = (): Problem => new Problem(`link: must hold at most ${LARGEST_SHARED} bytes, this one holds more`);

/** Raw deflate, piece by piece, so that what is too large is refused before it is held. */
function* inflate(compressed: Uint8Array): Steps<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const stream = new Inflate((part) => {
    size += part.length;
    if (size > LARGEST_SHARED) throw tooLarge();
    parts.push(part);
  });
  try {
    for (let at = 0; at < compressed.length; at += PIECE) {
      stream.push(compressed.subarray(at, at + PIECE), at + PIECE >= compressed.length);
      yield at / compressed.length;
    }
  } catch (error) {
    // What fflate throws on broken data is an Error with a code of its own.
    throw error instanceof Problem ? error : damaged();
  }
  return joinBytes(parts, size);
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Problem('link: holds something that is not text');
  }
}

/** CRC-32 of ISO 3309, reflected, polynomial 0xEDB88320: what each byte does to it. */
const CRC = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  return crc;
});

function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) crc = (crc >>> 8) ^ (CRC[(crc ^ byte) & 255] ?? 0);
  return ~crc >>> 0;
}
