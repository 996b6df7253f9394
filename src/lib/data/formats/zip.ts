import { Problem } from '$lib/base/problem';
import { bytesText } from '$lib/base/bytes';
import { largestFile } from '../limits';
import { shorten } from '../number-text';
import { Pause } from '../pause';
import { Crc32 } from './crc32';
import { cut, partOf, readPart, type Slices } from './slices';
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
/** The record at the end, and after it a comment of at most 65 535 bytes. */
const longestEnd = 22 + 65_535;

/** Whether these bytes begin as a zip archive. */
export const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Where the record at the end of the archive stands in its last bytes. */
const endRecord = (view: DataView, name: string): number => {
  for (let at = view.byteLength - 22; at >= 0; at--) if (view.getUint32(at, true) === 0x06054b50) return at;
  throw new Problem(`${name}: expected a zip archive, its directory is not there; the file is cut or damaged`);
};

/**
 * The files of a zip archive, by its central directory.
 * @throws Problem when the directory is damaged or larger than that of any archive of arrays.
 */
export const readZip = async (source: Slices, signal: AbortSignal): Promise<ZipEntry[]> => {
  const { name, size } = source;
  const tail = viewOf(await readPart(source, Math.max(0, size - longestEnd), size, signal));
  const end = endRecord(tail, name);
  const count = tail.getUint16(end + 10, true);
  const from = tail.getUint32(end + 16, true);
  if (count > mostEntries || from === 0xffffffff)
    throw new Problem(`${name}: expected an archive of at most ${mostEntries} files below 4 GiB`);
  // It stands before the record at the end.
  const until = size - tail.byteLength + end;
  const directory = await readPart(source, Math.min(from, until), until, signal);
  const view = viewOf(directory);
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + 46 > directory.length || view.getUint32(at, true) !== 0x02014b50)
      throw new Problem(`${name}: the directory of the zip archive is damaged at byte ${from + at}`);
    const [nameLength, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true)) as [number, number, number];
    entries.push({
      name: new TextDecoder().decode(directory.subarray(at + 46, at + 46 + nameLength)),
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

/**
 * Checks length and checksum of a stream that has all bytes of an entry.
 * @param whole called before the last bytes are handed on, when they are what the directory says
 */
async function* checked(
  stream: AsyncIterable<Uint8Array>,
  { size, checksum }: ZipEntry,
  name: string,
  whole: () => unknown,
): AsyncGenerator<Uint8Array, void, void> {
  const crc = new Crc32();
  let total = 0;
  for await (const slice of stream) {
    crc.add(slice);
    total += slice.length;
    if (total === size) {
      if (crc.value !== checksum) throw new Problem(`${name}: is damaged, its checksum is wrong`);
      whole();
    }
    yield slice;
  }
  if (total !== size) throw new Problem(`${name}: is damaged, expected ${size} bytes as its directory says, got ${total}`);
}

/**
 * One file of an archive, unpacked. `check` compares its checksum; so does a stream that goes to its end, as long as this was not done.
 * What is read before, as the header of an array, may be damaged.
 * @throws Problem when it is packed in a way that is not known, encrypted, damaged, or larger than it says or than can be read.
 */
export const entrySlices = async (source: Slices, entry: ZipEntry, signal: AbortSignal): Promise<Slices> => {
  const name = `${source.name}, ${shorten(entry.name)}`;
  const { size, offset, packed } = entry;
  if (entry.flags & 1) throw new Problem(`${name}: is encrypted`);
  if (size > largestFile) throw new Problem(`${name}: is ${bytesText(size)} large, at most ${bytesText(largestFile)} can be read`);
  const header = viewOf(await readPart(source, Math.min(offset, source.size), Math.min(offset + 30, source.size), signal));
  if (header.byteLength < 30 || header.getUint32(0, true) !== 0x04034b50)
    throw new Problem(`${name}: the zip archive is damaged at byte ${offset}`);
  const start = offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  if (start + packed > source.size) throw new Problem(`${name}: the file ends before its ${packed} bytes`);
  if (entry.method !== 0 && entry.method !== 8) throw new Problem(`${name}: is packed by method ${entry.method}; only deflate is read`);
  if (entry.method === 0 && packed !== size)
    throw new Problem(`${name}: is damaged, its directory says ${size} bytes and ${packed} bytes, though it is not packed`);
  const stored = partOf(source, start, start + packed, name);
  const all = (stop: AbortSignal): AsyncGenerator<Uint8Array, void, void> =>
    entry.method === 0 ? stored.stream(0, packed, stop) : unpack(stored.stream(0, packed, stop), 'deflate-raw', name, size);
  let isGood = false;
  const checkedAll = (stop: AbortSignal): AsyncGenerator<Uint8Array, void, void> => checked(all(stop), entry, name, () => (isGood = true));
  return {
    name,
    size,
    direct: stored.direct && entry.method === 0,
    stream: (from, to, stop) => {
      if (!isGood && to === size) return cut(checkedAll(stop), from, to);
      return entry.method === 0 ? stored.stream(from, to, stop) : cut(all(stop), from, to);
    },
    check: async (stop) => {
      const pause = new Pause(stop);
      if (!isGood) for await (const _ of checkedAll(stop)) await pause.whenDue();
    },
  };
};
