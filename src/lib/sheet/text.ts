/**
 * The value of a string as written, with its quotes. Only `\"`, `\\` and `\u{…}` are escapes; before anything else a backslash is
 * itself, so that TeX can be written as it is: `"$\nu \neq \theta$"`.
 */
export const readString = (written: string): string =>
  written
    .slice(1, -1)
    .replace(/\\(?:(["\\])|u\{([0-9A-Fa-f]{1,6})\})/g, (all: string, plain: string | undefined, code: string | undefined) => {
      if (plain !== undefined) return plain;
      const point = parseInt(code ?? '', 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : all;
    });

/** A string as it is written in a sheet, with its quotes, on one line; `readString` gives it back. */
export const printString = (value: string): string =>
  `"${value
    .replace(/\\(?=["\\\n\r]|u\{|$)/g, '\\\\')
    .replaceAll('"', '\\"')
    // Half of a pair is no character: as it is, no file could hold it.
    .replace(/\p{Surrogate}/gu, (half) => `\\u{${half.charCodeAt(0).toString(16).toUpperCase()}}`)
    .replace(/[\n\r]/g, (end) => (end === '\n' ? '\\u{A}' : '\\u{D}'))}"`;
