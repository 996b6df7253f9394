import { formatNumber } from '../format';

/** A whole or decimal number of at most so many letters is easier to read than a power of ten. */
const PLAIN = 13;

/** The digits of a number written out, with a true minus, when that is short and no power of ten. */
const writtenOut = (value: number, digits: number): string | undefined => {
  const text = String(Number(value.toPrecision(digits)));
  return text.length <= PLAIN && !text.includes('e') ? text.replace('-', '−') : undefined;
};

const textOf = (value: number, digits: number): string => {
  const short = formatNumber(value, digits);
  return digits > 5 ? (writtenOut(value, digits) ?? short) : short;
};

/**
 * What the ticks of an axis are called: with as few digits as leave each within a fiftieth of a step of what it says, so that no two
 * read the same and none reads as a place where it is not.
 *
 * @param values of all ticks, in any order
 */
export const tickTexts = (values: readonly number[]): string[] => {
  const sorted = [...values].sort((a, b) => a - b);
  // The room around each: to its nearer neighbour.
  const room = (value: number): number => {
    const at = sorted.indexOf(value);
    return Math.min(value - (sorted[at - 1] ?? -Infinity), (sorted[at + 1] ?? Infinity) - value);
  };
  const isTold = (value: number, digits: number): boolean => Math.abs(Number(value.toPrecision(digits)) - value) <= room(value) / 50;
  let digits = 3;
  // A single tick has all the room there is: then its own digits count.
  const alone = sorted.length < 2;
  while (digits < 17 && !values.every((value) => (alone ? Number(value.toPrecision(digits)) === value : isTold(value, digits)))) digits++;
  return values.map((value) => textOf(value, alone ? Math.min(digits, 6) : digits));
};
