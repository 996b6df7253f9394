/** Other examples that are carried forward together. */
const together = 16;

/** Some of the rows of `inputs` [·, D]: from row `from` on. Each lot has random numbers of its own, by its number, from 1 on. */
export interface Lot {
  readonly number: number;
  readonly from: number;
  readonly rows: Float64Array;
}

/** Rows of length D, cut into lots. */
export function lotsOf(inputs: Float64Array, dimension: number): readonly Lot[] {
  const count = inputs.length / dimension;
  return Array.from({ length: Math.ceil(count / together) }, (_, lot) => ({
    number: 1 + lot,
    from: lot * together,
    rows: inputs.subarray(lot * together * dimension, Math.min(count, (lot + 1) * together) * dimension),
  }));
}
