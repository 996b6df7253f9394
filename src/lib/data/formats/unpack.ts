import { platformBytes } from '$lib/base/bytes';
import { Problem } from '$lib/base/problem';
import { largestFile } from '../limits';

/** Whether these bytes are a gzip file, by their first two. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20);

/** Bytes that are handed to the unpacker at once. */
const SLICE = 2 ** 18;
/** No byte of deflate data becomes more than so many. */
const steepest = 1032;

/** Takes what is unpacked, into one array that is large enough from the start where the size is known. */
class Unpacked {
  #bytes: Uint8Array;
  total = 0;

  constructor(expected: number) {
    this.#bytes = new Uint8Array(expected);
  }

  add(piece: Uint8Array): void {
    const end = this.total + piece.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, Math.ceil(1.5 * this.#bytes.length)));
      larger.set(this.#bytes.subarray(0, this.total));
      this.#bytes = larger;
    }
    this.#bytes.set(piece, this.total);
    this.total = end;
  }

  /** All of it; what is kept is not much larger than what is there. */
  get bytes(): Uint8Array {
    return this.total < 0.8 * this.#bytes.length ? this.#bytes.slice(0, this.total) : this.#bytes.subarray(0, this.total);
  }
}

/** Gives the packed bytes to the unpacker, slice by slice as it takes them. */
const feed = async (bytes: Uint8Array<ArrayBuffer>, writer: WritableStreamDefaultWriter<BufferSource>): Promise<void> => {
  for (let at = 0; at < bytes.length; at += SLICE) {
    await writer.ready;
    // It may read a slice later: what it holds of the file is a copy of this much.
    await writer.write(bytes.slice(at, at + SLICE));
  }
  await writer.close();
};

/**
 * Unpacks gzip or bare deflate data piece by piece, and no further than the limit: a small file may unpack to any size. Beside the packed
 * and the unpacked bytes it needs a slice of each.
 *
 * @param name the file, for messages
 * @param limit the most bytes that may come out
 * @param expected how many will come out, where that is said somewhere; it need not be true
 * @throws Problem when the data are damaged, end early, or are larger than the limit.
 */
export const unpack = async (
  bytes: Uint8Array,
  format: 'gzip' | 'deflate-raw',
  name: string,
  signal: AbortSignal,
  limit = largestFile,
  expected = 0,
): Promise<Uint8Array> => {
  const stream = new DecompressionStream(format);
  // Errors come out of the reading side; here they must not go unheard of.
  const written = feed(platformBytes(bytes), stream.writable.getWriter()).catch(() => undefined);
  const reader = stream.readable.getReader();
  const unpacked = new Unpacked(Math.min(expected, limit, steepest * bytes.length));
  for (;;) {
    const next = await reader.read().catch(() => undefined);
    if (!next) throw new Problem(`${name}: expected ${format === 'gzip' ? 'a gzip file' : 'packed data'}, but it is damaged or ends early`);
    if (next.done) break;
    const over = unpacked.total + next.value.length > limit;
    if (over || signal.aborted) {
      await reader.cancel().catch(() => undefined);
      signal.throwIfAborted();
      throw new Problem(`${name}: unpacks to more than ${mebibytes(limit)} MiB, the most that can be read`);
    }
    unpacked.add(next.value);
  }
  await written;
  return unpacked.bytes;
};

/** What the last four bytes of a gzip file say of its size. */
const sizeSaid = (bytes: Uint8Array): number =>
  bytes.length < 18 ? 0 : new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(bytes.length - 4, true);

/** The bytes of a file, unpacked where it is a gzip file. */
export const plainBytes = async (bytes: Uint8Array, name: string, signal: AbortSignal): Promise<Uint8Array> =>
  isGzip(bytes) ? unpack(bytes, 'gzip', name, signal, largestFile, sizeSaid(bytes)) : bytes;
