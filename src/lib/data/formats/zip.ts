import { Problem } from '$lib/base/problem';
import { largestFile } from '../limits';
import { shorten } from '../number-text';
import { unpack } from './unpack';

/** A file in an archive: what the central directory says of it. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly flags: number;
  readonly checksum: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

const mostEntries = 10_000;

/** Whether these bytes begin as a zip archive. */
export const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Where the record at the end of the archive stands; after it there is at most a comment of 65 535 bytes. */
const endRecord = (view: DataView, name: string): number => {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 22 - 65_535); at--)
    if (view.getUint32(at, true) === 0x06054b50) return at;
  throw new Problem(`${name}: expected a zip archive, its directory is not there; the file is cut or damaged`);
};

/**
 * The files of a zip archive, by its central directory.
 * @throws Problem when the directory is damaged or larger than that of any archive of arrays.
 */
export const readZip = (bytes: Uint8Array, name: string): ZipEntry[] => {
  const view = viewOf(bytes);
  const end = endRecord(view, name);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count > mostEntries || at === 0xffffffff)
    throw new Problem(`${name}: expected an archive of at most ${mostEntries} files below 4 GiB`);
  const entries: ZipEntry[] = [];
  for (let index = 0; index < count; index++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50)
      throw new Problem(`${name}: the directory of the zip archive is damaged at byte ${at}`);
    const [nameLength, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true)) as [number, number, number];
    entries.push({
      name: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength)),
      method: view.getUint16(at + 10, true),
      flags: view.getUint16(at + 8, true),
      checksum: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    });
    at += 46 + nameLength + extra + comment;
  }
  return entries;
};

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc;
});

/** CRC-32 of ISO 3309, as zip has it. */
export const crc32 = (bytes: Uint8Array): number => {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 255]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
};

/**
 * The bytes of one file of an archive, unpacked and checked.
 * @throws Problem when it is packed in a way that is not known, encrypted, damaged, or larger than it says or than can be read.
 */
export const readEntry = async (bytes: Uint8Array, entry: ZipEntry, name: string, signal: AbortSignal): Promise<Uint8Array> => {
  const view = viewOf(bytes);
  const where = `${name}, ${shorten(entry.name)}`;
  if (entry.flags & 1) throw new Problem(`${where}: is encrypted`);
  if (entry.size > largestFile)
    throw new Problem(`${where}: is ${Math.round(entry.size / 2 ** 20)} MiB large, at most ${largestFile / 2 ** 20} can be read`);
  if (entry.offset + 30 > bytes.length || view.getUint32(entry.offset, true) !== 0x04034b50)
    throw new Problem(`${where}: the zip archive is damaged at byte ${entry.offset}`);
  const start = entry.offset + 30 + view.getUint16(entry.offset + 26, true) + view.getUint16(entry.offset + 28, true);
  if (start + entry.packed > bytes.length) throw new Problem(`${where}: the file ends before its ${entry.packed} bytes`);
  const packed = bytes.subarray(start, start + entry.packed);
  if (entry.method !== 0 && entry.method !== 8) throw new Problem(`${where}: is packed by method ${entry.method}; only deflate is read`);
  const plain = entry.method === 0 ? packed : await unpack(packed, 'deflate-raw', where, signal, entry.size, entry.size);
  if (plain.length !== entry.size || crc32(plain) !== entry.checksum) throw new Problem(`${where}: is damaged, its checksum is wrong`);
  return plain;
};
