import { platformBytes } from '$lib/base/bytes';
import { Problem } from '$lib/base/problem';

/** A file of which any part can be read, wherever it lies. The same object stands for the same content. */
export interface ByteFile {
  /** In bytes. */
  readonly size: number;
  /**
   * The bytes from `from` up to `to`, which are inside the file.
   * @throws Problem when they can no longer be read, or the file was changed since it was given.
   */
  read(from: number, to: number): Promise<Uint8Array>;
}

/** A file that is in memory. */
export const bytesFile = (bytes: Uint8Array): ByteFile => ({
  size: bytes.length,
  read: (from, to) => Promise.resolve(bytes.subarray(from, to)),
});

/**
 * A file that the platform keeps, on its disk as a rule.
 * @param name for messages
 */
export const blobFile = (blob: Blob, name: string): ByteFile => ({
  size: blob.size,
  read: async (from, to) => {
    try {
      return new Uint8Array(await blob.slice(from, to).arrayBuffer());
    } catch {
      throw new Problem(`file: ${name} can no longer be read, it was changed or moved; give it again`, { path: ['file'] });
    }
  },
});

/** Files larger than this are not held in memory, in bytes. */
export const mostHeld = 2 ** 22;

/** Bytes that were fetched, as a file: many are left to the platform. */
export const fetchedFile = (bytes: Uint8Array, name: string): ByteFile =>
  bytes.length > mostHeld ? blobFile(new Blob([platformBytes(bytes)]), name) : bytesFile(bytes);

/** All of a file. */
export const wholeFile = (file: ByteFile): Promise<Uint8Array> => file.read(0, file.size);
