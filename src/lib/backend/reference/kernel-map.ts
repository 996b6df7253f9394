/**
 * Writes E φ(u)φ(v) and E φ′(u)φ′(v) for the n × m covariances c, n variances a and m variances b. `angles`, n × m, are the signed angles of
 * the pairs (`angles.ts`), which erf and tanh take where they are sharp; otherwise they are those of the covariances.
 */
export type KernelMap = (
  c: Float64Array,
  a: Float64Array,
  b: Float64Array,
  kernel: Float64Array,
  derivative: Float64Array,
  angles?: Float64Array,
) => void;
