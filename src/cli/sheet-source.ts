import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Problem } from '$lib/base/problem';
import { decodeShare } from '$lib/sheet/share';

/** The text of a sheet, and the folder its file names are relative to; a link has none, and names no files of this machine. */
export interface SheetSource {
  readonly text: string;
  readonly folder: string | undefined;
}

/** What the system says of a file that cannot be read, in words. */
export const reason = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES' || code === 'EPERM') return 'it may not be read';
  return error instanceof Error ? error.message : String(error);
};

const decode = (bytes: Uint8Array, name: string): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Problem(`${name}: cannot be read as a sheet, it is not UTF-8 text`);
  }
};

const readStandardInput = async (): Promise<Uint8Array> => {
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin) pieces.push(Buffer.from(piece as Uint8Array));
  return Buffer.concat(pieces);
};

/**
 * Reads what `run` was given: a file, `-` for standard input, or a share link (`http…#…`, or its part from `#` on).
 *
 * @throws Problem when there is no such file, it is not text, or the link is damaged.
 */
export const readSheetSource = async (sheet: string): Promise<SheetSource> => {
  if (sheet === '-') return { text: decode(await readStandardInput(), 'standard input'), folder: process.cwd() };
  if (/^(https?:\/\/|#)/.test(sheet)) {
    const hash = sheet.indexOf('#');
    if (hash < 0) throw new Problem(`${sheet}: is not a share link, it has nothing after a #`);
    return { text: decodeShare(sheet.slice(hash + 1)), folder: undefined };
  }
  try {
    return { text: decode(await readFile(sheet), sheet), folder: dirname(resolve(sheet)) };
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(`${sheet}: cannot be read, ${reason(error)}`);
  }
};
