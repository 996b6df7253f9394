/** Digits of a number of which nothing is known: enough to read, not so many that they look measured. */
const PLAIN = 4;

/** The most digits that a number of 64 bits has. */
const MOST = 17;

/**
 * A number for a line of text. Whole numbers are whole, for they count or name something; of others no digit before the point is lost.
 *
 * @param good to what it is good, as a tenth of its standard error: digits down to it are shown.
 */
export const numberText = (value: number, good?: number): string => {
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  const places = Math.floor(Math.log10(Math.abs(value))) + 1;
  const known = good !== undefined && good > 0 ? places - Math.floor(Math.log10(good)) : PLAIN;
  const digits = Math.min(MOST, Math.max(PLAIN, known, places + 1));
  return String(Number(value.toPrecision(digits)));
};
