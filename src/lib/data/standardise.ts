/**
 * Shifts and scales each column of both sets, in place, by the mean and the standard deviation (divisor P) of the training set.
 * A column that is constant in training is only shifted: it has no scale of its own.
 *
 * @param train [P, D] row-major
 * @param test [P′, D] row-major
 * @param dimension D
 */
export const standardise = (train: Float64Array, test: Float64Array, dimension: number): void => {
  const count = train.length / dimension;
  for (let column = 0; column < dimension; column++) {
    let mean = 0;
    let least = Infinity;
    let most = -Infinity;
    for (let index = column; index < train.length; index += dimension) {
      mean += train[index]! / count;
      least = Math.min(least, train[index]!);
      most = Math.max(most, train[index]!);
    }
    let variance = 0;
    for (let index = column; index < train.length; index += dimension) variance += (train[index]! - mean) ** 2 / count;
    // Rounding of the mean must not pass for a spread.
    const constant = least === most;
    if (constant) mean = least;
    const deviation = constant ? 1 : Math.sqrt(variance);
    for (const set of [train, test]) {
      for (let index = column; index < set.length; index += dimension) set[index] = (set[index]! - mean) / deviation;
    }
  }
};
