/** Bytes in words: `512 B`, `1.5 MiB`, `5.4 GiB`. */
export const bytesText = (bytes: number): string => {
  if (bytes < 2 ** 20) return `${bytes} B`;
  const [unit, name] = bytes < 2 ** 30 ? [2 ** 20, 'MiB'] : [2 ** 30, 'GiB'];
  return `${Number((bytes / unit).toFixed(1))} ${name}`;
};

/** Pieces one after another, `size` bytes in all. */
export const joinBytes = (pieces: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
};

/** The same bytes as the functions of the platform take them; copied only where they lie in memory that threads share. */
export const platformBytes = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);

/** What a message transfers instead of copying: the buffer of these bytes, if nothing else lies in it. */
export const transferables = (bytes: unknown): ArrayBuffer[] =>
  bytes instanceof Uint8Array && bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength ? [bytes.buffer] : [];
