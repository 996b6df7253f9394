import { Problem } from '$lib/base/problem';

/** The most bytes a table inside a sheet may have, decoded; a sheet and its link hold no more. */
export const LARGEST_INSIDE = 1 << 20;

/** Whether a file is not named but stands there itself: `data:text/csv;name=points.csv,x,y%0A1,2%0A`. */
export const isDataUrl = (file: string): boolean => /^data:/i.test(file);

const parts = /^data:([^,]*),(.*)$/is;

/** What the file was called, for messages and titles. */
export const dataUrlName = (url: string): string => {
  const name = /;name=([^;,]+)/i.exec(parts.exec(url)?.[1] ?? '')?.[1];
  try {
    return name === undefined ? 'table' : decodeURIComponent(name);
  } catch {
    return 'table';
  }
};

const fromBase64 = (text: string): Uint8Array => {
  const characters = atob(text.replace(/\s/g, ''));
  return Uint8Array.from(characters, (character) => character.charCodeAt(0));
};

/**
 * The bytes of a data URL (RFC 2397), percent-encoded or base64.
 * @throws Problem when it is damaged or holds more than 1 MiB
 */
export const readDataUrl = (url: string): Uint8Array => {
  const [, media, body] = parts.exec(url) ?? [];
  if (media === undefined || body === undefined)
    throw new Problem('file: a data URL must have a comma before its data', { path: ['file'] });
  // A character stands for at most three bytes, an escape for less than one a character.
  if (body.length > 3 * LARGEST_INSIDE) throw tooLarge();
  let bytes: Uint8Array;
  try {
    bytes = /;base64$/i.test(media) ? fromBase64(body) : new TextEncoder().encode(decodeURIComponent(body));
  } catch {
    throw new Problem(`file: ${dataUrlName(url)} is a data URL that cannot be decoded`, { path: ['file'] });
  }
  if (bytes.length > LARGEST_INSIDE) throw tooLarge();
  return bytes;
};

const tooLarge = (): Problem => new Problem('file: a data URL must hold at most 1 MiB', { path: ['file'] });

/** A text as a data URL that keeps it readable, and so compressible: only what would end it or the line is escaped. */
export const writeDataUrl = (name: string, text: string): string => {
  const escape = (plain: string, which: RegExp): string => plain.replace(which, (character) => encodeURIComponent(character));
  return `data:text/csv;name=${escape(name, /[%;,"\\#\s]/g)},${escape(text.replace(/^\uFEFF/, ''), /[%"\\#\r\n\t]/g)}`;
};
