import { Pause } from '../pause';
import type { Hearer } from '../in-turns';
import { numberReader, rowSize, type ArrayFile } from './array-file';
import { elementBytes } from './element-type';

/** Is given a row and how its numbers are read: by their place in it, `rowStrides` apart. It may not keep the reader. */
export type TakeRow = (row: number, at: (place: number) => number) => void;

/** Bytes of rows that are gathered at once where they do not lie together. */
const mostGathered = 2 ** 23;

/** Bytes between two rows that are read over rather than left out. */
const GAP = 2 ** 14;

/** Neighbours among sorted rows, from the first to after the last, that are worth one go over what lies between. */
function* stretches(rows: Int32Array, gap: number): Generator<readonly [number, number], void, void> {
  let from = 0;
  for (let index = 1; index <= rows.length; index++) {
    if (index < rows.length && rows[index]! - rows[index - 1]! <= gap) continue;
    yield [from, index];
    from = index;
  }
}

/** Rows that lie one after the other: each is read where it stands in a slice, or put together where a slice ends inside it. */
const visitInOrder = async (file: ArrayFile, rows: Int32Array, take: TakeRow, { signal, progress }: Hearer): Promise<void> => {
  const { source, start, step } = file;
  const width = elementBytes[file.type];
  const bytes = rowSize(file) * width;
  const torn = new Uint8Array(bytes);
  const tornAt = numberReader(file, torn);
  const pause = new Pause(signal);
  const gap = source.direct ? Math.max(1, Math.floor(GAP / step)) : Infinity;
  for (const [first, end] of stretches(rows, gap)) {
    let next = first;
    let at = start + rows[first]! * step;
    for await (const slice of source.stream(at, start + rows[end - 1]! * step + bytes, signal)) {
      const read = numberReader(file, slice);
      const stop = at + slice.length;
      for (; next < end; next++) {
        const row = rows[next]!;
        const from = start + row * step;
        const [left, right] = [Math.max(from, at), Math.min(from + bytes, stop)];
        if (left < right && right - left < bytes) torn.set(slice.subarray(left - at, right - at), left - from);
        if (from + bytes > stop) break;
        if (from >= at) take(row, (place) => read(from - at + width * place));
        else take(row, (place) => tornAt(width * place));
        await pause.whenDue();
      }
      at = stop;
      progress(next / rows.length);
    }
  }
};

/** A stream again, in slices of whole numbers. */
async function* wholeNumbers(stream: AsyncIterable<Uint8Array>, width: number): AsyncGenerator<Uint8Array, void, void> {
  let rest = new Uint8Array();
  for await (const slice of stream) {
    let bytes = slice;
    if (rest.length > 0) {
      bytes = new Uint8Array(rest.length + slice.length);
      bytes.set(rest);
      bytes.set(slice, rest.length);
    }
    const end = bytes.length - (bytes.length % width);
    rest = bytes.slice(end);
    yield bytes.subarray(0, end);
  }
}

/** Rows of an array in Fortran order, whose numbers lie all over the file: as many as may be gathered, by one pass over it. */
const gather = async (file: ArrayFile, rows: Int32Array, signal: AbortSignal, heard: (fraction: number) => void): Promise<Uint8Array> => {
  const { source, start } = file;
  const [count, size, width] = [file.shape[0]!, rowSize(file), elementBytes[file.type]];
  const gathered = new Uint8Array(rows.length * size * width);
  const slots = new Int32Array(count).fill(-1);
  rows.forEach((row, slot) => (slots[row] = slot));
  const pause = new Pause(signal);
  let [row, place] = [0, 0];
  for await (const slice of wholeNumbers(source.stream(start, start + count * size * width, signal), width)) {
    for (let at = 0; at < slice.length; at += width) {
      const slot = slots[row]!;
      if (slot >= 0) {
        const to = (slot * size + place) * width;
        for (let byte = 0; byte < width; byte++) gathered[to + byte] = slice[at + byte]!;
      }
      row += 1;
      if (row === count) [row, place] = [0, place + 1];
    }
    heard(place / size);
    await pause.whenDue();
  }
  return gathered;
};

const visitScattered = async (file: ArrayFile, rows: Int32Array, take: TakeRow, { signal, progress }: Hearer): Promise<void> => {
  const width = elementBytes[file.type];
  const bytes = rowSize(file) * width;
  const most = Math.max(1, Math.floor(mostGathered / bytes));
  const pause = new Pause(signal);
  for (let first = 0; first < rows.length; first += most) {
    const some = rows.subarray(first, first + most);
    const gathered = await gather(file, some, signal, (fraction) => {
      progress((first + fraction * some.length) / rows.length);
    });
    const read = numberReader(file, gathered);
    for (const [slot, row] of some.entries()) {
      take(row, (place) => read(slot * bytes + width * place));
      await pause.whenDue();
    }
  }
};

/** The rows 0 … count − 1. */
export const allRows = (count: number): Int32Array => Int32Array.from({ length: count }, (_, row) => row);

/**
 * Reads rows of an array, slice by slice: at no time is more than a few slices and one row in memory (in Fortran order 8 MiB of rows).
 *
 * A file with a checksum is checked. Where one pass reads all that is there, this is the same pass: what was taken counts only when it has
 * ended without an error.
 *
 * @param rows in ascending order, each once
 * @throws Problem when the file is damaged, rather than what `take` says of damaged numbers; the reason of an abort, within a slice.
 */
export const visitRows = async (file: ArrayFile, rows: Int32Array, take: TakeRow, hearer: Hearer): Promise<void> => {
  if (rows.length === 0) return;
  const { source, shape } = file;
  const count = shape[0]!;
  // Not direct: one stretch from the first row to the last.
  const isWhole = rows.length === count || (!source.direct && rows[rows.length - 1] === count - 1);
  if (!isWhole) await source.check?.(hearer.signal);
  try {
    // Rows of one number lie together in either order.
    await (file.fortran && rowSize(file) > 1 ? visitScattered : visitInOrder)(file, rows, take, hearer);
  } catch (error) {
    await source.check?.(hearer.signal);
    throw error;
  }
};
