import { bytesFile, type ByteFile } from '../byte-file';

/** Bytes that are read at once. */
export const SLICE = 2 ** 18;

/** The bytes of a file, or of a part of one, unpacked: they come in slices, so that they need not be in memory together. */
export interface Slices {
  /** The file and, in an archive, the part, for messages. */
  readonly name: string;
  /** In bytes, unpacked. */
  readonly size: number;
  /** Whether a part can be read without what stands before it. */
  readonly direct: boolean;
  /**
   * The bytes from `from` up to `to`, in slices of any length.
   * @throws Problem when they cannot be read or are damaged; the reason of an abort, within a slice.
   */
  stream(from: number, to: number, signal: AbortSignal): AsyncGenerator<Uint8Array, void, void>;
  /**
   * Reads all of it and compares its checksum, unless that was done before; absent where there is no checksum left to compare. A stream
   * that goes to the end does the same before it gives its last bytes.
   * @throws Problem when the bytes are damaged; the reason of an abort, within a slice.
   */
  check?(signal: AbortSignal): Promise<void>;
}

/** A file as it is. */
export const fileSlices = (file: ByteFile, name: string): Slices => ({
  name,
  size: file.size,
  direct: true,
  async *stream(from, to, signal) {
    for (let at = from; at < to; at += SLICE) {
      signal.throwIfAborted();
      yield await file.read(at, Math.min(to, at + SLICE));
    }
  },
});

/** Bytes in memory. */
export const bytesSlices = (bytes: Uint8Array, name: string): Slices => fileSlices(bytesFile(bytes), name);

/** A part of others. */
export const partOf = (source: Slices, from: number, to: number, name: string): Slices => ({
  name,
  size: to - from,
  direct: source.direct,
  stream: (first, end, signal) => source.stream(from + first, from + end, signal),
});

/** A part in one piece. */
export const readPart = async (source: Slices, from: number, to: number, signal: AbortSignal): Promise<Uint8Array> => {
  let bytes: Uint8Array | undefined;
  let filled = 0;
  for await (const slice of source.stream(from, to, signal)) {
    if (slice.length === to - from) return slice;
    bytes ??= new Uint8Array(to - from);
    bytes.set(slice, filled);
    filled += slice.length;
  }
  return bytes ?? new Uint8Array();
};

/** The first bytes of a stream that begins too early: what stands before `from` is left out, and what comes after `to` is not asked for. */
export async function* cut(stream: AsyncIterable<Uint8Array>, from: number, to: number): AsyncGenerator<Uint8Array, void, void> {
  let at = 0;
  if (from >= to) return;
  for await (const slice of stream) {
    const [first, end] = [Math.max(from, at), Math.min(to, at + slice.length)];
    if (first < end) yield slice.subarray(first - at, end - at);
    at += slice.length;
    if (at >= to) return;
  }
}

/** A stream again, in slices of this length but for the last. */
export async function* regrouped(stream: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Uint8Array, void, void> {
  let group = new Uint8Array(length);
  let filled = 0;
  for await (const slice of stream)
    for (let at = 0; at < slice.length;) {
      const taken = Math.min(slice.length - at, length - filled);
      group.set(slice.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
      if (filled < length) continue;
      yield group;
      group = new Uint8Array(length);
      filled = 0;
    }
  if (filled > 0) yield group.subarray(0, filled);
}
