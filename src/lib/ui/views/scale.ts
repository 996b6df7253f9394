/** Are these numbers evenly spaced in their logarithm rather than in themselves? */
export const isLogSpaced = (values: readonly number[]): boolean => {
  if (values.length < 3 || values.some((value) => !(value > 0))) return false;
  const first = values[0]!;
  const last = values[values.length - 1]!;
  if (Math.max(first, last) / Math.min(first, last) < 8) return false;
  const middle = values[Math.floor(values.length / 2)]!;
  const arithmetic = Math.abs(middle - (first + last) / 2);
  const geometric = Math.abs(middle - Math.sqrt(first * last));
  return geometric < arithmetic;
};

/** Maps a number between `from` and `to` to 0…1, linearly or in the logarithm. */
export const fractionOf = (value: number, from: number, to: number, log: boolean): number => {
  if (from === to) return 0.5;
  return log ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
};

/** The numbers of a field, or undefined if it holds anything else. */
export const numbersOf = (field: unknown): readonly number[] | undefined =>
  Array.isArray(field) && field.length > 0 && field.every((value) => typeof value === 'number') ? field : undefined;

/** Lowest and highest. */
export const extent = (values: readonly number[]): readonly [number, number] => [Math.min(...values), Math.max(...values)];
