import { Problem } from '$lib/base/problem';

/** What parts a number from its fraction in a file. */
export type DecimalMark = '.' | ',';

const patterns: Readonly<Record<DecimalMark, RegExp>> = {
  '.': /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i,
  ',': /^[+-]?(\d+,?\d*|,\d+)(e[+-]?\d+)?$/i,
};

/** A text in a message: short, and without characters that a terminal would act on. */
export const shorten = (text: string): string => {
  const plain = text.replace(/[\p{Cc}\p{Cf}]/gu, '\uFFFD');
  return plain.length > 40 ? `${plain.slice(0, 40)}…` : plain;
};

/**
 * The number that a text is; undefined when it is none, or one that double precision does not hold: above 1.8e308, or so small that
 * nothing but 0 is left of it.
 */
export const numberOf = (text: string, mark: DecimalMark = '.'): number | undefined => {
  const trimmed = text.trim();
  if (!patterns[mark].test(trimmed)) return undefined;
  const value = Number(mark === ',' ? trimmed.replace(',', '.') : trimmed);
  if (!Number.isFinite(value)) return undefined;
  return value === 0 && /[1-9]/.test(trimmed.split(/e/i)[0] ?? '') ? undefined : value;
};

/** Why a text is no number, where there is more to say than that. */
const hint = (text: string, mark: DecimalMark): string => {
  const trimmed = text.trim();
  const plain = patterns[mark].test(trimmed);
  if (mark === '.' && !plain && numberOf(trimmed, ',') !== undefined) return '; for decimal commas write decimal: ","';
  if (mark === ',' && !plain && numberOf(trimmed) !== undefined) return '; with decimal: "," a number has a comma, not a point';
  if (!plain) return '';
  const value = Number(trimmed.replace(',', '.'));
  if (value === 0) return '; it is too small for double precision';
  // In text files such a number is rounded; as a 64-bit integer it stands for something exact.
  return Number.isFinite(value) ? '; double precision does not hold this integer' : '';
};

/** That a number was expected at this place of a file. */
export const notANumber = (text: string, where: string, mark: DecimalMark = '.'): Problem =>
  new Problem(`${where}: expected a number, got "${shorten(text)}"${hint(text, mark)}`);
