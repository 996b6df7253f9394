/** A column whose deviation is below so many roundings of its values is constant. */
const roundings = 2;
const epsilon = 2 ** -52;
/** Below this many roundings a deviation has fewer than three digits. */
const coarse = 1000;

/** Columns that `standardise` could not scale as people expect, by their place. */
export interface Standardised {
  /** Constant but for rounding in training. */
  readonly constant: readonly number[];
  /** Of a spread so small beside the values that fewer than three digits of it are known. */
  readonly coarse: readonly number[];
}

/** The moments of a column as (x/unit − first − shift)/deviation wants them. */
interface Moments {
  /** A power of two near the largest |x|: the division is exact, and no square over- or underflows. */
  readonly unit: number;
  readonly first: number;
  /** Mean of x/unit − first: large values with a small spread lose no digits. */
  readonly shift: number;
  readonly deviation: number;
  /** Largest |x|/unit. */
  readonly size: number;
}

const momentsOf = (values: Float64Array, column: number, dimension: number): Moments => {
  const count = values.length / dimension;
  let size = 0;
  for (let index = column; index < values.length; index += dimension) size = Math.max(size, Math.abs(values[index]!));
  const unit = size > 0 ? 2 ** Math.max(-1074, Math.floor(Math.log2(size))) : 1;
  const first = values[column]! / unit;
  let shift = 0;
  for (let index = column; index < values.length; index += dimension) shift += (values[index]! / unit - first) / count;
  let variance = 0;
  for (let index = column; index < values.length; index += dimension) variance += (values[index]! / unit - first - shift) ** 2 / count;
  return { unit, first, shift, deviation: Math.sqrt(variance), size: size / unit };
};

/**
 * Shifts and scales each column of both sets, in place, by the mean and the standard deviation (divisor P) of the training set.
 *
 * A column that is constant in training, or differs by no more than the rounding of its mean, has no scale of its own: it becomes 0 there.
 * In the test set it is only shifted, and 0 where it differs by no more than rounding.
 *
 * @param train [P, D] row-major
 * @param test [P′, D] row-major
 * @param dimension D
 */
export const standardise = (train: Float64Array, test: Float64Array, dimension: number): Standardised => {
  const found = { constant: [] as number[], coarse: [] as number[] };
  for (let column = 0; column < dimension; column++) {
    const { unit, first, shift, deviation, size } = momentsOf(train, column, dimension);
    const rounding = epsilon * size;
    if (deviation <= roundings * rounding) {
      found.constant.push(column);
      const value = train[column]!;
      for (let index = column; index < train.length; index += dimension) train[index] = 0;
      for (let index = column; index < test.length; index += dimension) {
        const apart = test[index]! - value;
        test[index] = Math.abs(apart) <= 2 * roundings * rounding * unit ? 0 : apart;
      }
      continue;
    }
    if (deviation <= coarse * rounding) found.coarse.push(column);
    for (const set of [train, test])
      for (let index = column; index < set.length; index += dimension) set[index] = (set[index]! / unit - first - shift) / deviation;
  }
  return found;
};
