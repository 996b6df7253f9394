import { formatValue } from '../format';

/** A name beside a picture, at the middle of the row or column that it is of, as a share of the whole. */
export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** The first, the last, and evenly spread ones between: every row or column that is named where there are few, at most `most`. */
export const ticksOf = (values: readonly (number | string)[], most = 5): readonly Tick[] => {
  const count = Math.min(most, values.length);
  return Array.from({ length: count }, (_, index) => {
    const which = Math.round((index * (values.length - 1)) / Math.max(1, count - 1));
    return { at: (which + 0.5) / values.length, text: formatValue(values[which]) };
  });
};
