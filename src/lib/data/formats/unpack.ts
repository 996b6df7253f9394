import { bytesText, joinBytes, platformBytes } from '$lib/base/bytes';
import { Problem } from '$lib/base/problem';
import { mostHeld, type ByteFile } from '../byte-file';
import { largestFile } from '../limits';
import { bytesSlices, cut, fileSlices, type Slices } from './slices';

/** Whether these bytes are a gzip file, by their first two. */
const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Gives the packed slices to the unpacker as it takes them; what the source threw, if anything. */
const feed = async (packed: AsyncIterable<Uint8Array>, writer: WritableStreamDefaultWriter<BufferSource>): Promise<unknown> => {
  try {
    for await (const slice of packed) {
      await writer.ready;
      await writer.write(platformBytes(slice));
    }
  } catch (error) {
    await writer.abort(error).catch(() => undefined);
    return error;
  }
  // Errors of the unpacker come out of its reading side.
  await writer.close().catch(() => undefined);
  return undefined;
};

/**
 * Unpacks gzip or bare deflate data piece by piece, and no further than the limit: a small file may unpack to any size.
 *
 * @param name the file, for messages
 * @param limit the most bytes that may come out
 * @throws Problem when the data are damaged, end early, or are larger than the limit; what the source throws.
 */
export async function* unpack(
  packed: AsyncIterable<Uint8Array>,
  format: 'gzip' | 'deflate-raw',
  name: string,
  limit = largestFile,
): AsyncGenerator<Uint8Array, void, void> {
  const stream = new DecompressionStream(format);
  const fed = feed(packed, stream.writable.getWriter());
  const reader = stream.readable.getReader();
  let total = 0;
  try {
    for (;;) {
      const next = await reader.read().catch(() => undefined);
      if (!next) {
        const reason = await fed;
        if (reason instanceof Problem || reason instanceof DOMException) throw reason;
        throw new Problem(`${name}: expected ${format === 'gzip' ? 'a gzip file' : 'packed data'}, but it is damaged or ends early`);
      }
      if (next.done) return;
      total += next.value.length;
      if (total > limit) throw new Problem(`${name}: unpacks to more than ${bytesText(limit)}, the most that can be read`);
      yield next.value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
    await fed;
  }
}

/** A gzip file: how large it is, and whether it is whole, is found by unpacking it once. A small one is then held. */
const gzipSlices = async (file: ByteFile, name: string, signal: AbortSignal): Promise<Slices> => {
  const packed = fileSlices(file, name);
  const unpacked = (stop: AbortSignal) => unpack(packed.stream(0, file.size, stop), 'gzip', name);
  let pieces: Uint8Array[] | undefined = [];
  let size = 0;
  for await (const piece of unpacked(signal)) {
    size += piece.length;
    pieces?.push(piece);
    if (size > mostHeld) pieces = undefined;
  }
  if (pieces) return bytesSlices(joinBytes(pieces, size), name);
  return { name, size, direct: false, stream: (from, to, stop) => cut(unpacked(stop), from, to) };
};

/** The bytes of a file, unpacked where it is a gzip file. @throws Problem when it is damaged or unpacks to more than can be read. */
export const openSlices = async (file: ByteFile, name: string, signal: AbortSignal): Promise<Slices> =>
  isGzip(await file.read(0, Math.min(2, file.size))) ? gzipSlices(file, name, signal) : fileSlices(file, name);
