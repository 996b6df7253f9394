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

/** The numbers of a field, undefined at its gaps; undefined as a whole if it holds anything else, or no number. */
export const gappedNumbersOf = (field: unknown): readonly (number | undefined)[] | undefined => {
  if (!Array.isArray(field) || !field.some((value) => typeof value === 'number')) return undefined;
  return field.every((value) => typeof value === 'number' || value === null)
    ? field.map((value: number | null) => value ?? undefined)
    : undefined;
};

/** The runs of what is there, as a line is drawn that does not go across gaps. */
export const runsOf = <Value>(values: readonly (Value | undefined)[]): Value[][] => {
  const runs: Value[][] = [[]];
  for (const value of values) {
    if (value === undefined) runs.push([]);
    else runs.at(-1)?.push(value);
  }
  return runs.filter((run) => run.length > 0);
};

/** Lowest and highest of what is there. */
export const extent = (values: readonly (number | undefined)[]): readonly [number, number] =>
  values.reduce<[number, number]>(
    ([low, high], value) => (value === undefined ? [low, high] : [Math.min(low, value), Math.max(high, value)]),
    [Infinity, -Infinity],
  );
