import { COLUMNS, ROWS, columnName, positionOf } from './address';
import { applyChanges, type Change } from './change';
import { endOfLine, linesOf, trimmed, type Line } from './lines';

/** Sizes that a person gave to tracks (columns or rows, from 0), in pixels at a zoom of 1; the others are as the interface likes. */
export type Sizes = ReadonlyMap<number, number>;

export interface Tracks {
  readonly columns: Sizes;
  readonly rows: Sizes;
}

/** The least and the most that a track may measure, in pixels. */
export const SMALLEST_TRACK = 24;
export const LARGEST_TRACK = 2000;

const LINE = /^#[ \t]*(columns|rows):(.*)$/;

const numberOf = (along: keyof Tracks, word: string): number | undefined => {
  const position = positionOf(along === 'columns' ? `${word}1` : `A${word}`);
  return position && (along === 'columns' ? position.column : position.row);
};

const nameOf = (along: keyof Tracks, track: number): string => (along === 'columns' ? columnName(track) : String(track + 1));

/** What a line of sizes says, as `# columns: A 320, C 200`; of any other line, also of one that only begins so, nothing. */
function readLine(line: string): { readonly along: keyof Tracks; readonly sizes: Sizes } | undefined {
  const match = LINE.exec(line);
  if (!match) return undefined;
  const along = match[1] === 'columns' ? 'columns' : 'rows';
  const sizes = new Map<number, number>();
  for (const entry of (match[2] ?? '').split(',')) {
    const [, word = '', size = ''] = /^[ \t]*([A-Z]{1,2}|[0-9]{1,4})[ \t]+([0-9]{1,4})[ \t]*$/.exec(entry) ?? [];
    const track = numberOf(along, word);
    if (track === undefined) return undefined;
    sizes.set(track, Math.min(LARGEST_TRACK, Math.max(SMALLEST_TRACK, Number(size))));
  }
  return { along, sizes };
}

/** Whether a line, without the blanks around it, is one of sizes. Such a comment is about looks: it is no part of title and description. */
export const isTrackLine = (line: string): boolean => readLine(line) !== undefined;

const contentOf = (text: string, line: Line): string => {
  const { from, to } = trimmed(text, line.from, line.to);
  return text.slice(from, to);
};

/**
 * The sizes that the comments of a sheet say. They are comments so that whoever does not know of them reads the same sheet; of two about one
 * track the later counts.
 */
export function readTracks(text: string): Tracks {
  const found = { columns: new Map<number, number>(), rows: new Map<number, number>() };
  if (!/#[ \t]*(?:columns|rows):/.test(text)) return found;
  for (const line of linesOf(text)) {
    const read = readLine(contentOf(text, line));
    for (const [track, size] of read?.sizes ?? []) found[read!.along].set(track, size);
  }
  return found;
}

const print = (along: keyof Tracks, sizes: Sizes): string =>
  `# ${along}: ${[...sizes]
    .sort(([one], [other]) => one - other)
    .map(([track, size]) => `${nameOf(along, track)} ${size}`)
    .join(', ')}`;

/** A text that says these sizes along one direction: in the line that said them before, else in a line more at its end. */
function writeSizes(text: string, along: keyof Tracks, sizes: Sizes): string {
  const [first, ...others] = linesOf(text).filter((line) => readLine(contentOf(text, line))?.along === along);
  const away = (line: Line): Change => ({ from: line.from, to: line.next, insert: '' });
  if (!first) return sizes.size === 0 ? text : appended(text, print(along, sizes));
  const written = sizes.size === 0 ? away(first) : { from: first.from, to: first.to, insert: print(along, sizes) };
  return applyChanges(text, [written, ...others.map(away)]);
}

function appended(text: string, line: string): string {
  const end = endOfLine(text);
  return text === '' || /[\n\r]$/.test(text) ? text + line + end : text + end + line;
}

/**
 * Gives tracks another size, in pixels, or (`undefined`) takes theirs away, so that they are again as wide or high as the interface likes.
 * @param tracks numbers of columns or rows, from 0
 */
export function resizeTracks(text: string, along: keyof Tracks, tracks: Iterable<number>, size: number | undefined): string {
  const before = readTracks(text)[along];
  const sizes = new Map(before);
  for (const track of tracks) {
    if (track < 0 || track >= (along === 'columns' ? COLUMNS : ROWS)) continue;
    if (size === undefined) sizes.delete(track);
    else sizes.set(track, Math.round(Math.min(LARGEST_TRACK, Math.max(SMALLEST_TRACK, size))));
  }
  const same = sizes.size === before.size && [...sizes].every(([track, one]) => before.get(track) === one);
  return same ? text : writeSizes(text, along, sizes);
}

/**
 * Sizes follow their tracks when others are inserted or deleted.
 * @param follow where a track comes to lie, or nothing when it is gone
 */
export function shiftTracks(text: string, along: keyof Tracks, follow: (track: number) => number | undefined): string {
  const before = readTracks(text)[along];
  const limit = along === 'columns' ? COLUMNS : ROWS;
  const sizes = new Map<number, number>();
  for (const [track, size] of before) {
    const to = follow(track);
    if (to !== undefined && to < limit) sizes.set(to, size);
  }
  const same = sizes.size === before.size && [...sizes.keys()].every((track) => before.has(track));
  return same ? text : writeSizes(text, along, sizes);
}

/** Where the lines of sizes at the end of a text begin: what is added to a sheet is added before them. */
export function endOfCells(text: string): number {
  let end = text.length;
  if (!/#[ \t]*(?:columns|rows):/.test(text)) return end;
  for (const line of linesOf(text).reverse()) {
    const content = contentOf(text, line);
    if (isTrackLine(content)) end = line.from;
    else if (content !== '' || line.from !== line.next) break;
  }
  return end;
}
