/** Averages over areas along one axis: how much of each old pixel is in each new one, [new, old], rows of sum 1. */
export const areaWeights = (from: number, to: number): Float64Array => {
  const weights = new Float64Array(to * from);
  const step = from / to;
  for (let target = 0; target < to; target++)
    for (let source = Math.floor(target * step); source < Math.min(from, Math.ceil((target + 1) * step)); source++) {
      const overlap = Math.min(source + 1, (target + 1) * step) - Math.max(source, target * step);
      if (overlap > 0) weights[target * from + source] = overlap / step;
    }
  return weights;
};

/**
 * Brings one channel [h, w] to another size, [size, size].
 *
 * @param rows `areaWeights` of the height
 * @param columns those of the width
 */
export const resized = (
  channel: Float64Array,
  rows: Float64Array,
  columns: Float64Array,
  from: { readonly width: number; readonly height: number },
  size: number,
  out: Float64Array,
): void => {
  const between = new Float64Array(size * from.width);
  for (let y = 0; y < size; y++)
    for (let source = 0; source < from.height; source++) {
      const weight = rows[y * from.height + source]!;
      if (weight === 0) continue;
      for (let x = 0; x < from.width; x++) between[y * from.width + x]! += weight * channel[source * from.width + x]!;
    }
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      let sum = 0;
      for (let source = 0; source < from.width; source++) sum += columns[x * from.width + source]! * between[y * from.width + source]!;
      out[y * size + x] = sum;
    }
};
