import { Problem } from '$lib/base/problem';
import { largestFile } from '../limits';

/** Whether these bytes are a gzip file, by their first two. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20);

/**
 * Unpacks gzip or bare deflate data piece by piece, and no further than the limit: a small file may unpack to any size.
 *
 * @param name the file, for messages
 * @param limit the most bytes that may come out
 * @throws Problem when the data are damaged, end early, or are larger than the limit.
 */
export const unpack = async (
  bytes: Uint8Array,
  format: 'gzip' | 'deflate-raw',
  name: string,
  signal: AbortSignal,
  limit = largestFile,
): Promise<Uint8Array> => {
  const stream = new DecompressionStream(format);
  const writer = stream.writable.getWriter();
  // Errors come out of the reading side; here they must not go unheard of.
  const written = writer
    .write(new Uint8Array(bytes))
    .then(() => writer.close())
    .catch(() => undefined);
  const reader = stream.readable.getReader();
  const pieces: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const next = await reader.read().catch(() => undefined);
    if (!next) throw new Problem(`${name}: expected ${format === 'gzip' ? 'a gzip file' : 'packed data'}, but it is damaged or ends early`);
    if (next.done) break;
    pieces.push(next.value);
    total += next.value.length;
    if (total > limit || signal.aborted) {
      await reader.cancel().catch(() => undefined);
      signal.throwIfAborted();
      throw new Problem(`${name}: unpacks to more than ${mebibytes(limit)} MiB, the most that can be read`);
    }
  }
  await written;
  const all = new Uint8Array(total);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
};

/** The bytes of a file, unpacked where it is a gzip file. */
export const plainBytes = async (bytes: Uint8Array, name: string, signal: AbortSignal): Promise<Uint8Array> =>
  isGzip(bytes) ? unpack(bytes, 'gzip', name, signal) : bytes;
