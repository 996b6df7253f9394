/** Of φ and z before a draw, the share that neurons may remember halfway through settling. */
const halfway = 0.03;

/** Correlation of φ at two times, averaged over examples; n of them. */
export function correlation(a: Float64Array, b: Float64Array, n: number): number {
  let sum = 0;
  const rows = a.length / n;
  for (let i = 0; i < n; i++) {
    let [x, y, xx, yy, xy] = [0, 0, 0, 0, 0];
    for (let at = i; at < a.length; at += n) {
      const [u, v] = [a[at]!, b[at]!];
      x += u;
      y += v;
      xx += u * u;
      yy += v * v;
      xy += u * v;
    }
    const scale = Math.sqrt((xx - (x * x) / rows) * (yy - (y * y) / rows));
    if (scale > 0) sum += (xy - (x * y) / rows) / scale / n;
  }
  return sum;
}

/** z and φ of the neurons of a layer, [M, n], at the moment. */
export interface Remembering {
  readonly z: Float64Array;
  readonly values: Float64Array;
  readonly n: number;
}

/** What the neurons of all layers remember of the moment at which this is made. */
export class Memory {
  readonly #layers: readonly Remembering[];
  readonly #before: readonly { readonly z: Float64Array; readonly values: Float64Array }[];

  constructor(layers: readonly Remembering[]) {
    this.#layers = layers;
    this.#before = layers.map(({ z, values }) => ({ z: Float64Array.from(z), values: Float64Array.from(values) }));
  }

  /**
   * Whether φ and z are forgotten in every layer, but for the noise of their correlations. φ alone would not do: at large δ it goes with the source's neurons,
   * and a new draw of these changes it, wherever z is.
   */
  get forgotten(): boolean {
    return this.#layers.every(({ z, values, n }, l) => {
      const before = this.#before[l]!;
      const most = halfway + 2 / Math.sqrt(values.length);
      return correlation(values, before.values, n) < most && correlation(z, before.z, n) < most;
    });
  }

  /**
   * Correlations of φ and of φ² with what they were, layer by layer. For odd φ both count: h → −h makes φ forget at one stroke, though no product
   * of two of them has changed.
   */
  get correlations(): readonly number[] {
    const square = (values: Float64Array): Float64Array => values.map((value) => value * value);
    return this.#layers.flatMap(({ values, n }, l) => {
      const before = this.#before[l]!.values;
      return [correlation(values, before, n), correlation(square(values), square(before), n)];
    });
  }
}

/** The largest of correlations that were averaged over draws, weighted alike. */
export function largestMemory(draws: readonly (readonly number[])[]): number {
  const [first] = draws;
  if (!first) return 0;
  return Math.max(...first.map((_, i) => draws.reduce((sum, draw) => sum + draw[i]! / draws.length, 0)));
}

/**
 * The largest memory of all draws of several groups or, if more, half of that of the group that remembers most: one that has not settled does not show in the
 * mean of eight. Half, as few draws of one group have a noise of their own.
 */
export const memoryOf = (groups: readonly (readonly (readonly number[])[])[]): number =>
  Math.max(largestMemory(groups.flat()), Math.max(...groups.map(largestMemory)) / 2);
